import type { WeightMatrix } from "./network.ts";

/** Row and raw weight of the entries of every column. */
export type Columns = readonly (readonly (readonly [row: number, raw: number])[])[];

export function inColumns({ cols, entries }: WeightMatrix): Columns {
  const columns = Array.from({ length: cols }, (): [number, number][] => []);
  for (const [row, col, raw] of entries) columns[col].push([row, raw]);
  return columns;
}

/**
 * Adds w * x_j * `scale` to the accumulators of `width` bits, column after column, each sum saturated. A column has a row once, so the
 * order within it does not matter.
 */
export function accumulate(
  acc: Float64Array,
  columns: Columns,
  x: readonly number[],
  scale: number,
  width: number,
): void {
  const highest = 2 ** (width - 1) - 1;
  columns.forEach((column, col) => {
    for (const [row, raw] of column) {
      const sum = acc[row] + raw * x[col] * scale;
      acc[row] = Math.max(-highest - 1, Math.min(highest, sum));
    }
  });
}
