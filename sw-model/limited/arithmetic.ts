import type { Numbers, Tensor } from "./tensor.ts";

/**
 * The numbers that a network is trained in. Every product of matrices of a training step goes through one of `activations`,
 * `errors` and `weightStep`; everything else is element by element.
 */
export interface Arithmetic {
  /** The activation that stands for 1. */
  readonly one: number;
  /** Real numbers as activations, such as pixels. */
  asActivations(values: ArrayLike<number>, rows: number, cols: number): Tensor;
  /** Real numbers as weights. */
  asWeights(values: ArrayLike<number>, rows: number, cols: number): Tensor;
  /** The real values of activations. */
  realActivations(activations: Tensor): Float64Array;
  /** Errors (gradients of the loss) at the output from real ones. */
  asErrors(values: ArrayLike<number>, rows: number, cols: number): Tensor;
  /** inputs x weights: the activations of the next layer, before the ReLU. */
  activations(inputs: Tensor, weights: Tensor): Tensor;
  /** errors x transposed weights: the errors of the layer before. */
  errors(errors: Tensor, weights: Tensor): Tensor;
  /** transposed inputs x errors, times the learning rate and over the size of the batch: what the weights move by. */
  weightStep(inputs: Tensor, errors: Tensor): Tensor;
  /** velocity = momentum * velocity + shrink * weights + step; weights = weights - velocity, all in place. */
  move(weights: Numbers, velocity: Numbers, step: Numbers): void;
  /** Brings sums of errors back into the range of errors, in place. */
  saturateErrors(errors: Tensor): void;
}

/** How fast weights move; the rest of a plan does not concern the arithmetic. */
export interface Pace {
  /** Learning rate. */
  readonly rate: number;
  readonly batch: number;
  /** Share of the velocity that a step keeps. */
  readonly momentum: number;
  /** Factor of the L2 term, times the learning rate in each step. */
  readonly decay: number;
}
