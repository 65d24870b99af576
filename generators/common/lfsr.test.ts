import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate, HdlError, Simulator } from "../../hdl/index.ts";
import { Lfsr, lfsrMasks } from "../../sw-model/format/lfsr.ts";
import { lfsrWidths, maximalMask } from "../../sw-model/format/lfsr-masks.ts";
import { WideLfsr } from "../../sw-model/format/wide-lfsr.ts";
import { leapMatrix } from "./leap.ts";
import { type LfsrParameters, lfsr, serialLfsr } from "./lfsr.ts";

const widths = Object.keys(lfsrMasks).map(Number);

describe.each(widths)("the LFSR of %d bits", (width) => {
  it.each([1, 3, 16, 17, 1000])(
    "gives the golden sequence at %d steps a draw, and waits between draws",
    (stepsPerDraw) => {
      const dut = new Simulator(elaborate(lfsr, { width, mask: lfsrMasks[width], stepsPerDraw }));
      const seed = 2 ** width - 77;
      const golden = new Lfsr(width, seed, stepsPerDraw);
      dut.poke("reset", 1);
      dut.step();
      dut.poke("reset", 0);
      expect(dut.peek("value")).toBe(1);
      dut.poke("load", 1);
      dut.poke("seed", seed);
      dut.step();
      dut.poke("load", 0);
      for (let cycle = 0; cycle < 500; cycle++) {
        const draw = cycle % 3 === 1;
        dut.poke("draw", draw ? 1 : 0);
        expect(dut.peek("value")).toBe(golden.state);
        if (draw) golden.draw();
        dut.step();
      }
    },
  );
});

it("has any width that has a mask, and a seed that enters at once", () => {
  const points = fc.constantFrom(...lfsrWidths).chain((width) => {
    const seed = fc.bigInt({ min: 1n, max: (1n << BigInt(width)) - 1n });
    return fc.record({ width: fc.constant(width), stepsPerDraw: fc.constantFrom(1, 2, 8, width, 1000), seed });
  });
  fc.assert(
    fc.property(points, ({ width, stepsPerDraw, seed }) => {
      const dut = new Simulator(elaborate(lfsr, { width, mask: maximalMask(width), stepsPerDraw }));
      const golden = new WideLfsr(width, seed, stepsPerDraw);
      dut.poke("load", 1);
      dut.poke("seed", seed);
      dut.step();
      dut.poke("load", 0);
      dut.poke("draw", 1);
      for (let i = 0; i < 10; i++, dut.step()) expect(BigInt(dut.peek("value"))).toBe(golden.draw());
    }),
    { numRuns: 30 },
  );
});

function serial(p: LfsrParameters): Simulator {
  const dut = new Simulator(elaborate(serialLfsr, p));
  dut.poke("reset", 1);
  dut.step();
  dut.poke("reset", 0);
  return dut;
}

describe("a seed", () => {
  const load = (dut: Simulator, seed: bigint, width: number) => {
    dut.poke("load", 1);
    for (let i = 0; i < width; i++) {
      dut.poke("seed", (seed >> BigInt(i)) & 1n);
      dut.step();
    }
    dut.poke("load", 0);
  };

  it.each([2, 3, 7, 16, 31, 53, 64, 65, 102, 168])("enters bit by bit: %d bits, any number of steps", (width) => {
    const mask = maximalMask(width);
    for (const stepsPerDraw of [1, 2, width + 1, 5 * width]) {
      const dut = serial({ width, mask, stepsPerDraw });
      fc.assert(
        fc.property(fc.bigInt({ min: 1n, max: (1n << BigInt(width)) - 1n }), (seed) => {
          load(dut, seed, width);
          const golden = new WideLfsr(width, seed, stepsPerDraw);
          dut.poke("draw", 1);
          for (let i = 0; i < 20; i++) {
            expect(BigInt(dut.peek("value"))).toBe(golden.draw());
            dut.step();
          }
          dut.poke("draw", 0);
        }),
        { numRuns: 20 },
      );
    }
  });

  it("of 0 is taken for 1 where it enters at once, and for the highest bit where it enters bit by bit", () => {
    const p = { width: 16, mask: 0xb400, stepsPerDraw: 1 };
    const whole = new Simulator(elaborate(lfsr, p));
    whole.poke("load", 1);
    whole.poke("seed", 0);
    whole.step();
    expect(whole.peek("value")).toBe(1);
    for (const stepsPerDraw of [1, 16, 100]) {
      const unit = serial({ ...p, stepsPerDraw });
      load(unit, 0n, 16);
      expect(unit.peek("value")).toBe(0x8000);
      load(unit, 0n, 16);
      expect(unit.peek("value")).toBe(0x8000);
      load(unit, 1n, 16);
      expect(unit.peek("value")).toBe(1);
    }
  });
});

