import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Matrix } from "../linear/gemm.ts";
import { Arena } from "../linear/gemm.ts";
import { Random } from "../random.ts";
import { ap2, applyNorm, createBatchNorm, normalise } from "./batch-norm.ts";
import { type ActivationKind, levelOf, rawScale, scaleFraction, signedLevelOf, type WeightKind } from "./kinds.ts";
import type { Geometry } from "./maps.ts";
import { Network } from "./network.ts";
import { geometriesOf, type NetworkShape } from "./shape.ts";

/** The learned parameters of a layer as plain numbers; `w` is inputs x outputs. */
interface Plain {
  w: number[][];
  scales: number[];
  gamma: number[];
  beta: number[];
}

const rowsOf = ({ rows, cols, stride, data }: Matrix) =>
  Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * stride, r * stride + cols)));

function plainOf(network: Network): Plain[] {
  return network.layers.map(({ latent, scales, norm }) => ({
    w: rowsOf(latent),
    scales: Array.from(scales),
    gamma: Array.from(norm.gamma),
    beta: Array.from(norm.beta),
  }));
}

/**
 * The surrogate of restricted weights: at the base point the restricted value, and from there on the slope that the
 * estimator claims. Numeric differences of it are what the gradient ought to be.
 */
function surrogateWeight(
  kind: WeightKind,
  w: number,
  scales: number[],
  base: number,
  baseScales: number[],
  limit: number,
) {
  if (kind.kind === "float") return w;
  if (kind.kind === "binary") return (base >= 0 ? 1 : -1) + (w - base);
  if (kind.kind === "uniform") return signedLevelOf(base, kind.bits) + 2 ** (kind.bits - 1) * (w - base);
  const scaleAt = (k: number) => rawScale(baseScales[k]) / 2 ** scaleFraction + scales[k] - baseScales[k];
  if (base > limit) return scaleAt(0) + baseScales[0] * (w - base);
  if (base < -limit) return -scaleAt(1) + baseScales[1] * (w - base);
  return w - base;
}

function surrogateActivation(kind: ActivationKind, z: number, base: number): number {
  const clip = (x: number, low: number) => Math.min(1, Math.max(low, x));
  if (kind.kind === "relu") return Math.max(0, z);
  if (kind.kind === "binary") return (base >= 0 ? 1 : -1) + clip(z, -1) - clip(base, -1);
  const levels = 2 ** kind.bits - 1;
  return levelOf(base, levels) + levels * (clip(z, 0) - clip(base, 0));
}

/** The windows of a map with `channels` values a pixel, each as one row. */
function windowRows(values: number[], { input, map, kernel, stride }: Geometry): number[][] {
  const { width, channels } = input;
  const rows: number[][] = [];
  for (let top = 0; top < map.height * stride; top += stride) {
    for (let left = 0; left < map.width * stride; left += stride) {
      const window: number[] = [];
      for (let y = top; y < top + kernel; y++) {
        for (let x = left; x < left + kernel; x++) {
          for (let c = 0; c < channels; c++) window.push(values[(y * width + x) * channels + c]);
        }
      }
      rows.push(window);
    }
  }
  return rows;
}

/** Pixels of one sample, pooled: of every square the value that is largest in `base`. */
function pooledRows(pixels: number[][], base: number[][], { map, output, pool }: Geometry): number[][] {
  return Array.from({ length: output.height * output.width }, (_, i) => {
    const [top, left] = [pool * Math.floor(i / output.width), pool * (i % output.width)];
    const square = Array.from(
      { length: pool * pool },
      (_, k) => (top + Math.floor(k / pool)) * map.width + left + (k % pool),
    );
    return pixels[0].map((_, c) => {
      const best = square.reduce((a, b) => (base[b][c] > base[a][c] ? b : a));
      return pixels[best][c];
    });
  });
}

/** Rows in groups of so many. */
const grouped = <T>(rows: T[], size: number): T[][] =>
  Array.from({ length: rows.length / size }, (_, i) => rows.slice(i * size, (i + 1) * size));

