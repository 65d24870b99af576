import { type Mlp, softmaxDelta } from "../model/mlp.ts";

/** The weights of a layer that pruning left, input after input, outputs ascending; the bias is the last input. */
export interface KeptLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Input i has the weights start[i] up to, not including, start[i + 1]; inputs + 2 values. */
  readonly start: Uint32Array;
  readonly outputOf: Uint32Array;
  readonly values: Float32Array;
}

/** The weights where the masks are 1, copied. */
export function keptWeights({ sizes, weights }: Mlp, masks: readonly Uint8Array[]): KeptLayer[] {
  return weights.map((dense, layer) => {
    const [inputs, outputs] = [sizes[layer], sizes[layer + 1]];
    const count = masks[layer].reduce((sum, bit) => sum + bit, 0);
    const start = new Uint32Array(inputs + 2);
    const outputOf = new Uint32Array(count);
    const values = new Float32Array(count);
    let to = 0;
    for (let input = 0; input <= inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        const at = input * outputs + output;
        if (masks[layer][at] === 0) continue;
        outputOf[to] = output;
        values[to++] = dense[at];
      }
      start[input + 1] = to;
    }
    return { inputs, outputs, start, outputOf, values };
  });
}

/** Writes the kept weights back to their places; all others become zero. */
export function scatter(layers: readonly KeptLayer[], { weights }: Mlp): void {
  layers.forEach(({ inputs, outputs, start, outputOf, values }, layer) => {
    weights[layer].fill(0);
    for (let input = 0; input <= inputs; input++) {
      for (let k = start[input]; k < start[input + 1]; k++) weights[layer][input * outputs + outputOf[k]] = values[k];
    }
  });
}

/**
 * What `Pass` does, for the kept weights alone: the same sums in the same order, in a time that goes with what is kept.
 * Gradients have a value a kept weight.
 */
export class KeptPass {
  readonly #layers: readonly KeptLayer[];
  readonly #values: readonly Float32Array[];
  readonly #deltas: readonly Float32Array[];

  constructor(layers: readonly KeptLayer[]) {
    const sizes = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
    this.#layers = layers;
    this.#values = sizes.map((size) => new Float32Array(size));
    this.#deltas = sizes.map((size) => new Float32Array(size));
  }

  /** The logits for one input; valid until the next call. */
  forward(x: ArrayLike<number>): Float32Array {
    this.#values[0].set(x);
    this.#layers.forEach((layer, i) => {
      const y = this.#values[i + 1];
      forwardKept(layer, this.#values[i], y);
      if (i + 1 < this.#layers.length) for (let o = 0; o < y.length; o++) if (y[o] < 0) y[o] = 0;
    });
    return this.#values[this.#layers.length];
  }

  /** The loss for a labelled sample in nats. */
  loss(x: ArrayLike<number>, label: number): number {
    return softmaxDelta(this.forward(x), label, this.#deltas[this.#layers.length]);
  }

  /** As in `Pass`: adds the gradient of one labelled sample's loss, and returns the loss in nats. */
  backward(x: ArrayLike<number>, label: number, gradients: readonly Float32Array[]): number {
    const logits = this.forward(x);
    const loss = softmaxDelta(logits, label, this.#deltas[this.#layers.length]);
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      gradientKept(this.#layers[i], this.#values[i], this.#deltas[i + 1], gradients[i]);
      if (i > 0) deltaKept(this.#layers[i], this.#values[i], this.#deltas[i + 1], this.#deltas[i]);
    }
    return loss;
  }
}

function forwardKept({ inputs, start, outputOf, values }: KeptLayer, x: Float32Array, y: Float32Array): void {
  y.fill(0);
  for (let k = start[inputs]; k < start[inputs + 1]; k++) y[outputOf[k]] = values[k];
  for (let i = 0; i < inputs; i++) {
    const value = x[i];
    if (value === 0) continue;
    for (let k = start[i]; k < start[i + 1]; k++) y[outputOf[k]] += values[k] * value;
  }
}

function gradientKept(
  { inputs, start, outputOf }: KeptLayer,
  x: Float32Array,
  delta: Float32Array,
  gradient: Float32Array,
): void {
  for (let i = 0; i <= inputs; i++) {
    const value = i < inputs ? x[i] : 1;
    if (value === 0) continue;
    for (let k = start[i]; k < start[i + 1]; k++) gradient[k] += value * delta[outputOf[k]];
  }
}

function deltaKept(
  { inputs, start, outputOf, values }: KeptLayer,
  x: Float32Array,
  delta: Float32Array,
  into: Float32Array,
): void {
  for (let i = 0; i < inputs; i++) {
    let sum = 0;
    if (x[i] > 0) for (let k = start[i]; k < start[i + 1]; k++) sum += values[k] * delta[outputOf[k]];
    into[i] = sum;
  }
}
