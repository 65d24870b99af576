import { type Digits, imageOf } from "../data/mnist.ts";
import type { EseEncoding } from "../ese/encode.ts";
import type { Pruning } from "../ese/lstm.ts";
import type { Mask } from "../ese/prune.ts";
import type { Random } from "../random.ts";
import { Adam } from "../train/adam.ts";
import { rateAt } from "../train/epochs.ts";
import { maskOf } from "./dense.ts";
import type { LstmLearner } from "./learner.ts";

export interface LstmPlan {
  readonly name: string;
  readonly seed: number;
  readonly batch: number;
  readonly cells: number;
  /** Rows of a digit that are one step. */
  readonly rowsAStep: number;
  readonly dense: { readonly epochs: number; readonly rate: number };
  /** Shares of the weights that are left, an epoch each, then `epochs` more at the last one. */
  readonly pruned: { readonly shares: readonly number[]; readonly epochs: number; readonly rate: number };
  /** Processing elements that get the same number of weights where pruning is for balance. */
  readonly pes: number;
  /** The array on which padding entries become weights: as many rows a PE as the Google LSTM has on the paper's channel. */
  readonly padded: EseEncoding;
}

export const digitsPlan: LstmPlan = {
  name: "lstm-mnist",
  seed: 1612,
  batch: 64,
  cells: 128,
  rowsAStep: 2,
  dense: { epochs: 8, rate: 3e-3 },
  pruned: { shares: [0.5, 0.3, 0.2, 0.14, 0.1], epochs: 5, rate: 2e-3 },
  pes: 8,
  padded: { pes: 4, indexBits: 4, blocks: 1, rowDepth: 32 },
};

/** Parameters of a learner, to go back to. */
export function parametersOf({ gates, head }: LstmLearner): readonly Float32Array[] {
  return [gates.data.slice(), head.slice()];
}

export function restore({ gates, head }: LstmLearner, parameters: readonly Float32Array[]): void {
  gates.data.set(parameters[0]);
  head.set(parameters[1]);
}

/** An epoch of Adam over the digits in a random order; a rest that fills no batch is left out. Returns the mean loss in nats. */
export function trainEpoch(
  learner: LstmLearner,
  adam: Adam,
  digits: Digits,
  rateOf: (progress: number) => number,
  random: Random,
  mask?: Mask,
): number {
  const { batch } = learner;
  const order = random.permutation(digits.count);
  const batches = Math.floor(digits.count / batch);
  const all = new Uint8Array(learner.head.length).fill(1);
  let loss = 0;
  for (let at = 0; at < batches; at++) {
    const members = Array.from(order.subarray(at * batch, (at + 1) * batch));
    loss += learner.learn(
      members.map((index) => imageOf(digits, index)),
      members.map((index) => digits.labels[index]),
    );
    const parameters = [learner.gates.data, learner.head];
    const gradients = [learner.gateGradients.data, learner.headGradients];
    adam.step(parameters, gradients, rateOf(at / batches), 1 / batch, mask ? [mask, all] : undefined);
  }
  return loss / (batches * batch);
}

/** Trains all weights. */
export function trainDense(learner: LstmLearner, plan: LstmPlan, digits: Digits, random: Random, log: Log): void {
  const adam = new Adam([learner.gates.data, learner.head], 0);
  for (let epoch = 0; epoch < plan.dense.epochs; epoch++) {
    const rateOf = (progress: number) => rateAt({ ...plan.dense, batch: 0 }, (epoch + progress) / plan.dense.epochs);
    log(`epoch ${epoch + 1}: loss ${trainEpoch(learner, adam, digits, rateOf, random).toFixed(4)}`);
  }
}

/** Prunes in several steps, each by what `pruneTo` says of its share, and trains what is left. */
export function trainPruned(
  learner: LstmLearner,
  plan: LstmPlan,
  pruneTo: (share: number) => Pruning,
  digits: Digits,
  random: Random,
  log: Log,
): void {
  const { shares, epochs } = plan.pruned;
  const adam = new Adam([learner.gates.data, learner.head], 0);
  let mask: Mask | undefined;
  const total = shares.length + epochs;
  for (let epoch = 0; epoch < total; epoch++) {
    if (epoch < shares.length) {
      const kept = maskOf(learner, pruneTo(shares[epoch]));
      kept.forEach((keep, at) => {
        if (!keep) learner.gates.data[at] = 0;
      });
      mask = kept;
    }
    const rateOf = (progress: number) => rateAt({ ...plan.pruned, batch: 0 }, (epoch + progress) / total);
    const loss = trainEpoch(learner, adam, digits, rateOf, random, mask);
    log(`epoch ${epoch + 1}: loss ${loss.toFixed(4)}`);
  }
}

/** Share of the digits that the learner recognises, those that fill no batch included. */
export function accuracyOf(learner: LstmLearner, digits: Digits): number {
  const { batch } = learner;
  let right = 0;
  for (let start = 0; start < digits.count; start += batch) {
    const images = Array.from({ length: batch }, (_, i) => imageOf(digits, Math.min(start + i, digits.count - 1)));
    const found = learner.classify(images);
    for (let i = 0; i < batch && start + i < digits.count; i++) if (found[i] === digits.labels[start + i]) right++;
  }
  return right / digits.count;
}

type Log = (line: string) => void;
