import type { BinaryLayer } from "../binary/layer.ts";

/** Bytes of a network as float32 weights and biases, and as bits and thresholds. */
export interface Footprint {
  /** Four bytes a weight, and four a row for its bias. */
  readonly floatBytes: number;
  /** A bit a weight, and for each threshold the bits of a popcount (0 to cols + 1) and one for the flip. */
  readonly binaryBytes: number;
  /** Weights alone: 32 times smaller. */
  readonly floatWeightBytes: number;
  readonly binaryWeightBytes: number;
  /** floatBytes over binaryBytes. */
  readonly ratio: number;
}

/** What the layers take in memory, each kind of bits packed without gaps. */
export function binaryFootprint(layers: readonly BinaryLayer[]): Footprint {
  let weights = 0;
  let rows = 0;
  let thresholdBits = 0;
  for (const { weights: matrix, thresholds } of layers) {
    weights += matrix.rows * matrix.cols;
    rows += matrix.rows;
    if (thresholds) thresholdBits += matrix.rows * (Math.ceil(Math.log2(matrix.cols + 2)) + 1);
  }
  const floatBytes = 4 * (weights + rows);
  const binaryBytes = (weights + thresholdBits) / 8;
  const floatWeightBytes = 4 * weights;
  return { floatBytes, binaryBytes, floatWeightBytes, binaryWeightBytes: weights / 8, ratio: floatBytes / binaryBytes };
}
