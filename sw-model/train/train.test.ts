import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadMnist, pick } from "../data/mnist.ts";
import { toEntries } from "../eie/sparse.ts";
import { createMlp, Pass } from "../model/mlp.ts";
import { loadModel, saveModel } from "../model/store.ts";
import { Random } from "../random.ts";
import { Adam } from "./adam.ts";
import { distort } from "./augment.ts";
import { KeptPass, keptWeights, scatter } from "./kept.ts";
import { lenetPlan, type TrainingPlan } from "./plan.ts";
import { magnitudeMask } from "./prune.ts";
import { quantiseLayer } from "./quantise.ts";
import { centroidGradient, expand, initialisations, shareWeights } from "./share.ts";
import { trainModel } from "./train.ts";

const floats = (minLength = 1) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.float({ min: -4, max: 4, noNaN: true })), {
      minLength,
      maxLength: 200,
      size: "max",
    })
    .map((list) => Float32Array.from(list));

describe("magnitudeMask", () => {
  it("keeps the largest magnitudes, and no zeros", () => {
    fc.assert(
      fc.property(floats(), fc.double({ min: 0, max: 1, noNaN: true }), (weights, keep) => {
        const mask = magnitudeMask(weights, keep);
        const kept = weights.filter((_, i) => mask[i] === 1);
        const dropped = weights.filter((_, i) => mask[i] === 0);
        const smallest = kept.reduce((low, value) => Math.min(low, Math.abs(value)), Number.POSITIVE_INFINITY);
        expect(dropped.every((value) => Math.abs(value) <= smallest)).toBe(true);
        expect(kept.every((value) => value !== 0)).toBe(true);
        const nonzero = weights.filter((value) => value !== 0).length;
        expect(kept.length).toBe(Math.min(nonzero, Math.floor(keep * weights.length)));
      }),
    );
  });
});

/** The distances of all weights from their centroids, squared and summed. */
const spreadOf = (weights: Float32Array, codes: Uint8Array, centroids: Float32Array) =>
  weights.reduce((sum, weight, i) => sum + (weight - centroids[codes[i]]) ** 2, 0);

