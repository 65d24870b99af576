import { bridgingRows } from "../gaps.ts";
import type { EseEncoding } from "./encode.ts";
import type { Pruning } from "./lstm.ts";
import type { DenseMatrix, Mask } from "./prune.ts";

/** What entries hold that only bridge a gap between weights: 0, or weights that had been pruned. */
export const paddings = ["zeros", "weights"] as const;

export type Padding = (typeof paddings)[number];

/** A pruning whose padding entries on an array become weights. */
export const filling =
  (prune: Pruning, format: EseEncoding): Pruning =>
  (matrix) =>
    fillPadding(matrix, prune(matrix), format);

/**
 * Keeps a pruned weight for every padding entry that the mask would take on an array (`encodeEse`): as many entries in the same
 * cycles, but none of them is 0. A gap of z zeros takes floor(z / 2^indexBits) of them; of all places that leave no gap too long,
 * those with the largest sum of squared weights, the first ones where sums are equal.
 */
export function fillPadding(matrix: DenseMatrix, mask: Mask, { pes, indexBits, blocks, rowDepth }: EseEncoding): Mask {
  const { rows, cols, values } = matrix;
  const format = { reach: 2 ** indexBits, blockRows: rowDepth / blocks };
  const filled = mask.slice();
  for (let pe = 0; pe < pes; pe++) {
    const local = Array.from({ length: Math.ceil((rows - pe) / pes) }, (_, row) => row);
    for (let col = 0; col < cols; col++) {
      const place = (row: number) => (row * pes + pe) * cols + col;
      const kept = local.filter((row) => mask[place(row)]);
      for (const row of bridgingRows(kept, (row) => values[place(row)] ** 2, format)) filled[place(row)] = 1;
    }
  }
  return filled;
}
