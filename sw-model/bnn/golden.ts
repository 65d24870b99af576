import { type BitMatrix, packBits } from "../binary/bits.ts";
import { type BinaryLayer, binaryOutputs } from "../binary/layer.ts";
import { type BinaryResult, goldenXnor } from "../xnor/golden.ts";
import { type PixelInputs, pixelBits, pixelDots } from "./pixel-layer.ts";
import { type Scale, scaledDots } from "./scaling.ts";

/**
 * Layers chained: the bits of one are the inputs of the next. There is at least one layer; all but the last have
 * thresholds, and a layer has as many columns as the one before has rows.
 */
export interface BnnOperation {
  readonly layers: readonly BinaryLayer[];
  readonly inputs: BitMatrix;
  /** Where there is one, inputs are unsigned numbers of this many bits, in planes (see `PixelInputs`). */
  readonly inputBits?: number;
  /** One a row of the last layer, which then has no thresholds: its dot products leave scaled. */
  readonly scales?: readonly Scale[];
}

/** The result of a `bnn` operation: the last layer's dot products, as they are or scaled, or its bits where it has thresholds. */
export function goldenBnn({ scales, ...network }: BnnOperation): BinaryResult {
  const result = goldenLayers(network);
  return scales && "dot" in result ? { y: scaledDots(result.dot, scales) } : result;
}

function goldenLayers({ layers, inputs, inputBits }: BnnOperation): BinaryResult {
  if (inputBits !== undefined) return afterPixels(layers, { inputs, bits: inputBits });
  let activations = inputs;
  for (const { weights, thresholds = [] } of layers.slice(0, -1)) {
    activations = binaryOutputs(weights, thresholds, activations);
  }
  return goldenXnor({ ...layers[layers.length - 1], inputs: activations });
}

function afterPixels([first, ...rest]: readonly BinaryLayer[], inputs: PixelInputs): BinaryResult {
  if (first.thresholds === undefined) return { dot: pixelDots(first, inputs) };
  const bits = pixelBits(first, inputs);
  return rest.length === 0 ? { bits } : goldenBnn({ layers: rest, inputs: packBits(bits, first.weights.rows) });
}
