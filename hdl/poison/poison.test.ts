/** Unknown bits: never fewer than there are, and no more than a designer would expect. */
import { describe, expect, it } from "vitest";
import { constructs } from "../fixtures/constructs.ts";
import { Dice } from "../fixtures/dice.ts";
import { withoutLines } from "../fixtures/messages.ts";
import { randomCircuit } from "../fixtures/random-circuit.ts";
import {
  bit,
  type Circuit,
  concat,
  defineModule,
  HdlError,
  input,
  output,
  Simulator,
  select,
  simulate,
  sint,
  uint,
} from "../index.ts";
import { verifyCircuit } from "../verify.ts";
import { hoistCircuit } from "../verilog/hoist.ts";
import { poisoned } from "./circuit.ts";

/**
 * Runs a circuit from two random power-ups beside the poisoned one. Counts the known and the unknown bits of the outputs,
 * and says where a bit differs that was said to be known.
 */
function disagreement(
  circuit: Circuit,
  seed: number,
  cycles: number,
): { known: number; unknown: number; wrong: string[] } {
  const dice = [new Dice(seed + 1), new Dice(seed + 2), new Dice(seed + 3)];
  const plain = [0, 1].map((i) => new Simulator(circuit, { initial: (width) => dice[i].bits(width) }));
  const poison = new Simulator(circuit, { poison: true, initial: (width) => dice[2].bits(width) });
  const stimulus = new Dice(seed);
  const { ports } = circuit.modules[circuit.modules.length - 1];
  const wrong: string[] = [];
  let [known, unknown] = [0, 0];
  const ones = (mask: bigint) => mask.toString(2).replaceAll("0", "").length;
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { name, direction, role, width } of ports) {
      if (direction === "output" || role === "clock") continue;
      const value = role === "reset" ? BigInt(stimulus.below(6) === 0 ? 1 : 0) : stimulus.bits(width);
      for (const simulator of [...plain, poison]) simulator.poke(name, value);
    }
    for (const { name, direction, width } of ports) {
      if (direction === "input") continue;
      const mask = poison.unknownBits(name);
      const [a, b] = plain.map((simulator) => BigInt.asUintN(width, BigInt(simulator.peek(name))));
      unknown += ones(mask);
      known += width - ones(mask);
      if (((a ^ b) & ~mask) !== 0n) wrong.push(`seed ${seed}, cycle ${cycle}, ${name}`);
      if (mask === 0n) {
        if (BigInt.asUintN(width, BigInt(poison.peek(name))) !== a)
          wrong.push(`seed ${seed}, cycle ${cycle}, ${name}: value`);
      } else if (cycle === 0) expect(() => poison.peek(name)).toThrow(HdlError);
    }
    for (const simulator of [...plain, poison]) simulator.step();
  }
  return { known, unknown, wrong };
}

describe("every bit that differs between two power-ups is said to be unknown", () => {
  it("in random circuits, and neither all bits are nor none", () => {
    let [known, unknown] = [0, 0];
    for (let seed = 1; seed <= 250; seed++) {
      const found = disagreement(randomCircuit(seed, { defined: false }), seed, 25);
      expect(found.wrong).toEqual([]);
      known += found.known;
      unknown += found.unknown;
    }
    expect(known / (known + unknown)).toBeGreaterThan(0.2);
    expect(known / (known + unknown)).toBeLessThan(0.95);
  });

  it.each(constructs)("in $name", ({ circuit }) => {
    expect(disagreement(circuit(), 5, 100).wrong).toEqual([]);
  });

  it("and the circuit with shadows is a sound one", () => {
    for (let seed = 1; seed <= 60; seed++) {
      verifyCircuit(poisoned(hoistCircuit(randomCircuit(seed, { defined: false }))));
    }
  });
});

