/** Adam (Kingma and Ba, 2015) over a list of arrays, updated in place. */
export class Adam {
  readonly #means: readonly Float32Array[];
  readonly #squares: readonly Float32Array[];
  readonly #decay: number;
  #steps = 0;

  /** `decay` is the factor of an L2 term in the gradient. */
  constructor(parameters: readonly Float32Array[], decay: number) {
    this.#means = parameters.map(({ length }) => new Float32Array(length));
    this.#squares = parameters.map(({ length }) => new Float32Array(length));
    this.#decay = decay;
  }

  /**
   * One step against `gradients`, each multiplied by `scale` (one over the batch). Where a mask is given, a parameter
   * whose mask is 0 stays as it is.
   */
  step(
    parameters: readonly Float32Array[],
    gradients: readonly Float32Array[],
    rate: number,
    scale: number,
    masks?: readonly Uint8Array[],
  ): void {
    this.#steps++;
    const meanCorrection = 1 / (1 - 0.9 ** this.#steps);
    const squareCorrection = 1 / (1 - 0.999 ** this.#steps);
    parameters.forEach((values, k) => {
      const mean = this.#means[k];
      const square = this.#squares[k];
      const gradient = gradients[k];
      const mask = masks?.[k];
      for (let i = 0; i < values.length; i++) {
        if (mask !== undefined && mask[i] === 0) continue;
        const g = gradient[i] * scale + this.#decay * values[i];
        mean[i] += 0.1 * (g - mean[i]);
        square[i] += 0.001 * (g * g - square[i]);
        values[i] -= (rate * meanCorrection * mean[i]) / (Math.sqrt(square[i] * squareCorrection) + 1e-8);
      }
    });
  }
}
