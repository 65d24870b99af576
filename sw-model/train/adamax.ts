import { ap2 } from "../quantised/batch-norm.ts";

/** Shift-based AdaMax (BNN, algorithm 4): products by powers of two only; beta1 = 1 - 2^-3, beta2 = 1 - 2^-10. */
export class ShiftAdaMax {
  readonly #means: readonly Float32Array[];
  readonly #peaks: readonly Float32Array[];
  #steps = 0;

  constructor(parameters: readonly Float32Array[]) {
    this.#means = parameters.map(({ length }) => new Float32Array(length));
    this.#peaks = parameters.map(({ length }) => new Float32Array(length));
  }

  /** One step against `gradients`, each multiplied by `scale`; the rate counts as its nearest power of two. */
  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[], rate: number, scale: number): void {
    this.#steps++;
    const corrected = ap2(rate / (1 - (1 - 2 ** -3) ** this.#steps));
    parameters.forEach((values, k) => {
      const mean = this.#means[k];
      const peak = this.#peaks[k];
      const gradient = gradients[k];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i] * scale;
        mean[i] += (g - mean[i]) * 2 ** -3;
        peak[i] = Math.max(peak[i] - peak[i] * 2 ** -10, Math.abs(g));
        if (peak[i] > 0) values[i] -= corrected * mean[i] * ap2(1 / peak[i]);
      }
    });
  }
}
