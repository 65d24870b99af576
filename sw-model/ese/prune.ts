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
  return keepLargest(values, [Uint32Array.from(values, (_, at) => at)], [Math.round(share * values.length)]);
}

/**
 * Load-balance-aware pruning (ESE, section 3.2): every PE's part of the matrix (the rows i with i mod `pes` = k) keeps the same
 * number of elements, its largest ones, or all where it has fewer; the others then keep more, so that `share` of all is left but for
 * rounding (at most half an element a PE), and a share of 1 leaves all.
 */
export function pruneBalanced({ rows, cols, values }: DenseMatrix, pes: number, share: number): Mask {
  const parts = Array.from({ length: pes }, (_, pe) => {
    const own = Array.from({ length: rows }, (_, row) => row).filter((row) => row % pes === pe);
    return Uint32Array.from(own.flatMap((row) => Array.from({ length: cols }, (_, col) => row * cols + col)));
  });
  const count = Math.round(level(parts, Math.round(share * values.length)));
  return keepLargest(
    values,
    parts,
    parts.map(() => count),
  );
}

/**
 * Bank-balanced pruning (Cao et al., FPGA 2019): every row is cut into `banks` banks of equal length (the last one may be
 * shorter), and each bank keeps the same number of elements, its largest ones, or one more: exactly `share` of all is left, rounded once.
 * Those that are one more are the largest of all that come next. A bank that has fewer keeps all.
 */
export function pruneBanks({ rows, cols, values }: DenseMatrix, banks: number, share: number): Mask {
  const length = Math.ceil(cols / banks);
  const parts = Array.from({ length: rows * banks }, (_, at) => {
    const from = (at % banks) * length;
    const row = Math.floor(at / banks);
    return Uint32Array.from({ length: Math.max(0, Math.min(length, cols - from)) }, (_, i) => row * cols + from + i);
  });
  const total = Math.round(share * values.length);
  const count = Math.floor(level(parts, total));
  const counts = parts.map((part) => Math.min(part.length, count));
  const rest = total - counts.reduce((sum, own) => sum + own, 0);
  const next = parts
    .map((part, bank) => ({ bank, at: byMagnitude(values, part)[count] }))
    .filter(({ at }) => at !== undefined);
  next.sort((a, b) => Math.abs(values[b.at]) - Math.abs(values[a.at]) || a.at - b.at);
  for (const { bank } of next.slice(0, rest)) counts[bank]++;
  return keepLargest(values, parts, counts);
}

/** How many elements of each part, or all that it has, make up `total`; seldom a whole number. */
function level(parts: readonly Uint32Array[], total: number): number {
  const sizes = parts.map(({ length }) => length).sort((a, b) => a - b);
  let left = total;
  for (const [smaller, size] of sizes.entries()) {
    const larger = sizes.length - smaller;
    if (size * larger >= left) return left / larger;
    left -= size;
  }
  return sizes[sizes.length - 1];
}

/** Of each part so many elements, those of largest magnitude. */
function keepLargest(values: Float32Array, parts: readonly Uint32Array[], counts: readonly number[]): Mask {
  const mask = new Uint8Array(values.length);
  parts.forEach((part, index) => {
    for (const at of byMagnitude(values, part).subarray(0, counts[index])) mask[at] = 1;
  });
  return mask;
}

/** The largest magnitude first; equal ones by position, so that the result does not depend on the sort. */
function byMagnitude(values: Float32Array, part: Uint32Array): Uint32Array {
  return part.slice().sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
}
