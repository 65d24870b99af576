import { type Arena, type Matrix, transpose } from "../linear/gemm.ts";
import type { Random } from "../random.ts";
import {
  applyNorm,
  type BatchNorm,
  createBatchNorm,
  normalise,
  normaliseGradient,
  ShiftSpread,
  Statistics,
} from "./batch-norm.ts";
import { type Buffers, createBuffers } from "./buffers.ts";
import {
  activate,
  activationGradient,
  clipLatent,
  quantiseWeights,
  type TernaryScales,
  weightGradient,
} from "./kinds.ts";
import { lossAndGradient } from "./loss.ts";
import { bySample, gatherWindows, poolMaps, scatterWindows, unpoolMaps } from "./maps.ts";
import { geometriesOf, type NetworkShape } from "./shape.ts";

/** What a layer learns. `latent` is inputs x outputs. */
export interface Layer {
  readonly latent: Matrix;
  readonly scales: TernaryScales;
  readonly norm: BatchNorm;
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
    const { arena, buffers } = createBuffers(geometriesOf(shape), batch);
    this.#arena = arena;
    this.#buffers = buffers;
    this.layers = buffers.map(({ latent }) => {
      const { rows: inputs, cols: outputs } = latent;
      const limit = spread * Math.sqrt(6 / (inputs + outputs));
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) latent.data[i * latent.stride + o] = random.between(-limit, limit);
      }
      return { latent, scales: Float32Array.of(1, 1), norm: createBatchNorm(outputs) };
    });
  }

  /** The rows that enter the network; the caller fills them. */
  get inputs(): Matrix {
    return this.#buffers[0].maps;
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

  /** The values that enter layer `i` in the last pass (batch x values). */
  entering(i: number): Matrix {
    return this.#buffers[i].maps;
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
      const gather = (sums: { add(y: Matrix): void; write(norm: BatchNorm): void }) => {
        for (let b = 0; b < batches; b++) {
          fill(b);
          for (let before = 0; before < i; before++) this.#forward(before);
          sums.add(this.#multiply(i).sums);
        }
        sums.write(norm);
      };
      gather(new Statistics(norm.mean.length));
      // As in training, something else stands in for the variance, once the mean is known.
      if (this.shape.normalisation === "shift") gather(new ShiftSpread(norm.mean));
    }
  }

  #isNormalised(i: number): boolean {
    return i < this.layers.length - 1 || this.shape.scores === "normalised";
  }

  #multiply(i: number): Buffers {
    const buffers = this.#buffers[i];
    if (buffers.inputs !== buffers.maps) gatherWindows(buffers.geometry, buffers.maps, buffers.inputs);
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
    const { geometry, sums, normalised, leaving, chosen } = this.#buffers[i];
    // Activations never fall where sums rise, so that pooling may come first.
    if (chosen) poolMaps(geometry, normalised, leaving, chosen);
    if (i + 1 < this.layers.length) {
      activate(this.shape.activations, leaving.data, this.#buffers[i + 1].maps.data, random);
    } else if (this.shape.scores !== "normalised") {
      const { scale } = this.shape.scores;
      for (let k = 0; k < sums.data.length; k++) normalised.data[k] = scale * sums.data[k];
    }
  }

  /** From the gradient of layer `i`'s normalised sums (or scores) to those of its parameters and of the layer before. */
  #backward(i: number): void {
    const { latent, scales, norm } = this.layers[i];
    const b = this.#buffers[i];
    if (b.chosen) unpoolMaps(b.leavingGradient, b.chosen, b.gradient);
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
    const into = bySample(before.leavingGradient, before.geometry.output);
    this.#arena.multiply(b.gradient, b.weightsAcross, b.inputsGradient ?? into);
    if (b.inputsGradient) scatterWindows(b.geometry, b.inputsGradient, into);
    activationGradient(this.shape.activations, before.leaving.data, before.leavingGradient.data);
  }
}