describe("a seed that enters while values are drawn", () => {
  it.each([2, 3, 4, 8])("of %d bits never leads to the state 0, and is what the next whole one says", (width) => {
    const mask = maximalMask(width);
    for (const stepsPerDraw of [1, width]) {
      const dut = serial({ width, mask, stepsPerDraw });
      const edges = fc.array(fc.record({ load: fc.nat(1), seed: fc.nat(1), draw: fc.nat(1) }), { minLength: 200 });
      fc.assert(
        fc.property(edges, fc.integer({ min: 0, max: 2 ** width - 1 }), (inputs, seed) => {
          for (const { load, seed, draw } of inputs) {
            dut.poke("load", load);
            dut.poke("seed", seed);
            dut.poke("draw", draw);
            dut.step();
            expect(dut.peek("value")).not.toBe(0);
          }
          dut.poke("draw", 1);
          // The rest of a seed that is in by halves.
          dut.poke("load", 1);
          for (let i = 0; dut.peek("loading") === 1; i++, dut.step()) expect(i).toBeLessThan(width);
          for (let i = 0; i < width; i++) {
            dut.poke("load", 0);
            dut.step();
            dut.poke("load", 1);
            dut.poke("seed", (seed >> i) & 1);
            dut.step();
            expect(dut.peek("loading")).toBe(i === width - 1 ? 0 : 1);
          }
          expect(dut.peek("value")).toBe(seed || 2 ** (width - 1));
          dut.poke("load", 0);
        }),
        { numRuns: 30 },
      );
    }
  });
});

describe("the matrix of a leap", () => {
  it("does what single steps do, for numbers of steps that nobody would take one by one", () => {
    const matrix = (steps: number) => leapMatrix(16, 0xb400n, steps);
    // The period is 2^16 - 1.
    expect(matrix(65535)).toEqual(matrix(0));
    expect(matrix(65535 * 1000 + 3)).toEqual(matrix(3));
    expect(matrix(1)[15]).toBe(1n);
  });
});

describe("the sequence", () => {
  it("starts as worked by hand from the rule: 1, mask, mask >> 1, …", () => {
    const golden = new Lfsr(16, 1);
    expect(Array.from({ length: 5 }, () => golden.draw())).toEqual([0x0001, 0xb400, 0x5a00, 0x2d00, 0x1680]);
  });

  it.each([8, 16])("of %d bits runs through every state but 0", (width) => {
    const golden = new Lfsr(width, 1);
    const seen = new Set(Array.from({ length: 2 ** width - 1 }, () => golden.draw()));
    expect(seen.size).toBe(2 ** width - 1);
    expect(golden.state).toBe(1);
  });
});

it("refuses a mask that does not belong to the width", () => {
  expect(() => elaborate(lfsr, { width: 16, mask: 0xb8, stepsPerDraw: 1 })).toThrow(HdlError);
  expect(() => elaborate(lfsr, { width: 16, mask: 0xb400, stepsPerDraw: 0 })).toThrow(/0 steps a draw/);
});

it.each([0, 65536, 1.5])("the golden model refuses the seed %s", (seed) => {
  expect(() => new Lfsr(16, seed)).toThrow(RangeError);
});

it("so does the one of any width", () => {
  for (const seed of [-1n, 0n, 1n << 168n]) expect(() => new WideLfsr(168, seed)).toThrow(RangeError);
  expect(() => new WideLfsr(169, 1n)).toThrow(RangeError);
});
