import { type Digits, imageOf, pixels } from "../data/mnist.ts";
import { argmax, type Mlp, Pass } from "../model/mlp.ts";
import type { Random } from "../random.ts";
import { type Augmentation, distort } from "./augment.ts";

/** One phase of training: epochs with a learning rate that falls along half a cosine to a hundredth. */
export interface Schedule {
  readonly epochs: number;
  readonly rate: number;
  readonly batch: number;
}

/** Applies the gradient, summed over `count` samples, with a learning rate. */
export type Update = (gradients: readonly Float32Array[], rate: number, count: number) => void;

/** The learning rate when a share `progress` of the schedule is done. */
export function rateAt({ rate }: Schedule, progress: number): number {
  return rate * (0.505 + 0.495 * Math.cos(Math.PI * progress));
}

/** What can be trained: `Pass` over dense weights, `KeptPass` over those that pruning left. */
export interface Learner {
  forward(x: ArrayLike<number>): Float32Array;
  /** Adds the gradient of the loss of a labelled sample, and returns the loss in nats. */
  backward(x: ArrayLike<number>, label: number, gradients: readonly Float32Array[]): number;
}

/**
 * Trains by minibatches drawn in a new random order each epoch; `parameters` are the arrays that the gradients are shaped
 * like. Returns the mean loss of the last epoch, in nats.
 */
export async function trainEpochs(
  pass: Learner,
  parameters: readonly Float32Array[],
  digits: Digits,
  schedule: Schedule,
  augmentation: Augmentation | undefined,
  random: Random,
  update: Update,
): Promise<number> {
  const gradients = parameters.map(({ length }) => new Float32Array(length));
  const image = new Float32Array(pixels);
  const batches = Math.ceil(digits.count / schedule.batch);
  let loss = 0;
  for (let epoch = 0; epoch < schedule.epochs; epoch++) {
    const order = random.permutation(digits.count);
    loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      const members = order.subarray(batch * schedule.batch, (batch + 1) * schedule.batch);
      for (const gradient of gradients) gradient.fill(0);
      for (const index of members) {
        const original = imageOf(digits, index);
        if (augmentation) distort(original, image, augmentation, random);
        loss += pass.backward(augmentation ? image : original, digits.labels[index], gradients);
      }
      await turn();
      update(gradients, rateAt(schedule, (epoch + batch / batches) / schedule.epochs), members.length);
    }
  }
  return loss / digits.count;
}

/** Lets whatever else waits in this process have its turn, an interrupt above all: training takes minutes. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Share of digits that the network recognises. */
export function accuracyOf(mlp: Mlp, digits: Digits): number {
  const pass = new Pass(mlp);
  let right = 0;
  for (let i = 0; i < digits.count; i++) {
    if (argmax(pass.forward(imageOf(digits, i))) === digits.labels[i]) right++;
  }
  return right / digits.count;
}