/** The least spread of ascending values in so many runs, by trying every division (dynamic programming). */
function leastSpread(sorted: readonly number[], clusters: number): number {
  const spread = (from: number, to: number) => {
    const run = sorted.slice(from, to);
    const mean = run.reduce((a, b) => a + b, 0) / run.length;
    return run.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  let best = sorted.map((_, i) => spread(0, i + 1));
  for (let k = 1; k < clusters; k++) {
    best = best.map((alone, i) =>
      Math.min(alone, ...best.slice(0, i).map((before, from) => before + spread(from + 1, i + 1))),
    );
  }
  return best[best.length - 1] ?? 0;
}

describe("shareWeights", () => {
  it("does what plain k-means does from every beginning, weight by weight", () => {
    fc.assert(
      fc.property(floats(20), fc.integer({ min: 2, max: 16 }), fc.integer(), (weights, codeCount, seed) => {
        for (const initialisation of initialisations) {
          const { codes, centroids } = shareWeights(weights, codeCount, { initialisation, random: new Random(seed) });
          // A further round of the plain procedure changes nothing.
          const distance = (weight: number, c: number) => Math.abs(weight - centroids[c]);
          weights.forEach((weight, i) => {
            const nearest = Math.min(...Array.from(centroids.subarray(1), (_, c) => distance(weight, c + 1)));
            if (weight === 0) expect(codes[i]).toBe(0);
            else expect(distance(weight, codes[i])).toBe(nearest);
          });
          for (let c = 1; c < codeCount; c++) {
            const members = weights.filter((_, i) => codes[i] === c);
            if (members.length === 0) continue;
            expect(centroids[c]).toBeCloseTo(members.reduce((a, b) => a + b, 0) / members.length, 4);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is never better than the best division, and finds it where the clusters lie apart", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 3, maxLength: 24 }), (list) => {
        const weights = Float32Array.from(list);
        const { codes, centroids } = shareWeights(weights, 4);
        const least = leastSpread(
          list.toSorted((a, b) => a - b),
          3,
        );
        expect(spreadOf(weights, codes, centroids)).toBeGreaterThanOrEqual(least - 0.1);
        const apart = Float32Array.from(list, (value, i) => (i % 3) * 10000 + 1 + (value % 50));
        const found = shareWeights(apart, 4);
        const best = leastSpread(
          Array.from(apart).sort((a, b) => a - b),
          3,
        );
        expect(spreadOf(apart, found.codes, found.centroids)).toBeCloseTo(best, 0);
      }),
      { numRuns: 50 },
    );
  });

  it("shares the weights of figure 3 of Deep Compression, and tunes the shared values as there", () => {
    const weights = Float32Array.of(
      ...[2.09, -0.98, 1.48, 0.09, 0.05, -0.14, -1.08, 2.12],
      // The figure has two zeros, which here would count as pruned.
      ...[-0.91, 1.92, 1e-6, -1.03, 1.87, 1e-6, 1.53, 1.49],
    );
    const { codes, centroids } = shareWeights(weights, 5);
    expect(Array.from(codes, (code) => code - 1)).toEqual([3, 0, 2, 1, 1, 1, 0, 3, 0, 3, 1, 0, 3, 1, 2, 2]);
    const rounded = (values: Float32Array) => Array.from(values, (value) => Math.round(100 * value) / 100 + 0);
    expect(rounded(centroids)).toEqual([0, -1, 0, 1.5, 2]);
    const gradient = Float32Array.of(
      ...[-0.03, -0.01, 0.03, 0.02, -0.01, 0.01, -0.02, 0.12],
      ...[-0.01, 0.02, 0.04, 0.01, -0.07, -0.02, 0.01, -0.02],
    );
    const sums = centroidGradient({ codes, centroids }, gradient);
    expect(rounded(sums)).toEqual([0, -0.03, 0.04, 0.02, 0.04]);
    expect(rounded(centroids.map((value, c) => value - sums[c]))).toEqual([0, -0.97, -0.04, 1.48, 1.96]);
  });

  it("gives each weight its nearest centroid, zero to zero, and each centroid the mean of its weights", () => {
    fc.assert(
      fc.property(floats(20), (weights) => {
        const { codes, centroids } = shareWeights(weights, 16);
        const real = Array.from(centroids.subarray(1));
        const isNearest = (weight: number, i: number) =>
          Math.abs(weight - centroids[codes[i]]) === Math.min(...real.map((value) => Math.abs(weight - value)));
        expect(weights.every((weight, i) => (weight === 0 ? codes[i] === 0 : isNearest(weight, i)))).toBe(true);
        const isMean = (value: number, k: number) => {
          const members = weights.filter((_, i) => codes[i] === k + 1);
          return members.length === 0 || Math.abs(value - members.reduce((a, b) => a + b, 0) / members.length) < 1e-5;
        };
        expect(real.every(isMean)).toBe(true);
        expect(centroids[0]).toBe(0);
      }),
    );
  });

  it("represents up to 15 different weights exactly", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 15, size: "max" }), (list) => {
        const weights = Float32Array.from([0, ...list, ...list]);
        const shared = shareWeights(weights, 16);
        const copy = new Float32Array(weights.length);
        expand(shared, copy);
        expect(copy).toEqual(weights);
      }),
    );
  });

  it("sums the gradients of a centroid's weights, as in figure 3 of Deep Compression", () => {
    const shared = { codes: Uint8Array.of(3, 0, 2, 1, 1, 3, 0, 3), centroids: Float32Array.of(0, -1, 1.5, 2) };
    const gradient = Float32Array.of(-3, -3, 2, 1, -1, 12, 9, 2);
    expect(Array.from(centroidGradient(shared, gradient))).toEqual([0, 0, 2, 11]);
  });
});

describe("KeptPass", () => {
  it("gives the values and gradients of the dense pass with zeros, to the bit", () => {
    const random = new Random(3);
    const mlp = createMlp([9, 7, 5, 4], random);
    const masks = mlp.weights.map(({ length }) => Uint8Array.from({ length }, () => (random.uniform() < 0.4 ? 1 : 0)));
    const kept = keptWeights(mlp, masks);
    scatter(kept, mlp);
    const gradients = mlp.weights.map(({ length }) => new Float32Array(length));
    const keptGradients = kept.map(({ values }) => new Float32Array(values.length));
    for (let sample = 0; sample < 5; sample++) {
      const x = Float32Array.from({ length: 9 }, () => Math.max(0, random.normal()));
      const dense = new Pass(mlp);
      const sparse = new KeptPass(kept);
      expect(sparse.forward(x)).toEqual(dense.forward(x));
      expect(sparse.backward(x, 2, keptGradients)).toBe(dense.backward(x, 2, gradients));
    }
    gradients.forEach((gradient, layer) => {
      expect(gradient.filter((_, i) => masks[layer][i] === 1)).toEqual(keptGradients[layer]);
    });
  });
});

