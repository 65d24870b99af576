import { describe, expect, it } from "vitest";
import { Lfsr } from "../format/lfsr.ts";
import { Random } from "../random.ts";
import { Rounder } from "../srmac/rounder.ts";
import { biasBound, biasOfCycle, biasOfFewerBits, biasOfFullCycle } from "./bias.ts";
import {
  batchMeans,
  drawsOf,
  gcd,
  recommendedSteps,
  roundingErrors,
  standardised,
  sumOfProducts,
} from "./statistics.ts";
import { columnCorrelation, lagCorrelations, lagOneCorrelation, meanErrors, oneStep, recommended } from "./survey.ts";

describe("draws and errors", () => {
  it.each([8, 16, 24, 32])("of %d bits are those of the LFSR and of the rounding unit", (lfsrWidth) => {
    for (const stepsPerDraw of [1, 7, 32]) {
      const lfsr = new Lfsr(lfsrWidth, 99, stepsPerDraw);
      const draws = drawsOf(lfsrWidth, stepsPerDraw, 99, 500);
      expect(Array.from(draws)).toEqual(Array.from(draws, () => lfsr.draw()));
    }
    const k = 6;
    const parameters = { accWidth: 20, dropBits: k, outWidth: 20, rounding: "stochastic", lfsrWidth, stepsPerDraw: 1 };
    const rounder = new Rounder(parameters as ConstructorParameters<typeof Rounder>[0], 99);
    const values = new Random(5);
    const wanted = Array.from({ length: 300 }, () => {
      const low = Math.floor(values.uniform() * 64);
      return Number(rounder.round(BigInt(low + 640))) - 10 - low / 64;
    });
    expect(Array.from(roundingErrors(drawsOf(lfsrWidth, 1, 99, 300), k, new Random(5)))).toEqual(wanted);
  });

  it("are estimated with their scatter: means within standard errors, correlation of neighbours counted", () => {
    const random = new Random(1);
    const independent = Float64Array.from({ length: 100_000 }, () => random.normal());
    expect(batchMeans(independent, 100).standardError * Math.sqrt(100_000)).toBeCloseTo(1, 0);
    const twice = independent.map((_, i) => independent[Math.floor(i / 2)]);
    expect((batchMeans(twice, 100).standardError / batchMeans(independent, 100).standardError) ** 2).toBeGreaterThan(
      1.4,
    );
    const own = standardised(twice);
    expect(sumOfProducts(own, own)).toBeCloseTo(1, 10);
    expect(sumOfProducts(own, own, 1)).toBeCloseTo(0.5, 1);
    expect(sumOfProducts(own, own, 2)).toBeCloseTo(0, 1);
  });
});

describe("recommendedSteps", () => {
  it("are coprime to the period, at least k, and close to it", () => {
    for (const lfsrWidth of [8, 16, 24, 32]) {
      for (let k = 1; k <= lfsrWidth; k++) {
        const steps = recommendedSteps(k, lfsrWidth);
        expect(gcd(2 ** lfsrWidth - 1, steps)).toBe(1);
        expect(steps).toBeGreaterThanOrEqual(k);
        expect(steps).toBeLessThanOrEqual(2 ** Math.ceil(Math.log2(k)));
      }
    }
  });
});

// All k and widths over a million draws: `whittle bench rounding`.
describe("stochastic rounding", () => {
  it.each([
    [16, recommended],
    [24, oneStep],
    [32, recommended],
  ] as const)("by an LFSR of %d bits has a mean error within four standard errors", (lfsrWidth, steps) => {
    expect(Math.max(...meanErrors(lfsrWidth, steps, 100_000))).toBeLessThan(4);
  });

  it("by 16 bits has uncorrelated errors at the recommended number of steps, and not at one", () => {
    expect(Math.max(...lagCorrelations(16, recommended, 100_000))).toBeLessThan(4);
    // Draws correlate by 0.5; half of the variance of an error comes from the value.
    expect(lagOneCorrelation(16, 8, 1, 100_000)).toBeCloseTo(0.25, 1);
  });

  it("in the columns of an array has uncorrelated errors", () => {
    const array = { cols: 28, lfsrWidth: 16, stepsPerDraw: 8, dropBits: 8 } as const;
    expect(columnCorrelation(array, 20_000)).toBeLessThan(4);
  });
});

describe("bias", () => {
  it.each([
    [8, 1],
    [8, 7],
    [16, 1],
    [16, 8],
  ])("of %d bits at %d steps, coprime to the period, is that of the missing state 0, at k = n too", (n, steps) => {
    for (const k of [1, 3, n - 1, n]) {
      expect(biasOfCycle(n, steps, k, 5)).toBeCloseTo(biasOfFullCycle(n, k), 12);
    }
  });

  it("shows in a million draws of 8 bits, as large as derived", () => {
    const { mean, standardError } = batchMeans(roundingErrors(drawsOf(8, 1, 3, 1e6), 8, new Random(1)), 100);
    expect(Math.abs(mean - biasOfFullCycle(8, 8))).toBeLessThan(4 * standardError);
    expect(mean).toBeGreaterThan(4 * standardError);
  });

  it.each([
    [8, 3],
    [8, 5],
    [8, 51],
    [16, 3],
    [16, 15],
    [16, 255],
  ])("of %d bits at %d steps depends on the seed and stays within its bound", (n, steps) => {
    const biases = Array.from({ length: 255 }, (_, i) => biasOfCycle(n, steps, n, i + 1));
    const worst = Math.max(...biases.map(Math.abs));
    expect(worst).toBeLessThanOrEqual(biasBound(n, steps));
    expect(worst).toBeGreaterThan(10 * biasOfFullCycle(n, n));
    expect(new Set(biases.map((bias) => bias.toFixed(9))).size).toBeGreaterThan(1);
  });

  it.each([
    [9, 4, 8],
    [12, 1, 8],
    [6, 6, 8],
  ])("of %d dropped and %d random bits is what the cut loses, over the whole cycle of the rounding unit", (k, m, n) => {
    const sizes = { accWidth: 20, dropBits: k, randomBits: m, outWidth: 20, lfsrWidth: n, stepsPerDraw: 1 };
    const parameters = { ...sizes, rounding: "stochastic" } as ConstructorParameters<typeof Rounder>[0];
    let sum = 0;
    for (let x = 0; x < 2 ** k; x++) {
      const rounder = new Rounder(parameters, 1);
      for (let i = 0; i < 2 ** n - 1; i++) sum += Number(rounder.round(BigInt(x))) - x / 2 ** k;
    }
    expect(sum / 2 ** k / (2 ** n - 1)).toBeCloseTo(biasOfFewerBits(n, k, m), 12);
  });
});