/** The loss of the surrogate around `base`, whose normalised sums are in `baseZ` (written where empty). */
function surrogateLoss(
  shape: NetworkShape,
  layers: Plain[],
  base: Plain[],
  baseZ: number[][][],
  x: number[][],
  labels: number[],
) {
  let values = x;
  const geometries = geometriesOf(shape);
  layers.forEach((layer, l) => {
    const geometry = geometries[l];
    if (geometry.kernel > 0) values = values.flatMap((row) => windowRows(row, geometry));
    const limit =
      shape.weights.kind === "ternary" ? shape.weights.threshold * Math.max(...base[l].w.flat().map(Math.abs)) : 0;
    const w = layer.w.map((row, i) =>
      row.map((value, o) =>
        surrogateWeight(shape.weights, value, layer.scales, base[l].w[i][o], base[l].scales, limit),
      ),
    );
    const sums = values.map((row) => w[0].map((_, o) => row.reduce((sum, value, i) => sum + value * w[i][o], 0)));
    const isLast = l === layers.length - 1;
    if (isLast && shape.scores !== "normalised") {
      const { scale } = shape.scores;
      values = sums.map((row) => row.map((sum) => scale * sum));
      return;
    }
    const columns = sums[0].map((_, o) => sums.map((row) => row[o]));
    const normalised = columns.map((column, o) => {
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      const variance = column.reduce((sum, y) => sum + (y - mean) ** 2, 0) / column.length;
      return column.map((y) => (layer.gamma[o] * (y - mean)) / Math.sqrt(variance + 1e-4) + layer.beta[o]);
    });
    const z = sums.map((row, r) => row.map((_, o) => normalised[o][r]));
    if (baseZ.length <= l) baseZ.push(z);
    if (isLast) {
      values = z;
      return;
    }
    const active = z.map((row, r) =>
      row.map((value, o) => surrogateActivation(shape.activations, value, baseZ[l][r][o])),
    );
    if (geometry.kernel === 0) {
      values = active;
      return;
    }
    const places = geometry.map.width * geometry.map.height;
    const bases = grouped(baseZ[l], places);
    values = grouped(active, places).map((pixels, i) => pooledRows(pixels, bases[i], geometry).flat());
  });
  return values.reduce((total, scores, r) => {
    if (shape.loss === "cross-entropy") {
      return total + Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[labels[r]];
    }
    const hinge = scores.map((s, c) => Math.max(0, 1 - (c === labels[r] ? s : -s)) ** 2);
    return total + hinge.reduce((a, b) => a + b, 0) / scores.length;
  }, 0);
}

const kinds: [WeightKind, ActivationKind][] = [
  [{ kind: "float" }, { kind: "relu" }],
  [
    { kind: "binary", stochastic: false },
    { kind: "binary", stochastic: false },
  ],
  [
    { kind: "uniform", bits: 3 },
    { kind: "uniform", bits: 2 },
  ],
  [
    { kind: "ternary", threshold: 0.05 },
    { kind: "binary", stochastic: false },
  ],
];
const variants = kinds.flatMap(([weights, activations]) =>
  (["normalised", { scale: 0.3 }] as const).flatMap((scores) =>
    (["cross-entropy", "squared-hinge"] as const).map((loss) => ({ weights, activations, scores, loss })),
  ),
);

const dense = { sizes: [4, 5, 4, 3] };
/** Two convolutions, one of which pools and leaves out a column, and a step of two. */
const convolutional = {
  sizes: [54, 8, 8, 3],
  convolutions: {
    input: { width: 9, height: 6, channels: 1 },
    layers: [
      { kernel: 3, stride: 1, pool: 2 },
      { kernel: 2, stride: 1, pool: 1 },
    ],
  },
};
const strided = {
  sizes: [84, 8, 5, 3],
  convolutions: { input: { width: 7, height: 6, channels: 2 }, layers: [{ kernel: 2, stride: 2, pool: 1 }] },
};
const networks = [
  ...variants.map((variant) => ({ ...variant, ...dense })),
  ...variants.slice(0, 8).map((variant, i) => ({ ...variant, ...(i % 3 === 0 ? convolutional : strided) })),
];

