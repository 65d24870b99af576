import type { Random } from "../random.ts";

/**
 * How the weights of a layer are restricted in the forward pass. Training keeps a latent float for each weight and
 * passes the gradient straight through to it; latent weights stay in [-1, 1] except where the kind is float.
 * - binary: the sign, sign(0) = +1; stochastic: +1 with probability (w + 1) / 2 (BNN, section 1.1).
 * - ternary: -negative, 0 or +positive, two learned scales a layer; zero up to `threshold` * max|w| (TTQ, section 3).
 *   The forward pass takes the scales to `scaleFraction` bits, so that hardware can have them.
 * - uniform: the nearest integer of `bits` bits in two's complement to w * 2^(bits - 1) (QNN, section 2).
 * Sums of such values are exact in float32 as long as they stay below 2^24 steps: what training computes is what
 * integer hardware computes. Constant factors between layers vanish in the normalisation.
 */
export type WeightKind =
  | { readonly kind: "float" }
  | { readonly kind: "binary"; readonly stochastic: boolean }
  | { readonly kind: "ternary"; readonly threshold: number }
  | { readonly kind: "uniform"; readonly bits: number };

/**
 * What a hidden layer does to the normalised sum.
 * - binary: the sign; stochastic in training only. The gradient passes where |z| <= 1 (BNN, section 1.3).
 * - uniform: the nearest level of z * (2^bits - 1), an integer from 0 to 2^bits - 1. The gradient passes from 0 to 1.
 */
export type ActivationKind =
  | { readonly kind: "relu" }
  | { readonly kind: "binary"; readonly stochastic: boolean }
  | { readonly kind: "uniform"; readonly bits: number };

/** The two scales of ternary weights: [positive, negative], both above 0. */
export type TernaryScales = Float32Array;

/** The nearest of `levels + 1` evenly spaced values from 0 to 1, as an integer from 0 to `levels`; halves go up. */
export function levelOf(z: number, levels: number): number {
  return Math.floor(Math.min(1, Math.max(0, z)) * levels + 0.5);
}

/** Fraction bits of the scales of ternary weights. */
export const scaleFraction = 8;

/** A scale of ternary weights as a raw integer with `scaleFraction` fraction bits. */
export function rawScale(scale: number): number {
  return Math.floor(scale * 2 ** scaleFraction + 0.5);
}

/** The integer of `bits` bits in two's complement that is nearest to weight * 2^(bits - 1); halves go up. */
export function signedLevelOf(weight: number, bits: number): number {
  const half = 2 ** (bits - 1);
  return Math.min(half - 1, Math.max(-half, Math.floor(weight * half + 0.5)));
}

/** The magnitude up to which a ternary weight is zero. */
export function ternaryLimit(latent: Float32Array, threshold: number): number {
  let largest = 0;
  for (let i = 0; i < latent.length; i++) largest = Math.max(largest, Math.abs(latent[i]));
  return threshold * largest;
}

/** Writes the restricted weights of a forward pass into `into`. `random` is drawn from only where stochastic. */
export function quantiseWeights(
  kind: WeightKind,
  latent: Float32Array,
  scales: TernaryScales,
  into: Float32Array,
  random?: Random,
): void {
  switch (kind.kind) {
    case "float":
      into.set(latent);
      return;
    case "binary":
      binarise(latent, kind.stochastic ? random : undefined, into);
      return;
    case "ternary": {
      const limit = ternaryLimit(latent, kind.threshold);
      const [positive, negative] = scales.map((scale) => rawScale(scale) * 2 ** -scaleFraction);
      for (let i = 0; i < latent.length; i++) {
        into[i] = latent[i] > limit ? positive : latent[i] < -limit ? -negative : 0;
      }
      return;
    }
    case "uniform":
      for (let i = 0; i < latent.length; i++) into[i] = signedLevelOf(latent[i], kind.bits);
  }
}

// Without a branch, which the random signs of weights would make the processor guess wrong half of the time.
const signOf = (value: number) => 1 - 2 * Number(value < 0);

/** Signs, or where `random` is given +1 with probability clip((value + 1) / 2, 0, 1). */
export function binarise(values: Float32Array, random: Random | undefined, into: Float32Array): void {
  if (random) for (let i = 0; i < values.length; i++) into[i] = 2 * random.uniform() - 1 < values[i] ? 1 : -1;
  else for (let i = 0; i < values.length; i++) into[i] = signOf(values[i]);
}

/**
 * Turns the gradient of restricted weights into that of the latent ones, in place, and writes that of the scales. The
 * estimator takes restricted weights for their latent ones times a constant; clipping is done apart.
 */
export function weightGradient(
  kind: WeightKind,
  latent: Float32Array,
  scales: TernaryScales,
  gradient: Float32Array,
  scaleGradient: Float32Array,
): void {
  if (kind.kind === "uniform") {
    const half = 2 ** (kind.bits - 1);
    for (let i = 0; i < gradient.length; i++) gradient[i] *= half;
  }
  if (kind.kind !== "ternary") return;
  const limit = ternaryLimit(latent, kind.threshold);
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < latent.length; i++) {
    if (latent[i] > limit) {
      positive += gradient[i];
      gradient[i] *= scales[0];
    } else if (latent[i] < -limit) {
      negative -= gradient[i];
      gradient[i] *= scales[1];
    }
  }
  scaleGradient[0] = positive;
  scaleGradient[1] = negative;
}

/** Holds latent weights in [-1, 1], so that the estimator stays alive; scales stay positive. */
export function clipLatent(kind: WeightKind, latent: Float32Array, scales: TernaryScales): void {
  if (kind.kind === "float") return;
  for (let i = 0; i < latent.length; i++) latent[i] = Math.min(1, Math.max(-1, latent[i]));
  for (let i = 0; i < scales.length; i++) scales[i] = Math.max(2 ** -10, scales[i]);
}

/** Writes the activations of `z` into `into`. `random` is drawn from only where stochastic. */
export function activate(kind: ActivationKind, z: Float32Array, into: Float32Array, random?: Random): void {
  switch (kind.kind) {
    case "relu":
      for (let i = 0; i < z.length; i++) into[i] = Math.max(z[i], 0);
      return;
    case "binary":
      binarise(z, kind.stochastic ? random : undefined, into);
      return;
    case "uniform": {
      const levels = 2 ** kind.bits - 1;
      for (let i = 0; i < z.length; i++) into[i] = levelOf(z[i], levels);
    }
  }
}

/** Turns the gradient of activations into that of `z`, in place, by the estimator. */
export function activationGradient(kind: ActivationKind, z: Float32Array, gradient: Float32Array): void {
  const low = kind.kind === "binary" ? -1 : 0;
  const high = kind.kind === "relu" ? Number.POSITIVE_INFINITY : 1;
  const slope = kind.kind === "uniform" ? 2 ** kind.bits - 1 : 1;
  for (let i = 0; i < z.length; i++) gradient[i] *= slope * Number(z[i] >= low) * Number(z[i] <= high);
}
