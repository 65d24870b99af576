import type { Random } from "../random.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { Convolution, Dense, type Layer, MaxPool, Relu } from "./layers.ts";
import { convolutional, type NetworkShape } from "./plan.ts";
import type { Tensor } from "./tensor.ts";

/** The layers of a network with their first weights; inputs are images of 28 x 28 pixels, outputs ten scores. */
export function createLayers(shape: NetworkShape, arithmetic: Arithmetic, random: Random, deviation: number): Layer[] {
  if (shape.kind === "convolutional") return convolutionalLayers(arithmetic, random, deviation);
  return shape.sizes.slice(1).flatMap((outputs, i) => {
    const dense = new Dense(arithmetic, shape.sizes[i], outputs, random, deviation);
    return i === shape.sizes.length - 2 ? [dense] : [dense, new Relu()];
  });
}

function convolutionalLayers(arithmetic: Arithmetic, random: Random, deviation: number): Layer[] {
  const layers: Layer[] = [];
  let images = { side: convolutional.side as number, maps: 1 };
  for (const maps of convolutional.maps) {
    layers.push(new Convolution(arithmetic, images, convolutional.kernel, maps, random, deviation), new Relu());
    const convolved = { side: images.side - convolutional.kernel + 1, maps };
    layers.push(new MaxPool(convolved));
    images = { side: convolved.side / 2, maps };
  }
  const sizes = [images.side ** 2 * images.maps, ...convolutional.dense];
  return [...layers, ...createLayers({ kind: "dense", sizes }, arithmetic, random, deviation)];
}

/** The scores of a batch of inputs. */
export function forward(layers: readonly Layer[], inputs: Tensor): Tensor {
  return layers.reduce((tensor, layer) => layer.forward(tensor), inputs);
}

/** Moves all weights by the errors at the scores of the last forward pass. */
export function backward(layers: readonly Layer[], errors: Tensor): void {
  let at: Tensor | undefined = errors;
  for (let i = layers.length - 1; i >= 0 && at; i--) at = layers[i].backward(at, i > 0);
}

/** Gradient of the cross-entropy for each score (softmax minus one-hot), and the loss, summed, in nats. */
export function crossEntropy(
  scores: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): { readonly gradient: Float64Array; readonly loss: number } {
  const gradient = new Float64Array(scores.length);
  let loss = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const row = scores.subarray(sample * classes, (sample + 1) * classes);
    const top = Math.max(...row);
    const powers = row.map((score) => Math.exp(score - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, i) => {
      gradient[sample * classes + i] = power / sum - (i === labels[sample] ? 1 : 0);
    });
    loss -= Math.log(powers[labels[sample]] / sum);
  }
  return { gradient, loss };
}
