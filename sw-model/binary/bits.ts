/**
 * A matrix of bits, packed row by row into 32-bit words: column c of row r is bit c mod 32 of word
 * `r * wordsPerRow + floor(c / 32)`. The bits beyond `cols` in the last word of a row are 0.
 */
export interface BitMatrix {
  readonly rows: number;
  readonly cols: number;
  /** ceil(cols / 32). */
  readonly wordsPerRow: number;
  /** `rows * wordsPerRow` words. */
  readonly words: Uint32Array;
}

/** A matrix of zeros. */
export function zeroBits(rows: number, cols: number): BitMatrix {
  const wordsPerRow = Math.ceil(cols / 32);
  return { rows, cols, wordsPerRow, words: new Uint32Array(rows * wordsPerRow) };
}

/** Packs rows of 0 and 1; every row has `cols` values. */
export function packBits(rows: readonly ArrayLike<number>[], cols = rows[0]?.length ?? 0): BitMatrix {
  const matrix = zeroBits(rows.length, cols);
  rows.forEach((row, r) => {
    for (let c = 0; c < cols; c++) if (row[c] !== 0) setBit(matrix, r, c);
  });
  return matrix;
}

/** The rows as arrays of 0 and 1. */
export function unpackBits(matrix: BitMatrix): number[][] {
  return Array.from({ length: matrix.rows }, (_, r) =>
    Array.from({ length: matrix.cols }, (_, c) => bitAt(matrix, r, c)),
  );
}

export function bitAt({ words, wordsPerRow }: BitMatrix, row: number, col: number): number {
  return (words[row * wordsPerRow + (col >>> 5)] >>> (col & 31)) & 1;
}

/** Makes a bit 1, in place. */
export function setBit({ words, wordsPerRow }: BitMatrix, row: number, col: number): void {
  words[row * wordsPerRow + (col >>> 5)] |= 1 << (col & 31);
}

/** The number of ones in a 32-bit word. */
export function popcount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * popcount(xnor(a, b)) of two rows of equal length: the number of columns in which they agree. Padding bits are 0 in
 * both and so count nothing.
 */
export function agreements(a: BitMatrix, rowA: number, b: BitMatrix, rowB: number): number {
  const count = a.wordsPerRow;
  let differing = 0;
  for (let i = 0, atA = rowA * count, atB = rowB * count; i < count; i++) {
    differing += popcount(a.words[atA + i] ^ b.words[atB + i]);
  }
  return a.cols - differing;
}
