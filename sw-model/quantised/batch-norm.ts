import type { Matrix } from "../linear/gemm.ts";

/**
 * Batch normalisation of the columns of a matrix, z = gamma * (y - mean) / sqrt(variance + epsilon) + beta.
 * - exact: as written (Ioffe and Szegedy, 2015).
 * - shift: every product by a power of two: variance as the mean of c * AP2(c) with c = y - mean, then
 *   z = AP2(gamma) * (c * AP2(1 / sqrt(variance + epsilon))) + beta (BNN, algorithm 3).
 */
export type Normalisation = "exact" | "shift";

const epsilon = 1e-4;

/** The power of two nearest to x in the logarithm, with its sign (BNN, section 1.3); 0 stays 0. */
export function ap2(x: number): number {
  return x === 0 ? 0 : Math.sign(x) * 2 ** Math.round(Math.log2(Math.abs(x)));
}

/** What is learned (gamma, beta) and what is measured (mean, variance), a value a column. */
export interface BatchNorm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export function createBatchNorm(columns: number): BatchNorm {
  const of = (value: number) => new Float32Array(columns).fill(value);
  return { gamma: of(1), beta: of(0), mean: of(0), variance: of(1) };
}

/** The same as z = (y - mean) * scale + offset, a value a column: the form in which it folds into thresholds. */
export interface Affine {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/** The normalisation with its measured mean and variance, in doubles. */
export function affineOf({ gamma, beta, mean, variance }: BatchNorm, kind: Normalisation): Affine {
  const round = kind === "shift" ? ap2 : (x: number) => x;
  return {
    mean: Float64Array.from(mean),
    scale: Float64Array.from(gamma, (g, c) => round(g) * round(1 / Math.sqrt(variance[c] + epsilon))),
    offset: Float64Array.from(beta),
  };
}

/** Sums over rows from which mean and variance follow; several matrices may be added up. */
export class Statistics {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #rows = 0;

  constructor(columns: number) {
    this.#sums = new Float64Array(columns);
    this.#squares = new Float64Array(columns);
  }

  add({ rows, stride, data }: Matrix): void {
    this.#rows += rows;
    for (let r = 0; r < rows; r++) {
      for (let c = 0, at = r * stride; c < this.#sums.length; c++, at++) {
        this.#sums[c] += data[at];
        this.#squares[c] += data[at] * data[at];
      }
    }
  }

  /** Writes mean and variance (of the population, not the sample). */
  write({ mean, variance }: BatchNorm): void {
    for (let c = 0; c < mean.length; c++) {
      mean[c] = this.#sums[c] / this.#rows;
      variance[c] = Math.max(0, this.#squares[c] / this.#rows - mean[c] * mean[c]);
    }
  }
}

/** Sums over rows for the mean of c * AP2(c) a column, which stands in for the variance; the mean is known. */
export class ShiftSpread {
  readonly #mean: Float32Array;
  readonly #sums: Float64Array;
  #rows = 0;

  constructor(mean: Float32Array) {
    this.#mean = mean;
    this.#sums = new Float64Array(mean.length);
  }

  add({ rows, stride, data }: Matrix): void {
    this.#rows += rows;
    for (let r = 0; r < rows; r++) {
      for (let c = 0, at = r * stride; c < this.#sums.length; c++, at++) {
        const centred = data[at] - this.#mean[c];
        this.#sums[c] += centred * ap2(centred);
      }
    }
  }

  write({ variance }: BatchNorm): void {
    for (let c = 0; c < variance.length; c++) variance[c] = this.#sums[c] / this.#rows;
  }
}

/** Measures the columns of `y` and writes the normalised values into `z` (which may be `y`). */
export function normalise(norm: BatchNorm, kind: Normalisation, y: Matrix, z: Matrix): void {
  const statistics = new Statistics(norm.mean.length);
  statistics.add(y);
  statistics.write(norm);
  if (kind === "shift") {
    const spread = new ShiftSpread(norm.mean);
    spread.add(y);
    spread.write(norm);
  }
  applyNorm(norm, kind, y, z);
}

/** Writes the normalised values by the mean and variance that are there into `z` (which may be `y`). */
export function applyNorm(norm: BatchNorm, kind: Normalisation, y: Matrix, z: Matrix): void {
  const { mean, scale, offset } = affineOf(norm, kind);
  for (let r = 0; r < y.rows; r++) {
    for (let c = 0, at = r * y.stride; c < mean.length; c++, at++) {
      z.data[at] = (y.data[at] - mean[c]) * scale[c] + offset[c];
    }
  }
}

/**
 * Turns the gradient of `z` into that of `y`, in place, after `normalise`; writes the gradients of gamma and beta.
 * The shift form is taken for what it approximates, its powers of two as constants.
 */
export function normaliseGradient(
  norm: BatchNorm,
  kind: Normalisation,
  y: Matrix,
  gradient: Matrix,
  gammaGradient: Float32Array,
  betaGradient: Float32Array,
): void {
  const columns = norm.mean.length;
  const round = kind === "shift" ? ap2 : (x: number) => x;
  const inverse = Float64Array.from(norm.variance, (variance) => round(1 / Math.sqrt(variance + epsilon)));
  const sums = new Float64Array(columns);
  const products = new Float64Array(columns);
  for (let r = 0; r < y.rows; r++) {
    for (let c = 0, at = r * y.stride; c < columns; c++, at++) {
      sums[c] += gradient.data[at];
      products[c] += gradient.data[at] * (y.data[at] - norm.mean[c]) * inverse[c];
    }
  }
  betaGradient.set(sums);
  gammaGradient.set(products);
  const scale = inverse.map((value, c) => round(norm.gamma[c]) * value);
  // Row by row, as the matrix lies in memory.
  for (let r = 0; r < y.rows; r++) {
    for (let c = 0, at = r * y.stride; c < columns; c++, at++) {
      const centred = (y.data[at] - norm.mean[c]) * inverse[c];
      gradient.data[at] = scale[c] * (gradient.data[at] - (sums[c] + centred * products[c]) / y.rows);
    }
  }
}
