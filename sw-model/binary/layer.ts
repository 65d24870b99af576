import { agreements, type BitMatrix, setBit, zeroBits } from "./bits.ts";

/**
 * How a dot product becomes a bit: (popcount >= t) xor flip, where popcount is over the whole weight row of n bits and
 * 0 <= t <= n + 1, so that t = 0 is always true and t = n + 1 never. Batch normalisation and sign fold into it.
 */
export interface Threshold {
  readonly t: number;
  readonly flip: boolean;
}

/** A fully connected layer of +1 (bit 1) and -1 (bit 0): a weight row an output, and how each output becomes a bit. */
export interface BinaryLayer {
  readonly weights: BitMatrix;
  /** One a weight row; a layer without them gives its dot products. */
  readonly thresholds?: readonly Threshold[];
}

/** The dot products of every input row with every weight row, 2 * popcount(xnor) - n. Shape: inputs x weight rows. */
export function binaryDots(weights: BitMatrix, inputs: BitMatrix): Int32Array[] {
  return Array.from({ length: inputs.rows }, (_, i) =>
    Int32Array.from({ length: weights.rows }, (_, row) => 2 * agreements(weights, row, inputs, i) - weights.cols),
  );
}

/** The output bits of every input row. Shape: inputs x weight rows. */
export function binaryOutputs(weights: BitMatrix, thresholds: readonly Threshold[], inputs: BitMatrix): BitMatrix {
  const bits = zeroBits(inputs.rows, weights.rows);
  for (let i = 0; i < inputs.rows; i++) {
    for (let row = 0; row < weights.rows; row++) {
      const { t, flip } = thresholds[row];
      if (agreements(weights, row, inputs, i) >= t !== flip) setBit(bits, i, row);
    }
  }
  return bits;
}
