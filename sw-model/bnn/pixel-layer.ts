import { agreements, type BitMatrix, bitAt } from "../binary/bits.ts";
import type { BinaryLayer } from "../binary/layer.ts";

/**
 * The first layer of a network whose inputs are unsigned numbers of several bits, such as pixels, against weights of +1 and
 * -1. `inputs` has `bits` rows a vector, its planes from the highest to the lowest; t of a threshold is an integer that the dot
 * product must reach.
 */
export interface PixelInputs {
  readonly inputs: BitMatrix;
  readonly bits: number;
}

/** The vectors' planes, highest first, of rows of unsigned numbers. */
export function planeRows(rows: readonly (readonly number[])[], bits: number): number[][] {
  return rows.flatMap((row) =>
    Array.from({ length: bits }, (_, k) => row.map((value) => (value >>> (bits - 1 - k)) & 1)),
  );
}

/**
 * Dot products, a row a vector: sum of 2^i * (2 * popcount(a_i and w) - popcount(a_i)) over planes i (QNN, first layer), which is the
 * sum of 2^i * (agreeing bits - weights of -1): an agreeing 0 adds what a disagreeing 1 takes away.
 */
export function pixelDots({ weights }: BinaryLayer, { inputs, bits }: PixelInputs): number[][] {
  const zeros = Array.from({ length: weights.rows }, (_, row) => zerosOf(weights, row));
  return Array.from({ length: inputs.rows / bits }, (_, v) =>
    zeros.map((zero, row) => {
      let dot = 0;
      for (let k = 0; k < bits; k++) dot = 2 * dot + agreements(weights, row, inputs, v * bits + k) - zero;
      return dot;
    }),
  );
}

/** The outputs of the layer where it has thresholds, a row a vector. */
export function pixelBits(layer: BinaryLayer, inputs: PixelInputs): number[][] {
  const { thresholds = [] } = layer;
  return pixelDots(layer, inputs).map((row) =>
    row.map((dot, r) => (dot >= thresholds[r].t !== thresholds[r].flip ? 1 : 0)),
  );
}

/** The weights of a row that are -1. */
export function zerosOf(weights: BitMatrix, row: number): number {
  let zeros = 0;
  for (let c = 0; c < weights.cols; c++) zeros += 1 - bitAt(weights, row, c);
  return zeros;
}
