import { affineOf } from "./batch-norm.ts";
import { type AffineColumn, firstWhere, normalisedSum } from "./fold.ts";
import {
  type ActivationKind,
  levelOf,
  rawScale,
  scaleFraction,
  signedLevelOf,
  ternaryLimit,
  type WeightKind,
} from "./kinds.ts";
import type { Layer, Network } from "./network.ts";
import type { NetworkShape } from "./shape.ts";

/**
 * A layer as integer hardware computes it. `weights` is rows x cols: +-1, integers of a few bits, or for ternary weights
 * raw scales (`scaleFraction` fraction bits) and 0. A layer without steps gives its sums.
 */
export interface IntegerLayer {
  readonly rows: number;
  readonly cols: number;
  readonly weights: Int32Array;
  /** One a row. */
  readonly steps?: readonly Steps[];
}

/**
 * How a sum becomes a level: the number of `at` (ascending) that it reaches, counted down from the top where flipped.
 * One threshold is a bit; k bits take 2^k - 1 (FINN-R, multi-thresholds). A value beyond every sum is never reached.
 */
export interface Steps {
  readonly at: Int32Array;
  readonly flip: boolean;
}

/** Layers chained. Levels enter the next layer as they are, a bit as +1 or -1. */
export interface IntegerNetwork {
  readonly activations: ActivationKind["kind"];
  readonly layers: readonly IntegerLayer[];
}

/** The exact sums of one input with every weight row. */
export function integerSums({ rows, cols, weights }: IntegerLayer, x: ArrayLike<number>): Int32Array {
  const sums = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += weights[row * cols + c] * x[c];
    sums[row] = sum;
  }
  return sums;
}

export function levelOfSum({ at, flip }: Steps, sum: number): number {
  let reached = 0;
  while (reached < at.length && sum >= at[reached]) reached++;
  return flip ? at.length - reached : reached;
}

/** What leaves the last layer for one input: sums, or levels where it has steps. */
export function goldenInteger({ layers, activations }: IntegerNetwork, x: ArrayLike<number>): number[] {
  let values: ArrayLike<number> = x;
  layers.forEach((layer, i) => {
    const sums = integerSums(layer, values);
    const { steps } = layer;
    if (!steps) {
      values = sums;
      return;
    }
    const levels = Array.from(sums, (sum, row) => levelOfSum(steps[row], sum));
    const isBipolar = activations === "binary" && i + 1 < layers.length;
    values = isBipolar ? levels.map((bit) => 2 * bit - 1) : levels;
  });
  return Array.from(values);
}

/** A network of restricted weights and activations in integers; the scores must be sums, and all layers dense. `largestInput` is a magnitude. */
export function toIntegerNetwork(network: Network, largestInput: number): IntegerNetwork {
  const { activations, weights, convolutions } = network.shape;
  if (convolutions) throw new Error("only dense layers have this integer form");
  const top = topLevel(activations);
  const layers = network.layers.map((layer, i): IntegerLayer => {
    const integers = integerWeights(layer, weights);
    if (i === network.layers.length - 1) return integers;
    return { ...integers, steps: foldLayer(network.shape, layer, integers, i === 0 ? largestInput : top) };
  });
  return { activations: activations.kind, layers };
}

/** The largest magnitude of an activation. */
function topLevel(kind: ActivationKind): number {
  if (kind.kind === "relu") throw new Error("an activation without levels has no integer form");
  return kind.kind === "binary" ? 1 : 2 ** kind.bits - 1;
}

function integerWeights({ latent, scales }: Layer, kind: WeightKind): IntegerLayer {
  const { rows: cols, cols: rows, stride, data } = latent;
  const limit = kind.kind === "ternary" ? ternaryLimit(data, kind.threshold) : 0;
  const integer = (value: number): number => {
    switch (kind.kind) {
      case "float":
        throw new Error("float weights have no integer form");
      case "binary":
        return value >= 0 ? 1 : -1;
      case "uniform":
        return signedLevelOf(value, kind.bits);
      case "ternary":
        return value > limit ? rawScale(scales[0]) : value < -limit ? -rawScale(scales[1]) : 0;
    }
  };
  const weights = Int32Array.from({ length: rows * cols }, (_, i) =>
    integer(data[(i % cols) * stride + Math.floor(i / cols)]),
  );
  return { rows, cols, weights };
}

function foldLayer(shape: NetworkShape, layer: Layer, { rows, cols, weights }: IntegerLayer, largest: number): Steps[] {
  const { mean, scale, offset } = affineOf(layer.norm, shape.normalisation);
  const unit = shape.weights.kind === "ternary" ? 2 ** -scaleFraction : 1;
  return Array.from({ length: rows }, (_, row) => {
    const magnitudes = weights.subarray(row * cols, (row + 1) * cols).reduce((sum, w) => sum + Math.abs(w), 0);
    const column = { mean: mean[row], scale: scale[row], offset: offset[row] };
    return foldLevels(shape.activations, column, unit, magnitudes * largest);
  });
}

/**
 * Folds normalisation and activation into steps on integer sums from -`reach` to `reach`, each worth `unit`; exact as
 * `foldSign` is.
 */
export function foldLevels(kind: ActivationKind, column: AffineColumn, unit: number, reach: number): Steps {
  const top = kind.kind === "uniform" ? 2 ** kind.bits - 1 : 1;
  const level = (sum: number) => {
    const z = normalisedSum(unit * sum, column);
    return kind.kind === "uniform" ? levelOf(z, top) : z >= 0 ? 1 : 0;
  };
  const flip = column.scale < 0;
  const reaches = (step: number) => (sum: number) => (flip ? level(sum) <= top - step : level(sum) >= step);
  return { at: Int32Array.from({ length: top }, (_, i) => firstWhere(-reach, reach, reaches(i + 1))), flip };
}
