import { type BitMatrix, packBits, unpackBits } from "../binary/bits.ts";
import { binaryDots, binaryOutputs } from "../binary/layer.ts";
import { argmax } from "./mlp.ts";
import type { BinaryModel } from "./model.ts";

/** What a sample does in a binary network. */
export interface BinaryTrace {
  /** The one row that enters each layer. */
  readonly inputs: readonly BitMatrix[];
  /** What leaves each layer: bits, or the dot products of a layer without thresholds. */
  readonly outputs: readonly (readonly number[])[];
  /** The class with the largest output of the last layer, the first one where several are equal. */
  readonly prediction: number;
}

/** An image (values 0 to 1) as the one row of bits that enters the network. */
export function binariseImage(
  { inputThreshold }: Pick<BinaryModel, "inputThreshold">,
  image: ArrayLike<number>,
): BitMatrix {
  return packBits([Array.from(image, (value) => (value >= inputThreshold ? 1 : 0))]);
}

/** Runs an image through the golden model of every layer. */
export function goldenBinaryNetwork(
  model: Pick<BinaryModel, "inputThreshold" | "layers">,
  image: ArrayLike<number>,
): BinaryTrace {
  const inputs: BitMatrix[] = [];
  const outputs: (readonly number[])[] = [];
  let activations = binariseImage(model, image);
  for (const { weights, thresholds } of model.layers) {
    inputs.push(activations);
    if (thresholds) {
      activations = binaryOutputs(weights, thresholds, activations);
      outputs.push(unpackBits(activations)[0]);
    } else {
      outputs.push(Array.from(binaryDots(weights, activations)[0]));
    }
  }
  return { inputs, outputs, prediction: argmax(outputs[outputs.length - 1]) };
}