describe("what decides a bit makes it known", () => {
  const logic = defineModule("decided", (_: Record<string, never>) => ({
    ports: {
      a: input(uint(8)),
      on: input(bit),
      kept: output(uint(8)),
      masked: output(uint(8)),
      filled: output(uint(8)),
      sum: output(uint(8)),
      chosen: output(uint(8)),
      agreed: output(uint(8)),
      parts: output(uint(12)),
      signs: output(sint(12)),
      same: output(bit),
      less: output(bit),
      any: output(bit),
      counted: output(uint(4)),
    },
    build(io, m) {
      const x = m.reg("x", uint(8));
      m.when(io.on, () => x.set(io.a));
      io.kept.set(x);
      io.masked.set(x.and(io.a));
      io.filled.set(x.or(io.a));
      io.sum.set(concat(x.bits(3, 0), io.a.bits(3, 0)).addWrap(io.a));
      io.chosen.set(select(uint(8), io.on, io.a, x));
      io.agreed.set(select(uint(8), x.bit(0), io.a, 5));
      io.parts.set(concat(io.a.bits(3, 0), x.bits(7, 4), io.a.bits(7, 4)));
      io.signs.set(concat(x.bits(1, 0), io.a).asSint().extend(12));
      io.same.set(concat(x.bits(3, 0), io.a.bits(3, 0)).eq(7));
      io.less.set(x.lt(io.a));
      io.any.set(concat(x, io.a).nonzero());
      const counter = m.reg("counter", uint(4), { reset: 3 });
      counter.set(counter.addWrap(1));
      io.counted.set(counter);
    },
  }));
  const dut = simulate(logic, {}, { poison: true, seed: 4 });
  const masks = (...names: string[]) => names.map((name) => dut.unknownBits(name).toString(2).padStart(4, "0"));

  it("a 0 in an and, a 1 in an or, a condition, arms that agree, bits below a carry", () => {
    dut.in.a = 0b10100101;
    dut.in.on = true;
    expect(masks("kept", "masked", "filled", "sum")).toEqual(["11111111", "10100101", "1011010", "11110000"]);
    expect(masks("chosen", "agreed", "parts", "signs")).toEqual(["0000", "10100000", "11110000", "111100000000"]);
    // The lowest bits are 0101, not 0111; a is not 0.
    expect(masks("same", "less", "any")).toEqual(["0000", "0001", "0000"]);
    expect(dut.out.chosen).toBe(0b10100101);
    expect(() => dut.out.kept).toThrow("unknown-bits");
  });

  it("and an assignment, and a reset", () => {
    expect(masks("counted")).toEqual(["1111"]);
    dut.reset();
    expect(masks("kept", "sum", "less", "counted")).toEqual(["0000", "0000", "0000", "0000"]);
    expect([dut.out.kept, dut.out.counted]).toEqual([0b10100101, 3]);
  });

  it("is refused with the path, at the line that reads", () => {
    const fresh = simulate(logic, {}, { poison: true });
    let message = "";
    try {
      fresh.in.a = 0b00001111;
      fresh.out.masked;
    } catch (error) {
      message = withoutLines((error as Error).message);
    }
    expect(message).toMatchInlineSnapshot(`
      "hdl/poison/poison.test.ts:…: "masked" has unknown bits after 0 edges. [unknown-bits]
           … | fresh.out.masked;
             |           ^
        expected: a value that follows from the inputs
        found:    unknown where there is a 1: 0b1111
        fix:      Reset first, write a word before it is read, and see that reads and writes do not collide."
    `);
    const trace = fresh.trace(["a", "x", "any", "less"]);
    fresh.tick();
    fresh.in.on = true;
    fresh.tick(2);
    expect(trace.waves()).toMatchInlineSnapshot(`
      "      0  1  2
      a     │15      │
      x     │x    │15│
      any   ‾‾‾‾‾‾‾‾‾
      less  xxxxxx___"
    `);
    expect(trace.vcd()).toContain('#0\nb1111 !\nbx "\n');
  });
});

describe("properties of unknown bits", () => {
  const judged = defineModule("judged", (_: Record<string, never>) => ({
    ports: { load: input(bit), value: input(uint(4)), q: output(uint(4)) },
    build({ load, value, q }, m) {
      const held = m.reg("held", uint(4));
      m.when(load, () => held.set(value));
      m.assert("below_eight", held.lt(8));
      m.cover("three", held.eq(3));
      q.set(held);
    },
  }));

  it("an assertion that may not hold fails, with or without luck at power-up", () => {
    const dut = simulate(judged, {}, { poison: true });
    expect(() => dut.tick()).toThrow(/The assertion "below_eight" depends on unknown bits at edge 1\./);
  });

  it("one that is known to hold does not", () => {
    const known = simulate(judged, {}, { poison: true });
    known.in.load = true;
    known.in.value = 3;
    expect(() => known.tick()).toThrow(/"below_eight"/);
    expect(() => known.tick(3)).not.toThrow();
    known.in.value = 9;
    known.tick();
    expect(() => known.tick()).toThrow(/"below_eight" did not hold at edge/);
  });
});
