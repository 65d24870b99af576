import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadMnist, pick } from "../data/mnist.ts";
import { createMlp } from "../model/mlp.ts";
import { Random } from "../random.ts";
import { accuracyOf } from "../train/epochs.ts";
import { energySensitivity, keepsForDensity, keepWithin } from "../train/sensitivity.ts";
import { compressNetwork } from "./compress.ts";
import { denseWeights } from "./layer.ts";
import { decodedMlp } from "./mlp.ts";
import type { DenseNetwork } from "./network.ts";
import type { CompressionPlan, Retraining } from "./plan.ts";
import { sizesOf } from "./sizes.ts";

const plan: CompressionPlan = {
  seed: 1,
  keep: { by: "layer", shares: [1, 1] },
  weightBits: [4, 4],
  indexBits: undefined,
  initialisation: "linear",
  retraining: undefined,
};

/** Two layers of random weights, the second one without a bias. */
function networkOf(sizes: readonly [number, number, number], seed: number): DenseNetwork {
  const { weights } = createMlp(sizes, new Random(seed));
  const layers = weights.map((values, i) => ({
    name: `fc${i}`,
    inputs: sizes[i],
    outputs: sizes[i + 1],
    bias: i === 0,
    relu: i === 0,
    weights: i === 0 ? values : values.subarray(0, sizes[1] * sizes[2]),
  }));
  return { name: "random", chained: true, layers };
}

describe("sensitivity", () => {
  it("without data is the share of the squares that is dropped", () => {
    const weights = Float32Array.from({ length: 100 }, (_, i) => (i < 60 ? 1 : 3));
    // 60 ones and 40 threes have squares of 60 and 360 in all.
    const sensitivity = energySensitivity(weights);
    const at = (share: number) => sensitivity.points.find(({ keep }) => keep === share)?.damage;
    expect(at(0.4)).toBeCloseTo(60 / 420, 6);
    expect(at(0.6)).toBeCloseTo(40 / 420, 6);
    expect(keepWithin(sensitivity, 50 / 420)).toBeCloseTo(0.5, 6);
    expect(keepWithin(sensitivity, 0)).toBe(1);
  });

  it("divides a density over the layers: they keep as much as asked, the flat ones more", () => {
    const flat = Float32Array.from({ length: 1000 }, () => 1);
    const peaked = Float32Array.from({ length: 3000 }, (_, i) => 1 / (1 + i));
    const keeps = keepsForDensity([flat, peaked].map(energySensitivity), 0.2);
    expect((1000 * keeps[0] + 3000 * keeps[1]) / 4000).toBeCloseTo(0.2, 3);
    expect(keeps[0]).toBeGreaterThan(keeps[1]);
    for (const keep of keepsForDensity([flat, peaked].map(energySensitivity), 0.005)) expect(keep).toBeLessThan(0.01);
  });
});

describe("compressNetwork", () => {
  it("keeps the largest weights, each within its cluster, and never grows a layer by choosing index bits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.double({ min: 0.05, max: 1, noNaN: true }), async (seed, keep) => {
        const network = networkOf([30, 20, 10], seed);
        const shares = [keep, keep];
        const chosen = await compressNetwork(
          network,
          { ...plan, keep: { by: "layer", shares } },
          undefined,
          () => undefined,
        );
        chosen.layers.forEach((layer, i) => {
          const { weights } = network.layers[i];
          const shared = denseWeights(layer);
          const dropped = weights.filter((_, at) => shared[at] === 0).map(Math.abs);
          const kept = weights.filter((_, at) => shared[at] !== 0).map(Math.abs);
          expect(Math.max(0, ...dropped)).toBeLessThanOrEqual(Math.min(Number.POSITIVE_INFINITY, ...kept));
          expect(layer.codebook.length).toBeLessThanOrEqual(16);
        });
        const size = sizesOf(chosen).bytesAfter;
        for (const indexBits of [2, 5, 8]) {
          const fixed = { ...plan, keep: { by: "layer" as const, shares }, indexBits };
          const other = await compressNetwork(network, fixed, undefined, () => undefined);
          expect(sizesOf(other).bytesAfter).toBeGreaterThanOrEqual(size);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("counts stages as the paper does: 3.2 times for 16 weights in 4 shared values without zeros", async () => {
    // Section 3: n b / (n log2 k + k b) = 16 * 32 / (16 * 2 + 4 * 32). Code 0 is zero here, so five codes take three bits.
    const weights = Float32Array.from({ length: 16 }, (_, i) => 1 + (i % 4));
    const layer = { name: "fig3", inputs: 4, outputs: 4, bias: false, relu: false, weights };
    const network = { name: "fig3", chained: true, layers: [layer] };
    const options = { ...plan, keep: { by: "layer" as const, shares: [1] }, weightBits: [3], indexBits: 1 };
    const [sizes] = sizesOf(await compressNetwork(network, options, undefined, () => undefined)).layers;
    expect(sizes.bytesBefore).toBe(64);
    expect(sizes.bits.codes + sizes.bits.codebook).toBe(16 * 2 + 4 * 32);
    expect((8 * sizes.bytesBefore) / (sizes.bits.codes + sizes.bits.codebook)).toBe(3.2);
    expect(sizes.bytesShared).toBe((16 * (3 + 1)) / 8 + 5 * 2 + 4 * 4);
    expect(sizes.bytesPruned).toBe((16 * (32 + 1)) / 8 + 5 * 2);
  });
});

describe("retraining", () => {
  const all = loadMnist();
  const first = (count: number) => Array.from({ length: count }, (_, i) => i);
  const few = {
    train: pick(all.train, first(600)),
    validation: pick(all.validation, first(100)),
    test: pick(all.test, first(100)),
  };
  const short = { epochs: 3, rate: 3e-3, batch: 20 };
  const retraining: Retraining = {
    decay: 2e-5,
    augmentation: { shift: 0, turn: 0, stretch: 0 },
    denseSparseDense: { keep: 0.5, sparse: short, dense: short },
    rounds: [short, short],
    sharing: short,
  };
  const trained = (changes: Partial<CompressionPlan> = {}, digits = few) =>
    compressNetwork(
      networkOf([784, 24, 10], 5),
      { ...plan, keep: { by: "density", density: 0.15 }, retraining, ...changes },
      digits,
      () => undefined,
    );

  it("teaches a network what it did not know, at the density asked for, and gives the same network each time", async () => {
    const network = await trained();
    const kept = network.layers.reduce((sum, { matrix }) => sum + matrix.codeOf.length, 0);
    expect(kept / (785 * 24 + 24 * 10)).toBeCloseTo(0.15, 2);
    expect(accuracyOf(decodedMlp(network), few.test)).toBeGreaterThan(0.6);
    expect(network.layers.map(({ bias }) => bias)).toEqual([true, false]);
    expect(isDeepStrictEqual(await trained(), network)).toBe(true);
    expect(isDeepStrictEqual(await trained({}, { ...few, test: few.validation }), network)).toBe(true);
    expect(isDeepStrictEqual(await trained({ seed: 2 }), network)).toBe(false);
  });
});
