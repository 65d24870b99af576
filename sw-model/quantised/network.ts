import { Arena, type Matrix, transpose } from "../linear/gemm.ts";
import type { Random } from "../random.ts";
import {
  applyNorm,
  type BatchNorm,
  createBatchNorm,
  type Normalisation,
  normalise,
  normaliseGradient,
  Statistics,
} from "./batch-norm.ts";
import {
  type ActivationKind,
  activate,
  activationGradient,
  clipLatent,
  quantiseWeights,
  type TernaryScales,
  type WeightKind,
  weightGradient,
} from "./kinds.ts";
import { type Loss, lossAndGradient } from "./loss.ts";

/** A fully connected network with restricted weights and activations. */
export interface NetworkShape {
  /** Inputs of the network, then the outputs of each layer. */
  readonly sizes: readonly number[];
  readonly weights: WeightKind;
  /** Of the hidden layers. */
  readonly activations: ActivationKind;
  readonly normalisation: Normalisation;
  /**
   * What becomes of the last layer's sums: normalised like the others, or only multiplied by one constant for all
   * classes, so that the largest sum is the answer and hardware needs no arithmetic behind it.
   */
  readonly scores: "normalised" | { readonly scale: number };
  readonly loss: Loss;
}

/** What a layer learns. `latent` is inputs x outputs. */
export interface Layer {
  readonly latent: Matrix;
  readonly scales: TernaryScales;
  readonly norm: BatchNorm;
}

/** What one pass computes and keeps for the way back. Matrices are batch x outputs unless said otherwise. */
interface Buffers {
  /** inputs x outputs, and its transpose. */
  readonly weights: Matrix;
  readonly weightsAcross: Matrix;
  readonly weightGradient: Matrix;
  readonly scaleGradient: Float32Array;
  readonly gammaGradient: Float32Array;
  readonly betaGradient: Float32Array;
  /** Sums, normalised sums, and their gradient. */
  readonly sums: Matrix;
  readonly normalised: Matrix;
  readonly gradient: Matrix;
  /** What enters the layer (batch x inputs), and its transpose. */
  readonly inputs: Matrix;
  readonly inputsAcross: Matrix;
}

/** A network, its learned parameters and the buffers of a batch. Passes take `batch` rows at a time. */
export class Network {
  readonly shape: NetworkShape;
  readonly batch: number;
  readonly layers: readonly Layer[];
  readonly #buffers: readonly Buffers[];
  readonly #arena: Arena;

