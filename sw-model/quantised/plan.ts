import { pixels } from "../data/mnist.ts";
import type { QuantisedPlan } from "./train.ts";

/** The networks that are trained on the digits: the binary one that is stored, and float ones of its shape beside it. */
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

const floatPlan: QuantisedPlan = {
  ...binaryPlan,
  shape: { ...binaryPlan.shape, weights: { kind: "float" }, activations: { kind: "relu" }, scores: "normalised" },
  input: "grey",
  schedule: { ...binaryPlan.schedule, rate: 0.001 },
};

/** Same shape, digits, distortions, batches, epochs and loss; Adam at the rate that suits each kind. */
export const bnnPlans: Readonly<Record<Variant, QuantisedPlan>> = {
  binary: binaryPlan,
  float: floatPlan,
  floatOnBinaryInputs: { ...floatPlan, input: "binary" },
};
