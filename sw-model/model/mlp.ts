import type { Random } from "../random.ts";

/**
 * A fully connected ReLU network. The weights of a layer lie input after input, `weights[input * outputs + output]`,
 * and the bias is one more input whose value is always 1: `(inputs + 1) * outputs` values.
 */
export interface Mlp {
  /** Inputs of the network, then the outputs of each layer. */
  readonly sizes: readonly number[];
  readonly weights: readonly Float32Array[];
}

/** Normal initial weights of variance 2 / inputs (He et al., 2015), zero bias. */
export function createMlp(sizes: readonly number[], random: Random): Mlp {
  const weights = sizes.slice(1).map((outputs, layer) => {
    const inputs = sizes[layer];
    const scale = Math.sqrt(2 / inputs);
    return Float32Array.from({ length: (inputs + 1) * outputs }, (_, i) =>
      i < inputs * outputs ? scale * random.normal() : 0,
    );
  });
  return { sizes, weights };
}

/** Forward and backward passes of one sample, with buffers that are reused from sample to sample. */
export class Pass {
  readonly #mlp: Mlp;
  readonly #values: readonly Float32Array[];
  readonly #deltas: readonly Float32Array[];

  constructor(mlp: Mlp) {
    this.#mlp = mlp;
    this.#values = mlp.sizes.map((size) => new Float32Array(size));
    this.#deltas = mlp.sizes.map((size) => new Float32Array(size));
  }

  /** The values that entered each layer in the last pass, and last the logits. */
  get values(): readonly Float32Array[] {
    return this.#values;
  }

  /** The logits for one input; valid until the next call. */
  forward(x: ArrayLike<number>): Float32Array {
    const { weights, sizes } = this.#mlp;
    this.#values[0].set(x);
    weights.forEach((w, layer) => {
      const isHidden = layer + 2 < sizes.length;
      forwardLayer(w, this.#values[layer], this.#values[layer + 1], isHidden);
    });
    return this.#values[sizes.length - 1];
  }

  /**
   * Adds the gradient of the softmax cross-entropy of one labelled sample to `gradients` (shaped like the weights)
   * and returns the loss in nats.
   */
  backward(x: ArrayLike<number>, label: number, gradients: readonly Float32Array[]): number {
    const logits = this.forward(x);
    const loss = softmaxDelta(logits, label, this.#deltas[this.#mlp.sizes.length - 1]);
    for (let layer = this.#mlp.weights.length - 1; layer >= 0; layer--) {
      const delta = this.#deltas[layer + 1];
      gradientLayer(gradients[layer], this.#values[layer], delta);
      if (layer > 0) deltaLayer(this.#mlp.weights[layer], this.#values[layer], delta, this.#deltas[layer]);
    }
    return loss;
  }
}

function forwardLayer(w: Float32Array, x: Float32Array, y: Float32Array, relu: boolean): void {
  const outputs = y.length;
  y.set(w.subarray(x.length * outputs));
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    // Most pixels and half of the hidden values are zero.
    if (value === 0) continue;
    for (let o = 0, at = i * outputs; o < outputs; o++, at++) y[o] += w[at] * value;
  }
  if (!relu) return;
  for (let o = 0; o < outputs; o++) if (y[o] < 0) y[o] = 0;
}

function gradientLayer(gradient: Float32Array, x: Float32Array, delta: Float32Array): void {
  const outputs = delta.length;
  for (let i = 0; i <= x.length; i++) {
    const value = i < x.length ? x[i] : 1;
    if (value === 0) continue;
    for (let o = 0, at = i * outputs; o < outputs; o++, at++) gradient[at] += value * delta[o];
  }
}

/** The error that reaches a layer's inputs; a ReLU that gave 0 passes nothing on. */
function deltaLayer(w: Float32Array, x: Float32Array, delta: Float32Array, into: Float32Array): void {
  const outputs = delta.length;
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    if (x[i] > 0) for (let o = 0, at = i * outputs; o < outputs; o++, at++) sum += w[at] * delta[o];
    into[i] = sum;
  }
}

/** Writes the gradient of the softmax cross-entropy into `delta` and returns the loss in nats. */
export function softmaxDelta(logits: Float32Array, label: number, delta: Float32Array): number {
  const top = Math.max(...logits);
  let total = 0;
  for (let o = 0; o < logits.length; o++) {
    delta[o] = Math.exp(logits[o] - top);
    total += delta[o];
  }
  for (let o = 0; o < logits.length; o++) delta[o] /= total;
  delta[label] -= 1;
  return Math.log(total) + top - logits[label];
}

/** Position of the largest value, the first one where several are equal. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
