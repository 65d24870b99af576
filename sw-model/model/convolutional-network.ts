import { goldenBcnn } from "../bcnn/golden.ts";
import type { BinaryMap } from "../conv/windows.ts";
import type { ConvolutionalModel } from "./model.ts";

/** An image (values 0 to 1) as the map of bits that enters the network. */
export function binaryMapOf(
  { input, inputThreshold }: Pick<ConvolutionalModel, "input" | "inputThreshold">,
  image: ArrayLike<number>,
): BinaryMap {
  const { width, height, channels } = input;
  const bit = (y: number, x: number, c: number) => (image[(y * width + x) * channels + c] >= inputThreshold ? 1 : 0);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => Array.from({ length: channels }, (_, c) => bit(y, x, c))),
  );
}

/** What leaves the last layer for each image, by the golden model: dot products, or bits where it has thresholds. */
export function goldenConvolutionalNetwork(
  model: Pick<ConvolutionalModel, "input" | "inputThreshold" | "layers">,
  images: readonly ArrayLike<number>[],
): number[][] {
  const inputs = images.map((image) => binaryMapOf(model, image));
  const result = goldenBcnn({ layers: model.layers, shape: model.input, inputs });
  // The last layer is dense, and so gives a row an image.
  return ("dot" in result ? result.dot : result.bits) as number[][];
}
