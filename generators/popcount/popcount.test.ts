import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bit, defineModule, elaborate, input, output, Simulator, uint } from "../../hdl/index.ts";
import { popcountLatency, popcountModule, popcountOf, xnorPopcount, xnorPopcountModule } from "./popcount.ts";

const structures = ["full-adders", "adders", "carry-counters", "dual-tables"] as const;

/** The plain definition. */
const ones = (value: bigint): number => [...value.toString(2)].filter((digit) => digit === "1").length;

/** Random words of some width, with those of few zeros and few ones more often. */
const words = (width: number) => {
  const all = (1n << BigInt(width)) - 1n;
  const any = fc.bigInt({ min: 0n, max: all });
  const sparse = fc.tuple(any, any, any).map(([a, b, c]) => a & b & c);
  return fc.oneof(
    any,
    sparse,
    sparse.map((word) => all ^ word),
    fc.constant(all),
  );
};

describe.each(structures)("%s", (structure) => {
  it.each(Array.from({ length: 16 }, (_, i) => i + 1))("counts each word of %i bits", (bits) => {
    const dut = new Simulator(elaborate(popcountModule, { bits, structure }));
    const wrong: number[] = [];
    for (let word = 0; word < 2 ** bits; word++) {
      dut.poke("bits", word);
      if (dut.peek("count") !== ones(BigInt(word))) wrong.push(word);
    }
    expect(wrong).toEqual([]);
  });

  it.each([17, 31, 32, 33, 64, 100, 128, 255, 256, 1000])("counts random words of %i bits", (bits) => {
    const dut = new Simulator(elaborate(popcountModule, { bits, structure }));
    const check = (word: bigint) => {
      dut.poke("bits", word);
      expect(Number(dut.peek("count"))).toBe(ones(word));
    };
    fc.assert(fc.property(words(bits), check));
  });

  it.each([1, 2, 3, 5, 8])("counts the lanes that agree, all words of %i bits", (bits) => {
    const dut = new Simulator(elaborate(xnorPopcountModule, { bits, structure }));
    const wrong: number[][] = [];
    for (let activations = 0; activations < 2 ** bits; activations++) {
      dut.poke("activations", activations);
      for (let weights = 0; weights < 2 ** bits; weights++) {
        dut.poke("weights", weights);
        if (dut.peek("count") !== bits - ones(BigInt(activations ^ weights))) wrong.push([activations, weights]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("counts as late as it says, at any distance of registers, and waits while not enabled", () => {
    const run = fc.record({
      bits: fc.integer({ min: 1, max: 70 }),
      levels: fc.integer({ min: 1, max: 6 }),
      xnor: fc.boolean(),
    });
    const property = fc.property(
      run.chain((p) => fc.tuple(fc.constant(p), fc.array(fc.tuple(words(p.bits), words(p.bits), fc.boolean())))),
      ([{ bits, levels, xnor }, inputs]) => {
        const options = { structure, levels };
        const latency = popcountLatency({ bits, ...options }, xnor ? 2 : 1);
        const dut = new Simulator(elaborate(around, { bits, xnor, ...options }));
        const due: number[] = [];
        for (const [activations, weights, enable] of inputs) {
          dut.poke("activations", activations);
          dut.poke("weights", weights);
          dut.poke("enable", enable ? 1 : 0);
          due.push(xnor ? bits - ones(activations ^ weights) : ones(activations));
          if (due.length > latency) expect(Number(dut.peek("count"))).toBe(due[due.length - 1 - latency]);
          if (!enable) due.pop();
          dut.step();
        }
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});

/** A count inside another module. */
const around = defineModule(
  "around",
  ({
    xnor,
    bits,
    ...shape
  }: {
    xnor: boolean;
    bits: number;
    structure: (typeof structures)[number];
    levels: number;
  }) => ({
    ports: {
      enable: input(bit),
      activations: input(uint(bits)),
      weights: input(uint(bits)),
      count: output(uint(bits)),
    },
    build({ enable, activations, weights, count }, m) {
      const options = { ...shape, enable };
      m.unused(weights);
      m.unused(enable);
      const result = xnor
        ? xnorPopcount(m, "agree", activations, weights, options)
        : popcountOf(m, "ones", activations, options);
      expect(result.latency).toBe(popcountLatency({ bits, ...shape }, xnor ? 2 : 1));
      count.set(bits > result.count.width ? result.count.extend(bits) : result.count.wrap(bits));
    },
  }),
);

it("refuses what has no hardware", () => {
  expect(() => popcountLatency({ bits: 0, structure: "full-adders" })).toThrow(/0 bits/);
  expect(() => popcountLatency({ bits: 8, structure: "full-adders", levels: 0 })).toThrow(/0 levels/);
  expect(() => elaborate(popcountModule, { bits: 1.5, structure: "full-adders" })).toThrow(/1.5/);
});
