import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { arrayLuts } from "./area.ts";
import { initiationInterval } from "./cycles.ts";
import { fitBnn } from "./fit.ts";
import { fold } from "./fold.ts";
import { bnnSpec } from "./spec.ts";

const layersOf = (sizes: readonly number[]) => sizes.slice(1).map((rows, i) => ({ rows, cols: sizes[i] }));
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 4 });
const tiny = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 3 }),
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
);

/** Every choice of up to twice the rows and columns that chains, with what it comes to. */
function everyFold(sizes: readonly number[]): { interval: number; luts: number }[] {
  const layers = layersOf(sizes);
  let all: { pes: number[]; lanes: number[] }[] = [{ pes: [], lanes: [] }];
  for (const { rows, cols } of layers) {
    all = all.flatMap((before) =>
      upTo(2 * cols).flatMap((lanes) => {
        const from = before.pes.at(-1) ?? lanes;
        if (from % lanes !== 0 && lanes % from !== 0) return [];
        return upTo(2 * rows).map((pes) => ({ pes: [...before.pes, pes], lanes: [...before.lanes, lanes] }));
      }),
    );
  }
  return all.map(({ pes, lanes }) => ({
    interval: initiationInterval({ pes, lanes }, layers),
    luts: pes.reduce((sum, elements, i) => sum + arrayLuts({ pes: elements, lanes: lanes[i] }), 0),
  }));
}

function refusal(work: () => unknown): UserError["details"] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  throw new Error("not refused");
}

const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1);

describe("fold", () => {
  it("keeps the interval, and gives parameters that chain", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3000 }), (sizes, interval) => {
        const layers = layersOf(sizes);
        const { pes, lanes, ...found } = fold(layers, { interval });
        const { parameters } = resolveParameters(bnnSpec, { sets: [`pes=${pes}`, `lanes=${lanes}`] });
        expect(initiationInterval(parameters, layers)).toBe(found.interval);
        expect(found.interval).toBeLessThanOrEqual(interval);
        const luts = pes.reduce((sum, elements, i) => sum + arrayLuts({ pes: elements, lanes: lanes[i] }), 0);
        expect(found.luts).toBeCloseTo(luts, 6);
      }),
      { numRuns: 30 },
    );
  });

  it("is the cheapest of all choices that chain, for any interval", () => {
    fc.assert(
      fc.property(tiny, fc.integer({ min: 1, max: 20 }), (sizes, interval) => {
        const layers = layersOf(sizes);
        const best = Math.min(...everyFold(sizes).flatMap((tried) => (tried.interval <= interval ? [tried.luts] : [])));
        expect(fold(layers, { interval }).luts).toBeCloseTo(best, 6);
      }),
      { numRuns: 20 },
    );
  });

  it("is the fastest of all choices that chain, for any budget, and of those the cheapest", () => {
    fc.assert(
      fc.property(tiny, fc.integer({ min: 130, max: 400 }), (sizes, luts) => {
        const within = everyFold(sizes).filter((tried) => tried.luts <= luts);
        const interval = Math.min(...within.map((tried) => tried.interval));
        const best = Math.min(
          ...within.map((tried) => (tried.interval === interval ? tried.luts : Number.POSITIVE_INFINITY)),
        );
        const found = fold(layersOf(sizes), { luts });
        expect(found.interval).toBe(interval);
        expect(found.luts).toBeCloseTo(best, 6);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    { sizes: [60, 36, 48, 10], target: { interval: 24 }, interval: 24, luts: 377 },
    { sizes: [7, 5, 3], target: { interval: 1 }, interval: 1, luts: 220.5 },
    { sizes: [784, 256, 256, 256, 10], target: { interval: 128 }, interval: 128, luts: 3268 },
    { sizes: [100, 90, 70, 10], target: { luts: 8000 }, interval: 3, luts: 8000 },
    { sizes: [100, 90, 70, 10], target: { luts: 25000 }, interval: 1, luts: 21175 },
    { sizes: [1024, 1024], target: { luts: 5000 }, interval: 256, luts: 4873.5 },
  ])(
    "chooses as well as a search of powers of two and divisors, or better: $sizes, $target",
    ({ sizes, target, ...reached }) => {
      const found = fold(layersOf(sizes), target);
      expect(found.luts).toBeLessThanOrEqual(reached.luts);
      expect(found.interval).toBeLessThanOrEqual(reached.interval);
    },
  );

  it("gives what an operation of that size can run with", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 65536 }), { minLength: 2, maxLength: 3 }), (sizes) => {
        const layers = layersOf(sizes);
        const slow = Math.min(1e9, Math.max(...layers.map(({ rows, cols }) => rows * cols)));
        const { pes, lanes } = fold(layers, { interval: slow });
        const sets = [`pes=${pes}`, `lanes=${lanes}`];
        const { parameters, explicit } = resolveParameters(bnnSpec, { sets });
        expect(fitBnn(parameters, explicit, layers).pes).toEqual(pes);
      }),
      { numRuns: 10 },
    );
  });

  it("spends a budget on the fewest cycles", () => {
    const layers = layersOf([784, 256, 256, 256, 10]);
    const small = fold(layers, { luts: 2000 });
    const large = fold(layers, { luts: 20000 });
    expect(small.luts).toBeLessThanOrEqual(2000);
    expect(large.luts).toBeLessThanOrEqual(20000);
    expect(large.interval).toBeLessThan(small.interval);
    expect(fold(layers, { interval: small.interval }).luts).toBeLessThanOrEqual(small.luts);
  });

  it("says what would do where nothing does", () => {
    expect(refusal(() => fold(layersOf([784, 10]), { luts: 10 }))).toMatchObject({
      code: "fold-impossible",
      expected: "at least 41",
    });
    expect(refusal(() => fold(layersOf([4096, 2048]), { interval: 1 }))).toMatchObject({
      code: "fold-impossible",
      expected: "at least 2",
    });
  });

  it("refuses more layers than a pipeline has", () => {
    expect(refusal(() => fold(layersOf(Array(18).fill(2)), { interval: 9 }))).toMatchObject({ code: "wrong-layers" });
  });
});
