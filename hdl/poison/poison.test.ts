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
  connect,
  defineModule,
  HdlError,
  input,
  output,
  queued,
  Simulator,
  select,
  simulate,
  sint,
  stream,
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

describe("memories", () => {
  const store = defineModule("store", (p: { depth: number; underWrite: "old" | "undefined" }) => ({
    ports: {
      write: input(bit),
      to: input(uint(2)),
      data: input(uint(8)),
      from: input(uint(2)),
      second: input(bit),
      secondTo: input(uint(2)),
      useState: input(bit),
      now: output(uint(8)),
      clocked: output(uint(8)),
      entry: output(uint(8)),
    },
    build(io, m) {
      const words = m.mem("words", p.depth, uint(8));
      const unset = m.reg("unset", uint(2));
      unset.set(unset);
      words.write({ address: select(uint(2), io.useState, unset, io.to), data: io.data, enable: io.write });
      words.write({ address: io.secondTo, data: 99, enable: io.second });
      io.now.set(words.read("seen", io.from));
      io.clocked.set(
        words.readClocked("later", {
          address: io.from,
          enable: io.write.not().or(io.second),
          underWrite: p.underWrite,
        }),
      );
      const rom = m.mem("rom", 4, uint(8), { init: [5, 6] });
      io.entry.set(rom.read("constant", io.from));
    },
  }));
  const start = (parameters: { depth: number; underWrite: "old" | "undefined" }) => {
    const dut = simulate(store, parameters, { poison: true, seed: 1 });
    const put = (address: number, data: number) => {
      Object.assign(dut.in, { write: true, to: address, data });
      dut.tick();
      dut.in.write = false;
    };
    return { dut, put };
  };

  it("words are known from their first write on; a table always is", () => {
    const { dut, put } = start({ depth: 4, underWrite: "old" });
    dut.in.from = 2;
    expect(dut.unknownBits("now")).toBe(255n);
    expect(dut.out.entry).toBe(0);
    put(2, 77);
    expect(dut.out.now).toBe(77);
    expect(dut.peek("words[2]")).toBe(77);
    expect(() => dut.peek("words[1]")).toThrow('"words[1]" has unknown bits');
    expect(dut.unknownBits("clocked")).toBe(255n);
    dut.tick();
    expect(dut.out.clocked).toBe(77);
  });

  it("no word is there beyond the depth", () => {
    const { dut, put } = start({ depth: 3, underWrite: "old" });
    put(3, 1);
    dut.in.from = 3;
    expect(dut.unknownBits("now")).toBe(255n);
  });

  it("a read of the word that is written gives the old one, or nothing known", () => {
    for (const underWrite of ["old", "undefined"] as const) {
      const { dut, put } = start({ depth: 4, underWrite });
      put(1, 11);
      put(2, 22);
      Object.assign(dut.in, { from: 1, second: true, secondTo: 1 });
      dut.tick();
      expect(dut.unknownBits("clocked")).toBe(underWrite === "old" ? 0n : 255n);
      // Another word.
      dut.in.from = 2;
      dut.tick();
      expect(dut.out.clocked).toBe(22);
    }
  });

  it("two writes of one word leave it unknown, of two words do not", () => {
    const { dut, put } = start({ depth: 4, underWrite: "old" });
    Object.assign(dut.in, { second: true, secondTo: 1 });
    put(0, 5);
    dut.in.from = 0;
    expect(dut.out.now).toBe(5);
    dut.in.from = 1;
    expect(dut.out.now).toBe(99);
    put(1, 5);
    expect(dut.unknownBits("now")).toBe(255n);
    dut.in.second = false;
    put(1, 6);
    expect(dut.out.now).toBe(6);
  });

  it("a write to an unknown address leaves no word known", () => {
    const { dut, put } = start({ depth: 4, underWrite: "old" });
    put(1, 11);
    dut.in.from = 1;
    expect(dut.out.now).toBe(11);
    dut.in.useState = true;
    put(0, 3);
    expect(dut.unknownBits("now")).toBe(255n);
    expect(() => dut.peek("words[1]")).toThrow("unknown");
  });
});

