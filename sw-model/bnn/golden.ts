import type { BitMatrix } from "../binary/bits.ts";
import { type BinaryLayer, binaryOutputs } from "../binary/layer.ts";
import { type BinaryResult, goldenXnor } from "../xnor/golden.ts";

/**
 * Layers chained: the bits of one are the inputs of the next. There is at least one layer; all but the last have
 * thresholds, and a layer has as many columns as the one before has rows.
 */
export interface BnnOperation {
  readonly layers: readonly BinaryLayer[];
  readonly inputs: BitMatrix;
}

/** The result of a `bnn` operation: the last layer's dot products, or its bits where it has thresholds. */
export function goldenBnn({ layers, inputs }: BnnOperation): BinaryResult {
  let activations = inputs;
  for (const { weights, thresholds = [] } of layers.slice(0, -1)) {
    activations = binaryOutputs(weights, thresholds, activations);
  }
  return goldenXnor({ ...layers[layers.length - 1], inputs: activations });
}
