import { goldenLayer } from "../eie/golden.ts";
import { toRaw } from "../format/fixed.ts";
import { argmax, Pass } from "./mlp.ts";
import type { Model, SparseModel } from "./model.ts";

/** What a sample does in the golden network, in raw integers. */
export interface NetworkTrace {
  /** The activations that enter each layer, the bias activation last. */
  readonly inputs: readonly Int32Array[];
  /** The result of each layer; the last one holds the logits. */
  readonly outputs: readonly Int32Array[];
  /** The class with the largest logit, the first one where several are equal. */
  readonly prediction: number;
}

/** An image (values 0 to 1) as raw activations of the model, rounded to nearest, without the bias. */
export function quantiseImage({ formats }: Pick<SparseModel, "formats">, image: ArrayLike<number>): Int32Array {
  const fl = formats.activationFraction;
  return Int32Array.from(image, (value) => toRaw(value, { il: formats.activationBits - fl, fl }));
}

/** Activations with the bias activation, 2^activationFraction, appended. */
export function withBias({ formats }: Pick<SparseModel, "formats">, activations: Int32Array): Int32Array {
  const x = new Int32Array(activations.length + 1);
  x.set(activations);
  x[activations.length] = 2 ** formats.activationFraction;
  return x;
}

/** Runs an image through the golden model of every layer. */
export function goldenNetwork(model: Pick<SparseModel, "formats" | "layers">, image: ArrayLike<number>): NetworkTrace {
  const inputs: Int32Array[] = [];
  const outputs: Int32Array[] = [];
  let activations = quantiseImage(model, image);
  for (const layer of model.layers) {
    const x = withBias(model, activations);
    activations = goldenLayer(model.formats, layer, x);
    inputs.push(x);
    outputs.push(activations);
  }
  return { inputs, outputs, prediction: argmax(activations) };
}

/**
 * A function from a test image and its position among the test digits to the class that the float network gives;
 * undefined where the model has no float network.
 */
export function floatPredictor(model: Model): ((image: ArrayLike<number>, index: number) => number) | undefined {
  if (model.kind !== "sparse") {
    const { floatPredictions } = model;
    return floatPredictions && ((_, index) => floatPredictions[index]);
  }
  const pass = new Pass(model.dense);
  return (image) => argmax(pass.forward(image));
}

/** Multiply-accumulates of a sample: of the dense network, and those with a nonzero weight and a nonzero activation. */
export function countMacs(
  { layers }: Pick<SparseModel, "layers">,
  { inputs }: NetworkTrace,
): { dense: number; executed: number } {
  let dense = 0;
  let executed = 0;
  layers.forEach(({ matrix, codebook }, index) => {
    const { rows, cols, columnStart, codeOf } = matrix;
    dense += rows * cols;
    for (let col = 0; col < cols; col++) {
      if (inputs[index][col] === 0) continue;
      for (let at = columnStart[col]; at < columnStart[col + 1]; at++) if (codebook[codeOf[at]] !== 0) executed++;
    }
  });
  return { dense, executed };
}
