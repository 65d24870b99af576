import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import { ap2 } from "./batch-norm.ts";
import {
  activate,
  activationGradient,
  binarise,
  levelOf,
  quantiseWeights,
  rawScale,
  scaleFraction,
  signedLevelOf,
  weightGradient,
} from "./kinds.ts";

const latents = fc
  .array(fc.oneof(fc.constantFrom(0, -0, 1, -1), fc.float({ min: -1, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 50,
  })
  .map((list) => Float32Array.from(list));
const scales = fc
  .tuple(fc.float({ min: 0.125, max: 4 }), fc.float({ min: 0.125, max: 4 }))
  .map((pair) => Float32Array.from(pair));

describe("quantiseWeights", () => {
  it("gives signs with sign(0) = +1", () => {
    fc.assert(
      fc.property(latents, (latent) => {
        const into = new Float32Array(latent.length);
        quantiseWeights({ kind: "binary", stochastic: false }, latent, new Float32Array(2), into);
        expect(Array.from(into)).toEqual(Array.from(latent, (w) => (w < 0 ? -1 : 1)));
      }),
    );
  });

  it("gives the nearest integers of a width, and three values by the largest weight", () => {
    fc.assert(
      fc.property(latents, fc.integer({ min: 2, max: 8 }), scales, (latent, bits, pair) => {
        const into = new Float32Array(latent.length);
        quantiseWeights({ kind: "uniform", bits }, latent, pair, into);
        into.forEach((q, i) => {
          const exact = latent[i] * 2 ** (bits - 1);
          expect(q).toBe(signedLevelOf(latent[i], bits));
          expect(Math.abs(q - exact) <= 0.5 || (q === 2 ** (bits - 1) - 1 && exact > q)).toBe(true);
        });
        quantiseWeights({ kind: "ternary", threshold: 0.05 }, latent, pair, into);
        const limit = 0.05 * Math.max(...latent.map(Math.abs));
        const rounded = pair.map((s) => rawScale(s) / 2 ** scaleFraction);
        into.forEach((q, i) => {
          expect(q).toBe(latent[i] > limit ? rounded[0] : latent[i] < -limit ? -rounded[1] : 0);
        });
      }),
    );
  });

  it("binarises at random with probability (x + 1) / 2, clipped", () => {
    const values = Float32Array.of(-2, -1, -0.5, 0, 0.5, 1, 2);
    const ones = new Float32Array(values.length);
    const into = new Float32Array(values.length);
    const random = new Random(1);
    const draws = 20000;
    for (let i = 0; i < draws; i++) {
      binarise(values, random, into);
      for (let k = 0; k < into.length; k++) ones[k] += into[k] === 1 ? 1 : 0;
    }
    // Five standard deviations.
    [0, 0, 0.25, 0.5, 0.75, 1, 1].forEach((p, k) => {
      expect(Math.abs(ones[k] / draws - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / draws));
    });
  });
});

describe("straight-through estimators", () => {
  it("pass the derivative of the clipped identity, of the ReLU, of the clipped ramp", () => {
    const z = Float32Array.of(-1.5, -1, -0.25, 0, 0.25, 1, 1.5);
    const slopes = (kind: Parameters<typeof activationGradient>[0]) => {
      const gradient = new Float32Array(z.length).fill(1);
      activationGradient(kind, z, gradient);
      return Array.from(gradient);
    };
    expect(slopes({ kind: "binary", stochastic: false })).toEqual([0, 1, 1, 1, 1, 1, 0]);
    expect(slopes({ kind: "relu" })).toEqual([0, 0, 0, 1, 1, 1, 1]);
    expect(slopes({ kind: "uniform", bits: 2 })).toEqual([0, 0, 0, 3, 3, 3, 0]);
  });

  it("scale the gradient of a ternary weight by its scale, and sum it up for the scale (TTQ, equations 7 and 8)", () => {
    const latent = Float32Array.of(1, 0.5, 0.04, -0.04, -0.5);
    const gradient = Float32Array.of(1, 2, 3, 4, 5);
    const forScales = new Float32Array(2);
    weightGradient({ kind: "ternary", threshold: 0.05 }, latent, Float32Array.of(2, 3), gradient, forScales);
    expect(Array.from(gradient)).toEqual([2, 4, 3, 4, 15]);
    expect(Array.from(forScales)).toEqual([3, -5]);
  });
});

describe("activate", () => {
  it("gives bits, positive parts and levels", () => {
    const z = Float32Array.of(-0.5, -0, 0, 0.5, 2);
    const of = (kind: Parameters<typeof activate>[0]) => {
      const into = new Float32Array(z.length);
      activate(kind, z, into);
      return Array.from(into);
    };
    expect(of({ kind: "binary", stochastic: false })).toEqual([-1, 1, 1, 1, 1]);
    expect(of({ kind: "relu" })).toEqual([0, 0, 0, 0.5, 2]);
    expect(of({ kind: "uniform", bits: 2 })).toEqual([0, 0, 0, 2, 3]);
    expect(levelOf(0.49, 1)).toBe(0);
  });
});

describe("ap2", () => {
  it("is the nearest power of two in the logarithm, with the sign", () => {
    expect([0, 1, 3, -3, 0.3, 1.4, 1.5].map(ap2)).toEqual([0, 1, 4, -4, 0.25, 1, 2]);
    fc.assert(
      fc.property(fc.double({ min: 2 ** -40, max: 2 ** 40, noNaN: true }), (x) => {
        expect(ap2(x) / x).toBeGreaterThanOrEqual(Math.SQRT1_2 - 1e-12);
        expect(ap2(x) / x).toBeLessThanOrEqual(Math.SQRT2 + 1e-12);
        expect(ap2(-x)).toBe(-ap2(x));
      }),
    );
  });
});
