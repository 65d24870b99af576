import type { SystolicOperation } from "./golden.ts";
import type { SystolicParameters } from "./spec.ts";

/** Registers between a column's sums and its rounding unit: multiplexers of four (of up to eight at the end) with a register each. */
function drainRegisters({ rows, structure }: Pick<SystolicParameters, "rows" | "structure">): number {
  let levels = 1;
  for (let left = rows; left > 8; left = Math.ceil(left / 4)) levels++;
  return structure === "dsp48e1" ? levels - 1 : levels;
}

/** Edges from a tile's last word taken to its first row of results handed over. */
export function systolicLatency(p: Pick<SystolicParameters, "rows" | "cols" | "structure">): number {
  const rounding = p.structure === "dsp48e1" ? 3 : 1;
  // Four to the first sum; the other columns follow an edge apart; the queue takes one.
  return 4 + drainRegisters(p) + rounding + (p.cols - 1) + 1;
}

/**
 * Clock edges from the first word of operands taken to the last row of results handed over. A tile takes as many as its inner dimension has,
 * or as the tile before has rows, since a rounding unit takes one result an edge.
 */
export function systolicCycles(p: SystolicParameters, { a, b }: SystolicOperation): number {
  const size = { m: a.length, inner: b.length, n: b[0].length };
  // Each word goes through a queue, if there are any.
  return systolicCyclesOf(p, size) + (p.edgeDepth && size.m > 0 ? 1 : 0);
}

/** The same of a product of m x inner by inner x n values. */
export function systolicCyclesOf(
  p: Pick<SystolicParameters, "rows" | "cols" | "structure">,
  { m, inner, n }: { readonly m: number; readonly inner: number; readonly n: number },
): number {
  const across = Math.ceil(n / p.cols);
  let [last, rowsBefore] = [-1, 0];
  for (let top = 0; top < m; top += p.rows) {
    const rows = Math.min(p.rows, m - top);
    for (let tile = 0; tile < across; tile++) {
      last += Math.max(inner, rowsBefore);
      rowsBefore = rows;
    }
  }
  return m === 0 ? 0 : last + systolicLatency(p) + rowsBefore - 1;
}
