import { type Digits, imageOf, pixels } from "../data/mnist.ts";
import type { Matrix } from "../linear/gemm.ts";
import { argmax } from "../model/mlp.ts";
import { Random } from "../random.ts";
import { Adam } from "../train/adam.ts";
import { ShiftAdaMax } from "../train/adamax.ts";
import { type Augmentation, distort } from "../train/augment.ts";
import { rateAt, type Schedule } from "../train/epochs.ts";
import { levelOf } from "./kinds.ts";
import { Network } from "./network.ts";
import type { NetworkShape } from "./shape.ts";

/**
 * How pixels (0 background to 1 ink) enter: as they are, as integers from 0 to 255, or +1 from `inkThreshold` on and
 * else -1.
 */
export type InputKind = "grey" | "bytes" | "binary";
export const inkThreshold = 0.5;

/** Everything that decides a trained network; the same plan on the same digits gives the same weights. */
export interface QuantisedPlan {
  readonly shape: NetworkShape;
  readonly input: InputKind;
  readonly schedule: Schedule;
  readonly optimiser: "adam" | "shift-adamax";
  readonly augmentation?: Augmentation;
  /** How far the threshold of binary inputs swings at random from image to image in training: thinner, thicker ink. */
  readonly inkSwing: number;
  /** Size of the initial latent weights; 1 is that of Glorot and Bengio. */
  readonly spread: number;
}

/** What a pixel is for the network. */
export function inputOf(kind: InputKind, pixel: number, threshold = inkThreshold): number {
  if (kind === "bytes") return levelOf(pixel, 255);
  return kind === "grey" ? pixel : pixel >= threshold ? 1 : -1;
}

/** Writes images into the rows of a matrix in the form in which they enter the network. */
export function fillImages(
  kind: InputKind,
  image: ArrayLike<number>,
  row: number,
  into: Matrix,
  threshold = inkThreshold,
): void {
  const { data } = into;
  for (let p = 0, at = row * into.stride; p < into.cols; p++, at++) {
    data[at] = inputOf(kind, image[p], threshold);
  }
}

/**
 * Trains a network; `report` gets the epoch (from 1) and its mean loss. At the end the statistics of every layer are
 * measured over the training digits as they are, undistorted, which is what thresholds are then made of.
 */
export function trainQuantised(
  plan: QuantisedPlan,
  seed: number,
  digits: Digits,
  report: (epoch: number, loss: number, network: Network) => void = () => undefined,
): Network {
  const { shape, schedule, input, augmentation } = plan;
  const random = new Random(seed);
  const network = new Network(shape, schedule.batch, plan.spread, random);
  const { parameters, gradients } = network;
  const optimiser = plan.optimiser === "adam" ? new Adam(parameters, 0) : new ShiftAdaMax(parameters);
  const image = new Float32Array(pixels);
  const labels = new Uint8Array(schedule.batch);
  const batches = Math.floor(digits.count / schedule.batch);
  for (let epoch = 0; epoch < schedule.epochs; epoch++) {
    const order = random.permutation(digits.count);
    let loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      for (let row = 0; row < schedule.batch; row++) {
        const index = order[batch * schedule.batch + row];
        const original = imageOf(digits, index);
        if (augmentation) distort(original, image, augmentation, random);
        const threshold = inkThreshold + plan.inkSwing * random.between(-1, 1);
        fillImages(input, augmentation ? image : original, row, network.inputs, threshold);
        labels[row] = digits.labels[index];
      }
      loss += network.train(labels, random);
      const rate = rateAt(schedule, (epoch + batch / batches) / schedule.epochs);
      optimiser.step(parameters, gradients, rate, 1 / schedule.batch);
      network.clip();
    }
    report(epoch + 1, loss / (batches * schedule.batch), network);
  }
  measure(network, plan.input, digits);
  return network;
}

/** Measures the statistics of every layer over whole batches of `digits`. */
export function measure(network: Network, input: InputKind, digits: Digits): void {
  network.measure(Math.floor(digits.count / network.batch), (batch) => {
    for (let row = 0; row < network.batch; row++) {
      fillImages(input, imageOf(digits, batch * network.batch + row), row, network.inputs);
    }
  });
}

/** The scores of every digit, in floating point and with measured statistics. */
export function scoresOf(network: Network, input: InputKind, digits: Digits): Float32Array[] {
  network.restrict();
  const all: Float32Array[] = [];
  for (let first = 0; first < digits.count; first += network.batch) {
    const count = Math.min(network.batch, digits.count - first);
    for (let row = 0; row < count; row++) fillImages(input, imageOf(digits, first + row), row, network.inputs);
    const { data, stride, cols } = network.evaluate();
    for (let row = 0; row < count; row++) all.push(data.slice(row * stride, row * stride + cols));
  }
  return all;
}

/** Share of digits that the network recognises. */
export function accuracyOfNetwork(network: Network, input: InputKind, digits: Digits): number {
  const right = scoresOf(network, input, digits).filter((scores, i) => argmax(scores) === digits.labels[i]);
  return right.length / digits.count;
}
