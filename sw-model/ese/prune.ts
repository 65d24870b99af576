/** A dense matrix, row after row. */
export interface DenseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
}

/** For every element in row order, 1 where it is kept. */
export type Mask = Uint8Array;

/** Keeps the largest magnitudes of the whole matrix, `share` of all elements (Deep Compression, section 2). */
export function pruneByMagnitude({ values }: DenseMatrix, share: number): Mask {
  return keepLargest(values, [Uint32Array.from(values, (_, at) => at)], Math.round(share * values.length));
}

/**
 * Load-balance-aware pruning (ESE, section 3.2): every PE's part of the matrix (the rows i with i mod `pes` = k) keeps the same
 * number of elements, its largest ones; `share` of all, or all that a smaller part has.
 */
export function pruneBalanced({ rows, cols, values }: DenseMatrix, pes: number, share: number): Mask {
  const parts = Array.from({ length: pes }, (_, pe) => {
    const own = Array.from({ length: rows }, (_, row) => row).filter((row) => row % pes === pe);
    return Uint32Array.from(own.flatMap((row) => Array.from({ length: cols }, (_, col) => row * cols + col)));
  });
  return keepLargest(values, parts, Math.round((share * values.length) / pes));
}

/**
 * Bank-balanced pruning (Cao et al., FPGA 2019): every row is cut into `banks` banks of equal length (the last one may be
 * shorter), and each bank keeps the same number of elements, its largest ones.
 */
export function pruneBanks({ rows, cols, values }: DenseMatrix, banks: number, share: number): Mask {
  const length = Math.ceil(cols / banks);
  const parts = Array.from({ length: rows * banks }, (_, at) => {
    const from = (at % banks) * length;
    const row = Math.floor(at / banks);
    return Uint32Array.from({ length: Math.max(0, Math.min(length, cols - from)) }, (_, i) => row * cols + from + i);
  });
  return keepLargest(values, parts, Math.round(share * length));
}

/** Of each part the `count` elements of largest magnitude; equal ones by position, so that the result does not depend on the sort. */
function keepLargest(values: Float32Array, parts: readonly Uint32Array[], count: number): Mask {
  const mask = new Uint8Array(values.length);
  for (const part of parts) {
    const order = part.slice().sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
    for (const at of order.subarray(0, count)) mask[at] = 1;
  }
  return mask;
}