  /** Latent weights start uniform in +-`spread` times sqrt(6 / (inputs + outputs)) (Glorot and Bengio, 2010). */
  constructor(shape: NetworkShape, batch: number, spread: number, random: Random) {
    this.shape = shape;
    this.batch = batch;
    const pairs = shape.sizes.slice(1).map((outputs, i) => [shape.sizes[i], outputs] as const);
    const shapes = pairs.flatMap(([inputs, outputs]) => shapesOf(inputs, outputs, batch));
    const arena = new Arena(shapes, Math.max(batch, ...shape.sizes));
    this.#arena = arena;
    this.layers = pairs.map(([inputs, outputs]) => {
      const latent = arena.matrix(inputs, outputs);
      const limit = spread * Math.sqrt(6 / (inputs + outputs));
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) latent.data[i * latent.stride + o] = random.between(-limit, limit);
      }
      return { latent, scales: Float32Array.of(1, 1), norm: createBatchNorm(outputs) };
    });
    this.#buffers = pairs.map(([inputs, outputs]) => createBuffers(arena, inputs, outputs, batch));
  }

  /** The rows that enter the network; the caller fills them. */
  get inputs(): Matrix {
    return this.#buffers[0].inputs;
  }

  /** Everything that training changes, and in the same order its gradients. */
  get parameters(): Float32Array[] {
    return this.layers.flatMap(({ latent, scales, norm }) => [latent.data, scales, norm.gamma, norm.beta]);
  }
  get gradients(): Float32Array[] {
    return this.#buffers.flatMap((b) => [b.weightGradient.data, b.scaleGradient, b.gammaGradient, b.betaGradient]);
  }

  /** Restricts the weights anew; needed after they changed. `random` makes stochastic kinds random. */
  restrict(random?: Random): void {
    this.layers.forEach(({ latent, scales }, i) => {
      quantiseWeights(this.shape.weights, latent.data, scales, this.#buffers[i].weights.data, random);
    });
  }

  /** Keeps latent weights and scales in their range. */
  clip(): void {
    for (const { latent, scales } of this.layers) clipLatent(this.shape.weights, latent.data, scales);
  }

  /** A training pass over `inputs`: the loss summed over the batch; leaves the gradients (also summed) behind. */
  train(labels: ArrayLike<number>, random: Random): number {
    this.restrict(random);
    const last = this.layers.length - 1;
    for (let i = 0; i <= last; i++) {
      const { sums, normalised } = this.#multiply(i);
      if (this.#isNormalised(i)) normalise(this.layers[i].norm, this.shape.normalisation, sums, normalised);
      this.#passOn(i, random);
    }
    const { normalised, gradient } = this.#buffers[last];
    const loss = lossAndGradient(this.shape.loss, normalised, labels, gradient);
    for (let i = last; i >= 0; i--) this.#backward(i);
    return loss;
  }

  /** The scores of the rows of `inputs` (batch x classes), by the measured statistics; `restrict` came before. */
  evaluate(): Matrix {
    for (let i = 0; i < this.layers.length; i++) this.#forward(i);
    return this.#buffers[this.layers.length - 1].normalised;
  }

  /** The values that enter layer `i` in the last pass (batch x inputs). */
  entering(i: number): Matrix {
    return this.#buffers[i].inputs;
  }

  /** The sums of layer `i` in the last pass. */
  sums(i: number): Matrix {
    return this.#buffers[i].sums;
  }

  /**
   * Measures mean and variance of every layer over many batches, layer after layer, each with the layers before it
   * final. `batches` is how many there are, `fill` writes one into `inputs`.
   */
  measure(batches: number, fill: (batch: number) => void): void {
    this.restrict();
    for (let i = 0; i < this.layers.length; i++) {
      if (!this.#isNormalised(i)) continue;
      const { norm } = this.layers[i];
      const statistics = new Statistics(norm.mean.length);
      for (let b = 0; b < batches; b++) {
        fill(b);
        for (let before = 0; before < i; before++) this.#forward(before);
        statistics.add(this.#multiply(i).sums);
      }
      statistics.write(norm);
    }
  }

  #isNormalised(i: number): boolean {
    return i < this.layers.length - 1 || this.shape.scores === "normalised";
  }

  #multiply(i: number): Buffers {
    const buffers = this.#buffers[i];
    this.#arena.multiply(buffers.inputs, buffers.weights, buffers.sums);
    return buffers;
  }

  #forward(i: number): void {
    const { sums, normalised } = this.#multiply(i);
    if (this.#isNormalised(i)) applyNorm(this.layers[i].norm, this.shape.normalisation, sums, normalised);
    this.#passOn(i);
  }

  /** From normalised sums to what enters the next layer, or from the last sums to scores. */
  #passOn(i: number, random?: Random): void {
    const { sums, normalised } = this.#buffers[i];
    if (i + 1 < this.layers.length) {
      activate(this.shape.activations, normalised.data, this.#buffers[i + 1].inputs.data, random);
    } else if (this.shape.scores !== "normalised") {
      const { scale } = this.shape.scores;
      for (let k = 0; k < sums.data.length; k++) normalised.data[k] = scale * sums.data[k];
    }
  }

  /** From the gradient of layer `i`'s normalised sums (or scores) to those of its parameters and of the layer before. */
  #backward(i: number): void {
    const { latent, scales, norm } = this.layers[i];
    const b = this.#buffers[i];
    if (this.#isNormalised(i)) {
      normaliseGradient(norm, this.shape.normalisation, b.sums, b.gradient, b.gammaGradient, b.betaGradient);
    } else if (this.shape.scores !== "normalised") {
      const { scale } = this.shape.scores;
      for (let k = 0; k < b.gradient.data.length; k++) b.gradient.data[k] *= scale;
    }
    transpose(b.inputs, b.inputsAcross);
    this.#arena.multiply(b.inputsAcross, b.gradient, b.weightGradient);
    weightGradient(this.shape.weights, latent.data, scales, b.weightGradient.data, b.scaleGradient);
    if (i === 0) return;
    const before = this.#buffers[i - 1];
    transpose(b.weights, b.weightsAcross);
    this.#arena.multiply(b.gradient, b.weightsAcross, before.gradient);
    activationGradient(this.shape.activations, before.normalised.data, before.gradient.data);
  }
}

function shapesOf(inputs: number, outputs: number, batch: number): (readonly [number, number])[] {
  const weights = [inputs, outputs] as const;
  const sums = [batch, outputs] as const;
  return [weights, weights, [outputs, inputs], weights, sums, sums, sums, [batch, inputs], [inputs, batch]];
}

function createBuffers(arena: Arena, inputs: number, outputs: number, batch: number): Buffers {
  return {
    weights: arena.matrix(inputs, outputs),
    weightsAcross: arena.matrix(outputs, inputs),
    weightGradient: arena.matrix(inputs, outputs),
    scaleGradient: new Float32Array(2),
    gammaGradient: new Float32Array(outputs),
    betaGradient: new Float32Array(outputs),
    sums: arena.matrix(batch, outputs),
    normalised: arena.matrix(batch, outputs),
    gradient: arena.matrix(batch, outputs),
    inputs: arena.matrix(batch, inputs),
    inputsAcross: arena.matrix(inputs, batch),
  };
}
