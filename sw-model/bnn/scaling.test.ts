import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { affineOf } from "../quantised/batch-norm.ts";
import { goldenBnn } from "./golden.ts";
import { isShift, scaledDots, scalesOf, signedBits } from "./scaling.ts";

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const columns = fc
  .array(
    fc.record({
      gamma: real(-4, 4).filter((gamma) => Math.abs(gamma) > 0.1),
      beta: real(-3, 3),
      mean: real(-50, 50),
      variance: real(1, 400),
      dot: fc.integer({ min: -256, max: 256 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((rows) => ({
    dots: rows.map(({ dot }) => dot),
    gamma: Float32Array.from(rows, ({ gamma }) => gamma),
    beta: Float32Array.from(rows, ({ beta }) => beta),
    mean: Float32Array.from(rows, ({ mean }) => mean),
    variance: Float32Array.from(rows, ({ variance }) => variance),
  }));

describe("scales of a batch normalisation", () => {
  it("by powers of two are exact but for the offset, which is rounded", () => {
    fc.assert(
      fc.property(columns, ({ dots, ...norm }) => {
        const affine = affineOf(norm, "shift");
        const fraction = 12;
        const scales = scalesOf(affine, fraction);
        expect(scales.every(isShift)).toBe(true);
        scaledDots([dots], scales)[0].forEach((y, i) => {
          const value = (dots[i] - affine.mean[i]) * affine.scale[i] + affine.offset[i];
          expect(Math.abs(y * 2 ** -fraction - value)).toBeLessThanOrEqual(2 ** -(fraction + 1) + 1e-9);
        });
      }),
    );
  });

  it("by a multiplier are within the rounding of factor and offset", () => {
    fc.assert(
      fc.property(columns, ({ dots, ...norm }) => {
        const affine = affineOf(norm, "exact");
        scaledDots([dots], scalesOf(affine, 10))[0].forEach((y, i) => {
          const value = (dots[i] - affine.mean[i]) * affine.scale[i] + affine.offset[i];
          expect(Math.abs(y * 2 ** -10 - value)).toBeLessThanOrEqual(2 ** -11 * (Math.abs(dots[i]) + 1) + 1e-9);
        });
      }),
    );
  });

  it("knows what a shift can do", () => {
    expect([0, 1, -1, 64, -128, 3, -6].map((factor) => isShift({ factor, offset: 0 }))).toEqual([
      ...[true, true, true, true, true],
      ...[false, false],
    ]);
  });
});

it("signedBits holds the values, and one bit less does not", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -70_000, max: 70_000 }), { minLength: 1 }), (values) => {
      const bits = signedBits(values);
      const fits = (width: number) => values.every((x) => x >= -(2 ** (width - 1)) && x < 2 ** (width - 1));
      expect(fits(bits)).toBe(true);
      expect(bits === 1 || !fits(bits - 1)).toBe(true);
    }),
  );
  expect([[0], [-1], [1], [127, -128], [128]].map(signedBits)).toEqual([1, 1, 2, 8, 9]);
});

it("goldenBnn scales the last layer", () => {
  const layers = [{ weights: packBits([[1, 1, 0]]) }];
  const scales = [{ factor: -3, offset: 10 }];
  expect(
    goldenBnn({
      layers,
      inputs: packBits([
        [1, 1, 0],
        [0, 0, 0],
      ]),
      scales,
    }),
  ).toEqual({ y: [[1], [13]] });
});
