import { pixels } from "../data/mnist.ts";
import type { ModelFormats } from "../model/model.ts";
import type { Augmentation } from "./augment.ts";
import type { Schedule } from "./epochs.ts";

/** Everything that decides a trained model; the same plan on the same digits gives the same bytes. */
export interface TrainingPlan {
  readonly name: string;
  readonly summary: string;
  readonly seed: number;
  /** Inputs of the network, then the outputs of each layer. */
  readonly sizes: readonly number[];
  /** Factor of the L2 term; it also draws the weights of pixels that never light up to zero, where pruning finds them. */
  readonly decay: number;
  readonly augmentation: Augmentation;
  readonly dense: Schedule;
  /** Rounds of pruning; each keeps, per layer, this share of all weights, biases included, and retrains. */
  readonly pruning: readonly { readonly keep: readonly number[]; readonly schedule: Schedule }[];
  /** Tuning of the shared values. */
  readonly sharing: Schedule;
  /** Formats of the result; the fraction of the activations is chosen from the values that training digits cause. */
  readonly formats: Omit<ModelFormats, "activationFraction" | "codebookFraction">;
}

const batch = 64;
const rate = 1e-3;

/** The stored LeNet-300-100, for the number formats that the `eie` generator has by default. */
export const lenetPlan: TrainingPlan = {
  name: "lenet-300-100",
  summary: "LeNet-300-100 on MNIST digits, pruned and weight-shared to 4 bits (Deep Compression)",
  seed: 1,
  sizes: [pixels, 300, 100, 10],
  decay: 2e-5,
  augmentation: { shift: 1.5, turn: 0.2, stretch: 0.12 },
  dense: { epochs: 20, rate, batch },
  pruning: [
    { keep: [0.4, 0.4, 0.6], schedule: { epochs: 5, rate, batch } },
    { keep: [0.2, 0.22, 0.45], schedule: { epochs: 5, rate, batch } },
    { keep: [0.12, 0.14, 0.35], schedule: { epochs: 5, rate, batch } },
    { keep: [0.08, 0.09, 0.26], schedule: { epochs: 15, rate, batch } },
  ],
  sharing: { epochs: 6, rate: 3e-4, batch },
  formats: {
    weightBits: 4,
    codebookBits: 16,
    activationBits: 16,
    accWidth: 40,
    productShift: 0,
    dropBits: 8,
    rounding: "nearest",
  },
};