describe("Adam", () => {
  it("takes a first step of the learning rate against each gradient, none where masked", () => {
    const weights = [Float32Array.of(1, 1, 1)];
    new Adam(weights, 0).step(weights, [Float32Array.of(5, -0.01, 5)], 0.1, 1, [Uint8Array.of(1, 1, 0)]);
    [0.9, 1.1, 1].forEach((value, i) => {
      expect(weights[0][i]).toBeCloseTo(value, 4);
    });
  });

  it("finds the minimum of a quadratic", () => {
    const weights = [Float32Array.of(5, -3)];
    const adam = new Adam(weights, 0);
    for (let i = 0; i < 2000; i++) {
      adam.step(weights, [Float32Array.of(weights[0][0] - 1, 10 * (weights[0][1] - 2))], 0.02, 1);
    }
    expect(weights[0][0]).toBeCloseTo(1, 2);
    expect(weights[0][1]).toBeCloseTo(2, 2);
  });
});

describe("distort", () => {
  const image = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 8 && i % 28 < 18 && i > 280 && i < 500 ? 1 : 0));

  it("changes nothing within limits of zero", () => {
    const into = new Float32Array(784);
    distort(image, into, { shift: 0, turn: 0, stretch: 0 }, new Random(1));
    expect(into).toEqual(image);
  });

  it("keeps values from 0 to 1 and, shifting only, the ink", () => {
    const random = new Random(2);
    const into = new Float32Array(784);
    const ink = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    for (let i = 0; i < 50; i++) {
      distort(image, into, { shift: 3, turn: 0, stretch: 0 }, random);
      expect(Math.abs(ink(into) - ink(image))).toBeLessThan(1e-3);
      distort(image, into, { shift: 3, turn: 1, stretch: 0.3 }, random);
      expect(into.every((value) => value >= 0 && value <= 1.000001)).toBe(true);
    }
  });
});

describe("quantiseLayer", () => {
  it("puts inputs in columns, outputs in rows, and the bias in the last column", () => {
    // Two outputs, two inputs and the bias; input after input.
    const codes = Uint8Array.of(1, 0, 2, 0, 0, 1);
    const { formats } = { formats: { ...lenetPlan.formats, activationFraction: 8, codebookFraction: 8 } };
    const layer = quantiseLayer({ codes, centroids: Float32Array.of(0, 0.5, -1000) }, 2, true, formats);
    expect(toEntries(layer.matrix)).toEqual([
      [0, 0, 1],
      [0, 1, 2],
      [1, 2, 1],
    ]);
    expect(layer).toMatchObject({ codebook: [0, 128, -32768], relu: true, matrix: { rows: 2, cols: 3 } });
  });
});

describe("trainModel", () => {
  const all = loadMnist();
  const first = (count: number) => Array.from({ length: count }, (_, i) => i);
  const few = {
    train: pick(all.train, first(600)),
    validation: pick(all.validation, first(200)),
    test: pick(all.test, first(200)),
  };
  const short = { epochs: 6, rate: 3e-3, batch: 20 };
  const plan: TrainingPlan = {
    ...lenetPlan,
    name: "tiny",
    sizes: [784, 24, 16, 10],
    dense: short,
    pruning: [{ keep: [0.12, 0.3, 0.5], schedule: short }],
    sharing: { ...short, epochs: 2 },
  };
  const train = (changes: Partial<TrainingPlan> = {}) => trainModel({ ...plan, ...changes }, few, () => undefined);

  it("learns, prunes as planned, and gives the same bytes each time", async () => {
    const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "whittle-train-")));
    const model = await train();
    saveModel(model, folders[0]);
    saveModel(await train(), folders[1]);
    for (const file of ["model.json", "float.bin"]) {
      const [a, b] = folders.map((folder) => readFileSync(join(folder, file)));
      expect(a.equals(b)).toBe(true);
    }
    // A printed difference of whole models would take minutes.
    expect(isDeepStrictEqual(loadModel(folders[0]), model)).toBe(true);
    expect(model.accuracy.test.float).toBeGreaterThan(0.7);
    expect(model.accuracy.test.golden).toBeGreaterThan(0.65);
    const kept = model.layers.map(({ matrix }) => matrix.codeOf.length / (matrix.rows * matrix.cols));
    expect(kept.every((share, i) => share <= plan.pruning[0].keep[i] && share > 0.9 * plan.pruning[0].keep[i])).toBe(
      true,
    );
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it("depends on the seed, and never on the test digits", async () => {
    const { layers } = await train();
    expect(isDeepStrictEqual((await train({ seed: 2 })).layers, layers)).toBe(false);
    const other = { ...few, test: pick(all.test, first(400).slice(200)) };
    expect(isDeepStrictEqual((await trainModel(plan, other, () => undefined)).layers, layers)).toBe(true);
  });
});
