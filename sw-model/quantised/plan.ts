import { pixels } from "../data/mnist.ts";
import type { QuantisedPlan } from "./train.ts";

/** What is trained of a network: the binary one that is stored, and float ones of its shape beside it. */
export type Variant = "binary" | "float" | "floatOnBinaryInputs";

const hidden = 512;
const sizes = [pixels, hidden, hidden, hidden, 10] as const;

const binaryPlan: QuantisedPlan = {
  shape: {
    sizes,
    weights: { kind: "binary", stochastic: false },
    activations: { kind: "binary", stochastic: false },
    normalisation: "exact",
    // A constant for all classes, so that the largest dot product is the answer. It holds the scores near +-1 at first.
    scores: { scale: 1 / Math.sqrt(hidden) },
    loss: "cross-entropy",
  },
  input: "binary",
  schedule: { epochs: 60, rate: 0.01, batch: 100 },
  optimiser: "adam",
  augmentation: { shift: 1.5, turn: 0.15, stretch: 0.1 },
  inkSwing: 0.25,
  spread: 1,
};

const convolutionalPlan: QuantisedPlan = {
  ...binaryPlan,
  shape: {
    ...binaryPlan.shape,
    sizes: [pixels, 16, 32, 64, 10],
    convolutions: {
      input: { width: 28, height: 28, channels: 1 },
      layers: [
        { kernel: 5, stride: 1, pool: 2 },
        { kernel: 3, stride: 1, pool: 2 },
      ],
    },
    scores: { scale: 1 / Math.sqrt(64) },
  },
  schedule: { ...binaryPlan.schedule, epochs: 14 },
};

export type Plans = Readonly<Record<Variant, QuantisedPlan>>;

/** Same shape, digits, distortions, batches, epochs and loss; Adam at the rate that suits each kind. */
function besideFloat(binary: QuantisedPlan, rate: number): Plans {
  const float: QuantisedPlan = {
    ...binary,
    shape: { ...binary.shape, weights: { kind: "float" }, activations: { kind: "relu" }, scores: "normalised" },
    input: "grey",
    schedule: { ...binary.schedule, rate },
  };
  return { binary, float, floatOnBinaryInputs: { ...float, input: "binary" } };
}

/** The dense network. */
export const bnnPlans = besideFloat(binaryPlan, 0.001);

/** The convolutional one, in fewer epochs and so with larger steps of the float networks. */
export const bcnnPlans = besideFloat(convolutionalPlan, 0.004);

/** The stored networks by their names, and the number of seeds with which each is trained. */
export const trainedNetworks = {
  "bnn-mnist": { plans: bnnPlans, seeds: 3 },
  "bcnn-mnist": { plans: bcnnPlans, seeds: 1 },
} as const;
export type TrainedName = keyof typeof trainedNetworks;
