import type { WeightMatrix } from "./network.ts";

/** The real numbers behind raw ones. */
export function reals(raws: readonly number[], fraction: number): number[] {
  return raws.map((raw) => raw * 2 ** -fraction);
}

/** The real numbers of a matrix as `[row][col]`. */
export function dense({ rows, cols, entries }: WeightMatrix, fraction: number): number[][] {
  const matrix = Array.from({ length: rows }, () => new Array<number>(cols).fill(0));
  for (const [row, col, raw] of entries) matrix[row][col] = raw * 2 ** -fraction;
  return matrix;
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
