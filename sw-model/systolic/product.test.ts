import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macRoundings } from "../format/fixed.ts";
import type { RawMatrix } from "../linear/exact.ts";
import { Random } from "../random.ts";
import { goldenSystolic } from "./golden.ts";
import { SystolicProduct } from "./product.ts";
import type { SystolicParameters } from "./spec.ts";

const parameters: fc.Arbitrary<SystolicParameters> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 2, max: 24 }),
    bWidth: fc.constantFrom(0, 2, 11, 24),
    accWidth: fc.oneof(fc.integer({ min: 2, max: 60 }), fc.constant(128)),
    outWidth: fc.integer({ min: 1, max: 32 }),
    rounding: fc.constantFrom(...macRoundings),
    lfsrWidth: fc.constantFrom(8, 16, 24, 32),
    stepsPerDraw: fc.integer({ min: 1, max: 33 }),
    drop: fc.nat(128),
    fewer: fc.oneof(fc.constant(0), fc.nat(32)),
  })
  .map(({ drop, fewer, ...rest }) => {
    const all = rest.rounding === "stochastic" && fewer === 0;
    const dropBits = drop % (Math.min(rest.accWidth, all ? rest.lfsrWidth : 128) + 1);
    return { ...rest, dropBits, randomBits: Math.min(fewer, dropBits, rest.lfsrWidth) } as SystolicParameters;
  });
const size = fc.integer({ min: 1, max: 20 });

/** Random raw values, the ends of the range among them. */
function matrix(rows: number, cols: number, width: number, random: Random): RawMatrix {
  const half = 2 ** (width - 1);
  const value = () => {
    const kind = random.uniform();
    return kind < 0.1 ? -half : kind < 0.2 ? half - 1 : Math.floor(random.between(-half, half));
  };
  return { rows, cols, data: Int32Array.from({ length: rows * cols }, value) };
}

const rowsOf = ({ rows, cols, data }: RawMatrix) =>
  Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * cols, (r + 1) * cols)));

describe("SystolicProduct", () => {
  it("equals the plain golden model, whatever the parameters and shapes", () => {
    fc.assert(
      fc.property(parameters, fc.nat(20), size, size, fc.integer(), (p, m, k, n, number) => {
        const random = new Random(number);
        const [a, b] = [matrix(m, k, p.width, random), matrix(k, n, p.bWidth || p.width, random)];
        const seed = 1 + Math.floor(random.uniform() * (2 ** p.lfsrWidth - 1));
        const product = new SystolicProduct(p);
        const wanted = goldenSystolic(p, { a: rowsOf(a), b: rowsOf(b), seed }).c.map((row) => row.map(Number));
        // Twice: what the first product left in the memory must not matter.
        product.multiply(matrix(7, 9, p.width, random), matrix(9, 5, p.width, random), seed);
        expect(rowsOf(product.multiply(a, b, seed)).map((row) => row.map((y) => y + 0))).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses what doubles do not hold", () => {
    const p = { rows: 2, cols: 2, width: 24, accWidth: 60, dropBits: 0, outWidth: 32 } as SystolicParameters;
    const product = new SystolicProduct({ ...p, rounding: "truncate", lfsrWidth: 8, stepsPerDraw: 1 });
    const zeros = (rows: number, cols: number) => ({ rows, cols, data: new Int32Array(rows * cols) });
    expect(() => product.multiply(zeros(1, 65), zeros(65, 1))).toThrow(RangeError);
    expect(product.multiply(zeros(1, 64), zeros(64, 1)).data).toEqual(Int32Array.of(0));
    expect(() => new SystolicProduct({ ...p, outWidth: 33 })).toThrow(RangeError);
  });
});