describe("a write that may have hit any word", () => {
  const parts = defineModule("parts", (_: Record<string, never>) => ({
    ports: {
      a: input(uint(1)),
      useState: input(bit),
      mask: input(uint(2)),
      b: input(uint(1)),
      otherMask: input(uint(4)),
      from: input(uint(1)),
      q: output(uint(8)),
    },
    build(io, m) {
      const words = m.mem("words", 2, uint(8));
      const unset = m.reg("unset", uint(1));
      unset.set(unset);
      const address = select(uint(1), io.useState, unset, io.a);
      words.write({ address, data: 0xaa, mask: io.mask, enable: io.mask.nonzero() });
      words.write({ address: io.b, data: 0xbb, mask: io.otherMask, enable: io.otherMask.nonzero() });
      io.q.set(words.read("r", io.from));
    },
  }));
  const start = () => {
    const dut = simulate(parts, {}, { poison: true, seed: 7 });
    const first = { a: 0, mask: 0, useState: false };
    const edge = (inputs: Partial<typeof dut.in>) => {
      Object.assign(dut.in, { ...first, b: 0, otherMask: 0 }, inputs);
      dut.tick();
    };
    const unknown = () =>
      [0, 1].map((word) => {
        dut.in.from = word;
        const bits = dut.unknownBits("q");
        if (bits === 0n) expect(dut.peek(`words[${word}]`)).toBe(dut.out.q);
        else expect(() => dut.peek(`words[${word}]`)).toThrow(`0b${bits.toString(2)}`);
        return bits.toString(2).padStart(8, "0");
      });
    return { dut, edge, unknown };
  };

  it("makes all unknown once: lane by lane, later writes make them known", () => {
    const { dut, edge, unknown } = start();
    for (let round = 0; round < 3; round++) {
      edge({ b: 0, otherMask: 15 });
      edge({ b: 1, otherMask: 15 });
      expect(unknown()).toEqual(["00000000", "00000000"]);
      edge({ useState: true, mask: 3 });
      expect(unknown()).toEqual(["11111111", "11111111"]);
      edge({ a: 1, mask: 1 });
      expect(unknown()).toEqual(["11111111", "11110000"]);
      edge({ b: 1, otherMask: 0b0100 });
      edge({ b: 0, otherMask: 0b1001 });
      expect(unknown()).toEqual(["00111100", "11000000"]);
      edge({ a: 1, mask: 2 });
      expect(unknown()).toEqual(["00111100", "00000000"]);
      expect(dut.peek("words[1]")).toBe(0xaa);
    }
  });

  it("and those of the same edge with them", () => {
    const { edge, unknown } = start();
    edge({ useState: true, mask: 1, b: 1, otherMask: 15 });
    expect(unknown()).toEqual(["11111111", "11111111"]);
  });

  it("a table that is written loses its words, too, and seeds do not matter", () => {
    const table = defineModule("changed_table", (_: Record<string, never>) => ({
      ports: { known: input(bit), d: input(uint(8)), a: input(uint(1)), q: output(uint(8)) },
      build({ known, d, a, q }, m) {
        const words = m.mem("words", 2, uint(8), { init: [5, 6] });
        const unset = m.reg("unset", uint(1));
        unset.set(unset);
        words.write({ address: select(uint(1), known, a, unset), data: d, enable: d.nonzero() });
        q.set(words.read("r", a));
      },
    }));
    const dut = simulate(table, {}, { poison: true, seed: 3 });
    expect(dut.out.q).toBe(5);
    dut.in.d = 9;
    dut.tick();
    expect(dut.unknownBits("q")).toBe(255n);
    dut.in.known = true;
    dut.tick();
    expect(dut.out.q).toBe(9);
    dut.in.a = 1;
    expect(dut.unknownBits("q")).toBe(255n);
  });

  it("before the first reset: the writes after it are known, so a queue behind a queue is", () => {
    const chain = defineModule("chain", (_: Record<string, never>) => ({
      ports: { x: input(stream(uint(8))), y: output(stream(uint(8))) },
      build({ x, y }, m) {
        connect(y, queued(m, "second", queued(m, "first", x, 2), 8));
      },
    }));
    const dut = simulate(chain, {}, { poison: true });
    dut.in.x = { valid: false, data: 0 };
    dut.in.y.ready = true;
    dut.reset();
    const got: number[] = [];
    for (let n = 1; got.length < 12; n++) {
      dut.in.x = { valid: true, data: n };
      expect(dut.out.x.ready).toBe(true);
      if (dut.out.y.valid) got.push(dut.out.y.data);
      dut.tick();
    }
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("two ports that write other lanes of one word leave both; a lane that both write is unknown", () => {
    const of = (mask: number, otherMask: number) => {
      const { dut, edge, unknown } = start();
      edge({ b: 0, otherMask: 15 });
      edge({ a: 0, mask, b: 0, otherMask });
      const bits = unknown()[0];
      return bits === "00000000" ? dut.peek("words[0]") : bits;
    };
    expect([of(0b01, 0b1100), of(0b10, 0b0011)]).toEqual([0xba, 0xab]);
    expect([of(0b11, 0b0011), of(0b01, 0b1111)]).toEqual(["00001111", "00001111"]);
    expect([of(0b10, 0b0110), of(0b11, 0b1111)]).toEqual(["00110000", "11111111"]);
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

describe("ports of two clocks", () => {
  const domains = { x: { domain: "x" }, y: { domain: "y" } };
  const shared = (twoWriters: boolean) =>
    simulate(
      defineModule("shared", () => ({
        ports: {
          a: input(uint(2), domains.x),
          data: input(uint(4), domains.x),
          b: input(uint(2), domains.y),
          other: input(uint(4), domains.y),
          q: output(uint(4), domains.y),
        },
        build({ a, data, b, other, q }, m) {
          const words = m.mem("words", 4, uint(4));
          words.write({ address: a, data, domain: "x" });
          if (twoWriters) words.write({ address: b, data: other, domain: "y" });
          else m.unused(other);
          q.set(words.readClocked("r", { address: b, underWrite: "undefined", domain: "y" }));
        },
      })),
      {},
      { poison: true },
    );

  it("collide in a read where both clocks rise, and only there", () => {
    const dut = shared(false);
    Object.assign(dut.in, { a: 1, data: 5, b: 1 });
    dut.tick(1, ["x_clock"]);
    dut.tick(1, ["y_clock"]);
    expect(dut.out.q).toBe(5);
    dut.in.data = 9;
    dut.tick();
    expect(dut.unknownBits("q")).toBe(15n);
    dut.in.a = 2;
    dut.tick();
    expect(dut.out.q).toBe(9);
  });

  it("collide in a word that both write", () => {
    const dut = shared(true);
    Object.assign(dut.in, { a: 1, data: 5, b: 1, other: 6 });
    dut.tick(1, ["x_clock"]);
    expect(dut.peek("words[1]")).toBe(5);
    dut.tick(1, ["y_clock"]);
    expect(dut.peek("words[1]")).toBe(6);
    dut.tick();
    expect(() => dut.peek("words[1]")).toThrow("unknown-bits");
  });
});
