/** The typed handle of the in-process simulator: edges, reset and power-up, and nets by their names. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import { counter, echoModule, pairModule } from "../fixtures/simulated.ts";
import { defineModule, emitVerilog, HdlError, input, output, simulate, uint } from "../index.ts";

describe("tick, reset and power-up", () => {
  it("counts edges and holds inputs", () => {
    const dut = simulate(counter, { width: 8 });
    dut.in.enable = 1;
    dut.in.step = 3;
    dut.tick();
    dut.tick(4);
    expect([dut.out.count, dut.edges]).toEqual([15, 5]);
    dut.reset();
    expect([dut.out.count, dut.edges]).toEqual([0, 6]);
    dut.tick();
    expect(dut.out.count).toBe(3);
    expect(failure(() => dut.tick(-1))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: tick takes a number of cycles, not -1. [literal-out-of-range]
           … | expect(failure(() => dut.tick(-1))).toMatchInlineSnapshot(\`
             |                          ^
        expected: a whole number of 0 or more
        fix:      Write a whole number of 0 or more."
    `);
    expect(failure(() => dut.tick(0.5))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: tick takes a number of cycles, not 0.5. [literal-out-of-range]
           … | expect(failure(() => dut.tick(0.5))).toMatchInlineSnapshot(\`
             |                          ^
        expected: a whole number of 0 or more
        fix:      Write a whole number of 0 or more."
    `);
  });

  it("refuses a clock that is not there", () => {
    const dut = simulate(counter, { width: 8 });
    expect(failure(() => dut.tick(1, ["clok"]))).toContain("of clock");
    expect(dut.edges).toBe(0);
  });

  it("gives a module without registers nothing to reset", () => {
    const dut = simulate(echoModule, {});
    dut.in.level = 5;
    dut.reset(2);
    expect(dut.out.levelOut).toBe(5);
  });

  it("powers up with zeros, or with random bits by a seed", () => {
    const shown = (seed?: number) =>
      [...Array(8).keys()].map(() => simulate(counter, { width: 60 }, seed === undefined ? {} : { seed }).out.count);
    expect(new Set(shown())).toEqual(new Set([0n]));
    expect(new Set(shown(1)).size).toBe(1);
    expect(shown(1)).not.toEqual(shown(2));
  });
});

describe("every named net is reachable under its name in the Verilog", () => {
  const dut = simulate(pairModule, {});
  dut.reset();
  dut.in.enable = 1;
  dut.tick(3);

  it("ports, registers, nodes, connections and nets that the emitter names", () => {
    const names = ["enable", "low", "u0_count", "u0.value", "u0.next", "u0.count", "u0.enable", "u0.step", "u1.enable"];
    expect(names.map((name) => Number(dut.peek(name)))).toEqual([1, 9, 9, 9, 12, 9, 1, 3, 1]);
    expect(Number(dut.peek("state"))).toBe(1);
    expect(Number(dut.peek("u1.step"))).toBe(9);
  });

  it("and no other: the list is what the Verilog declares", () => {
    const declared = emitVerilog(dut.circuit).modules.map(({ name, text }) => {
      const found = [
        ...text.matchAll(
          /^ +(?:input|output)?(?: ?(?:wire|reg))? (?:signed )?(?:\[\d+:0\] )?([A-Za-z_]\w*)(?: = .*)?[;,]?(?: \/\/.*)?$/gm,
        ),
      ];
      return [
        name,
        found.map((match) => match[1]).filter((net) => !["unused_bits", "end", "else"].includes(net)),
      ] as const;
    });
    const inModule = new Map(declared);
    const wanted = [...inModule.keys()].flatMap((module) => {
      const prefixes = module === "pair" ? [""] : ["u0.", "u1."];
      return prefixes.flatMap((prefix) => (inModule.get(module) ?? []).map((net) => prefix + net));
    });
    expect(dut.nets().sort()).toEqual(wanted.sort());
    for (const net of dut.nets()) expect(() => dut.peek(net)).not.toThrow();
  });

  it("and so is every word of a memory", () => {
    const store = defineModule("store", (p: { width: number }) => ({
      ports: { at: input(uint(2)), data: input(uint(p.width)), out: output(uint(p.width)) },
      build({ at, data, out }, m) {
        const words = m.mem("words", 4, uint(p.width));
        words.write({ address: at, data });
        out.set(words.read("seen", at));
      },
    }));
    for (const width of [1, 7, 8, 20, 32, 33, 64, 100]) {
      const memory = simulate(store, { width });
      const values = [0, 1, 2, 3].map((i) =>
        BigInt.asUintN(width, (0x9e3779b97f4a7c15f39cc0605n * BigInt(i + 3)) >> 2n),
      );
      values.forEach((value, address) => {
        memory.in.at = address;
        memory.in.data = value;
        memory.tick();
      });
      const seen = values.map((_, address) => memory.peek(`words[${address}]`));
      expect(seen.map(BigInt)).toEqual(values);
      if (width <= 32) expect(seen.every((value) => typeof value === "number")).toBe(true);
      expect(() => memory.peek("words[4]")).toThrow(HdlError);
    }
  });

  it("a misspelt one is answered with the nearest", () => {
    expect(failure(() => dut.peek("u0.vlaue"))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: No net of "pair" is called "u0.vlaue". [unknown-net]
           … | expect(failure(() => dut.peek("u0.vlaue"))).toMatchInlineSnapshot(\`
             |                          ^
        expected: such as "u0.value"
        fix:      nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores."
    `);
    expect(failure(() => dut.peek("nothing like it"))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: No net of "pair" is called "nothing like it". [unknown-net]
           … | expect(failure(() => dut.peek("nothing like it"))).toMatchInlineSnapshot(\`
             |                          ^
        fix:      nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores."
    `);
    expect(failure(() => dut.trace("low" as never))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: trace takes a list of paths. [wrong-argument]
           … | expect(failure(() => dut.trace("low" as never))).toMatchInlineSnapshot(\`
             |                          ^
        expected: a list of paths
        found:    The string "low"
        fix:      Write \`dut.trace([path])\`; without, the ports are recorded."
    `);
    expect(failure(() => dut.trace(["low", "hihg"]))).toMatchInlineSnapshot(`
      "hdl/simulator/simulate.test.ts:…: No net of "pair" is called "hihg". [unknown-net]
           … | expect(failure(() => dut.trace(["low", "hihg"]))).toMatchInlineSnapshot(\`
             |                          ^
        expected: such as "high"
        fix:      nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores."
    `);
  });
});

it("refuses what is too large for the engine, at the memory", () => {
  const large = defineModule("roomy", (_: object) => ({
    ports: { a: input(uint(30)), q: output(uint(32)) },
    build({ a, q }, m) {
      const words = m.mem("words", 2 ** 30, uint(32));
      words.write({ address: a, data: 0 });
      q.set(words.read("word", a));
    },
  }));
  const failed = expect.objectContaining({
    code: "design-too-large",
    details: expect.objectContaining({
      expected: "at most 2 GiB",
      found: '4 GiB, of these 4 GiB for memory "words" of 1073741824 words of 32 bits',
      where: expect.stringMatching(/simulate\.test\.ts:\d+/),
    }),
  });
  expect(() => simulate(large, {})).toThrow(failed);
});
