import { createKernel, float32, type Kernel, tileRows } from "./kernel.ts";

const { tileCols } = float32;

/**
 * A float32 matrix in an arena, row by row. Rows and columns are padded to whole tiles of the kernel: element (r, c) is
 * `data[r * stride + c]`. The padding is zero as long as nobody writes it.
 */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  /** Columns with padding. */
  readonly stride: number;
  readonly data: Float32Array;
}

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step;

/** Matrices that live together in one WebAssembly memory, and their products. */
export class Arena {
  readonly #buffer: ArrayBuffer;
  readonly #multiply: Kernel;
  readonly #panel: number;
  #used = 0;

  /** Room for `shapes`; `matrix` hands out as much. The longest inner dimension of any product is `inner`. */
  constructor(shapes: readonly (readonly [rows: number, cols: number])[], inner: number) {
    const panelBytes = 4 * tileCols * inner;
    const bytes = shapes.reduce((sum, [rows, cols]) => sum + bytesOf(rows, cols), panelBytes);
    const { multiply, buffer } = createKernel(bytes);
    this.#multiply = multiply;
    this.#buffer = buffer;
    this.#panel = this.#take(panelBytes);
  }

  /** A new matrix of zeros. */
  matrix(rows: number, cols: number): Matrix {
    const at = this.#take(bytesOf(rows, cols));
    const data = new Float32Array(this.#buffer, at, bytesOf(rows, cols) / 4);
    return { rows, cols, stride: roundUp(cols, tileCols), data };
  }

  /** into = a * b; the shapes fit, and `into` is neither of them. Sums run over the inner dimension in order. */
  multiply(a: Matrix, b: Matrix, into: Matrix): void {
    const pointers = [a, b, into].map(({ data }) => data.byteOffset) as [number, number, number];
    const strides = [a, b, into].map(({ stride }) => 4 * stride) as [number, number, number];
    this.#multiply(...pointers, into.rows, into.cols, a.cols, ...strides, this.#panel);
  }

  #take(bytes: number): number {
    const at = this.#used;
    this.#used += bytes;
    return at;
  }
}

function bytesOf(rows: number, cols: number): number {
  return 4 * roundUp(rows, tileRows) * roundUp(cols, tileCols);
}

/** into = the transpose of a, by blocks that fit the cache. */
export function transpose(a: Matrix, into: Matrix): void {
  const block = 16;
  for (let r0 = 0; r0 < a.rows; r0 += block) {
    const r1 = Math.min(a.rows, r0 + block);
    for (let c0 = 0; c0 < a.cols; c0 += block) {
      const c1 = Math.min(a.cols, c0 + block);
      for (let r = r0; r < r1; r++) {
        for (let c = c0; c < c1; c++) into.data[c * into.stride + r] = a.data[r * a.stride + c];
      }
    }
  }
}