describe("Network.train", () => {
  it.each(networks)("has the gradient of its surrogate, by central differences on every parameter: %j", (variant) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const shape: NetworkShape = { ...variant, normalisation: "exact" };
        const network = new Network(shape, 6, 0.8, random);
        for (const { scales, norm } of network.layers) {
          scales.set([random.between(0.5, 1.5), random.between(0.5, 1.5)]);
          for (let c = 0; c < norm.gamma.length; c++) {
            norm.gamma[c] = random.between(0.5, 1.5);
            norm.beta[c] = random.between(-0.5, 0.5);
          }
        }
        const x = Array.from({ length: 6 }, () =>
          Array.from({ length: shape.sizes[0] }, () => Math.fround(random.normal())),
        );
        x.forEach((row, r) => {
          network.inputs.data.set(row, r * network.inputs.stride);
        });
        const labels = x.map(() => Math.floor(random.between(0, 3)));
        const loss = network.train(labels, random);
        const base = plainOf(network);
        const moved = plainOf(network);
        const baseZ: number[][][] = [];
        const surrogate = () => surrogateLoss(shape, moved, base, baseZ, x, labels);
        expect(loss).toBeCloseTo(surrogate(), 3);

        const [w, scales, gamma, beta] = [0, 1, 2, 3];
        const check = (values: number[], i: number, found: number) => {
          const step = 1e-6;
          const value = values[i];
          values[i] = value + step;
          const up = surrogate();
          values[i] = value - step;
          const down = surrogate();
          values[i] = value;
          const slope = (up - down) / (2 * step);
          expect(Math.abs(found - slope)).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
        };
        moved.forEach((layer, l) => {
          const gradients = network.gradients.slice(4 * l, 4 * l + 4);
          const { stride } = network.layers[l].latent;
          layer.w.forEach((row, i) => {
            row.forEach((_, o) => {
              check(row, o, gradients[w][i * stride + o]);
            });
          });
          if (shape.weights.kind === "ternary") {
            for (const k of [0, 1]) check(layer.scales, k, gradients[scales][k]);
          }
          if (l === 2 && shape.scores !== "normalised") return;
          layer.gamma.forEach((_, c) => {
            check(layer.gamma, c, gradients[gamma][c]);
            check(layer.beta, c, gradients[beta][c]);
          });
        });
      }),
      { numRuns: "convolutions" in variant ? 1 : 5, seed: 3 },
    );
  });
});

describe("shift-based normalisation", () => {
  const matrices = (rows: number, cols: number) => {
    const arena = new Arena(
      [
        [rows, cols],
        [rows, cols],
      ],
      1,
    );
    return [arena.matrix(rows, cols), arena.matrix(rows, cols)];
  };

  it("is algorithm 3 of the BNN paper, and near the exact one", () => {
    const [y, z] = matrices(50, 1);
    const random = new Random(4);
    for (let r = 0; r < 50; r++) y.data[r * y.stride] = 7 + 3 * random.normal();
    const norm = createBatchNorm(1);
    norm.gamma[0] = 1.3;
    norm.beta[0] = 0.25;
    normalise(norm, "shift", y, z);
    const values = rowsOf(y).flat();
    const mean = Math.fround(values.reduce((a, b) => a + b, 0) / 50);
    const variance = values.reduce((sum, v) => sum + (v - mean) * ap2(v - mean), 0) / 50;
    values.forEach((v, r) => {
      expect(z.data[r * z.stride]).toBeCloseTo((v - mean) * ap2(1 / Math.sqrt(variance + 1e-4)) * 1 + 0.25, 4);
    });
    const spread = Math.sqrt(
      rowsOf(z)
        .flat()
        .reduce((sum, v) => sum + (v - 0.25) ** 2, 0) / 50,
    );
    expect(spread).toBeGreaterThan(0.5);
    expect(spread).toBeLessThan(2);
  });

  it("gives the same values again by the statistics that it measured", () => {
    const [y, z] = matrices(20, 3);
    const random = new Random(5);
    for (let i = 0; i < y.data.length; i++) y.data[i] = random.normal();
    for (const kind of ["exact", "shift"] as const) {
      const norm = createBatchNorm(3);
      normalise(norm, kind, y, z);
      const first = rowsOf(z);
      applyNorm(norm, kind, y, z);
      expect(rowsOf(z)).toEqual(first);
    }
  });
});

describe("Network.measure", () => {
  it.each(["exact", "shift"] as const)("measures a single batch as training did: %s", (normalisation) => {
    const random = new Random(3);
    const shape: NetworkShape = {
      sizes: [12, 9, 4],
      weights: { kind: "binary", stochastic: false },
      activations: { kind: "binary", stochastic: false },
      normalisation,
      scores: "normalised",
      loss: "cross-entropy",
    };
    const network = new Network(shape, 20, 1, random);
    const values = Array.from(network.inputs.data, () => random.normal());
    const fill = () => network.inputs.data.set(values);
    fill();
    network.train(new Uint8Array(20), random);
    const trained = network.layers.map(({ norm }) => [Array.from(norm.mean), Array.from(norm.variance)]);
    network.measure(1, fill);
    expect(network.layers.map(({ norm }) => [Array.from(norm.mean), Array.from(norm.variance)])).toEqual(trained);
  });
});
