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
  const reach = 2 ** indexBits;
  const blockRows = rowDepth / blocks;
  const filled = mask.slice();
  for (let pe = 0; pe < pes; pe++) {
    for (let col = 0; col < cols; col++) {
      const place = (local: number) => (local * pes + pe) * cols + col;
      let next = 0;
      for (let local = 0; local * pes + pe < rows; local++) {
        // An index counts from the start of its block.
        if (local % blockRows === 0) next = local;
        if (!mask[place(local)]) continue;
        const gains = Float64Array.from({ length: local - next }, (_, at) => values[place(next + at)] ** 2);
        for (const at of bridge(gains, reach)) filled[place(next + at)] = 1;
        next = local + 1;
      }
    }
  }
  return filled;
}

/**
 * The floor(length / reach) places with the largest sum of gains that leave no more than `reach` - 1 others before the first, between two
 * of them, and after the last.
 */
function bridge(gains: Float64Array, reach: number): number[] {
  const count = Math.floor(gains.length / reach);
  // best[k][at]: the largest sum of k + 1 places, the last of them `at`.
  const best: Float64Array[] = [];
  const latest = (k: number, before: number): number => {
    let choice = -1;
    for (let at = Math.max(0, before - reach); at < before; at++) {
      if (best[k][at] > (choice < 0 ? Number.NEGATIVE_INFINITY : best[k][choice])) choice = at;
    }
    return choice;
  };
  for (let k = 0; k < count; k++) {
    best.push(
      gains.map((gain, at) => {
        if (k === 0) return at < reach ? gain : Number.NEGATIVE_INFINITY;
        const previous = latest(k - 1, at);
        return previous < 0 ? Number.NEGATIVE_INFINITY : gain + best[k - 1][previous];
      }),
    );
  }
  const places: number[] = [];
  for (let k = count - 1, before = gains.length; k >= 0; k--) {
    before = latest(k, before);
    places.unshift(before);
  }
  return places;
}
