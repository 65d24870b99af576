import { createKernel, float64, type Kernel, tileRowBytes, tileRows } from "./kernel.ts";

/** A matrix, row by row without gaps: element (r, c) is `data[r * cols + c]`. */
export interface DenseMatrix<Data extends Int32Array | Float64Array = Int32Array | Float64Array> {
  readonly rows: number;
  readonly cols: number;
  readonly data: Data;
}

/** A matrix of raw integers. */
export type RawMatrix = DenseMatrix<Int32Array>;

/** Sums of a product: element (r, c) is `data[r * stride + c]`. Good until the next product of the same object. */
export interface Sums {
  readonly stride: number;
  readonly data: Float64Array;
}

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step;
const { tileCols } = float64;

/** A matrix of zeros. */
export function rawMatrix(rows: number, cols: number): RawMatrix {
  return { rows, cols, data: new Int32Array(rows * cols) };
}

/**
 * Products of matrices in doubles; of integers they are exact while no sum of magnitudes leaves 2^53. The memory grows with the
 * matrices.
 */
export class ExactProduct {
  #bytes = 0;
  #kernel: { readonly multiply: Kernel; readonly buffer: ArrayBuffer } | undefined;

  /** a * b; a has as many columns as b has rows. */
  multiply(a: DenseMatrix, b: DenseMatrix): Sums {
    const rows = roundUp(a.rows, tileRows);
    const cols = roundUp(b.cols, tileCols);
    const inner = a.cols;
    const atA = tileRowBytes * inner;
    const atB = atA + 8 * rows * inner;
    const atC = atB + 8 * inner * cols;
    const { multiply, buffer } = this.#room(atC + 8 * rows * cols);
    const data = new Float64Array(buffer, atC, rows * cols);
    if (inner === 0 || rows === 0 || cols === 0) return { stride: cols, data: data.fill(0) };
    // Padded rows of a may hold what an earlier product left: their sums are never read.
    new Float64Array(buffer, atA, a.data.length).set(a.data);
    const right = new Float64Array(buffer, atB, inner * cols);
    for (let k = 0; k < inner; k++) right.set(b.data.subarray(k * b.cols, (k + 1) * b.cols), k * cols);
    multiply(atA, atB, atC, rows, cols, inner, 8 * inner, 8 * cols, 8 * cols, 0);
    return { stride: cols, data };
  }

  #room(bytes: number) {
    if (this.#kernel === undefined || bytes > this.#bytes) {
      this.#bytes = 2 ** Math.ceil(Math.log2(Math.max(bytes, 65536)));
      this.#kernel = createKernel(this.#bytes, float64);
    }
    return this.#kernel;
  }
}
