import type { DenseMatrix } from "../linear/exact.ts";

/** Numbers of a network in training: raw values in fixed point, real ones in float. */
export type Numbers = Int32Array | Float64Array;

export type Tensor = DenseMatrix<Numbers>;

/** A tensor of zeros of the same kind of numbers. */
export function likeWith(data: Numbers, rows: number, cols: number): Tensor {
  const length = rows * cols;
  return { rows, cols, data: data instanceof Int32Array ? new Int32Array(length) : new Float64Array(length) };
}

/** The same numbers with other rows and columns. */
export function reshaped({ data }: Tensor, rows: number, cols: number): Tensor {
  return { rows, cols, data };
}

/** The first `count` rows, without a copy. */
export function firstRows({ cols, data }: Tensor, count: number): Tensor {
  return { rows: count, cols, data: data.subarray(0, count * cols) };
}

/** With one more column, which holds `value`. */
export function withColumn({ rows, cols, data }: Tensor, value: number): Tensor {
  const into = likeWith(data, rows, cols + 1);
  for (let r = 0; r < rows; r++) {
    into.data.set(data.subarray(r * cols, (r + 1) * cols), r * (cols + 1));
    into.data[r * (cols + 1) + cols] = value;
  }
  return into;
}

/** The transpose, by blocks that fit the cache. */
export function transposed({ rows, cols, data }: Tensor): Tensor {
  const into = likeWith(data, cols, rows);
  const block = 16;
  for (let r0 = 0; r0 < rows; r0 += block) {
    const r1 = Math.min(rows, r0 + block);
    for (let c0 = 0; c0 < cols; c0 += block) {
      const c1 = Math.min(cols, c0 + block);
      for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) into.data[c * rows + r] = data[r * cols + c];
    }
  }
  return into;
}
