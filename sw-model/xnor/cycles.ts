import { foldsOf } from "./folding.ts";
import type { XnorOperation } from "./golden.ts";
import type { XnorParameters } from "./spec.ts";

/**
 * Edges from the one that accepts a word to the one that hands over the result that it completes, when it is used at once:
 * into the input buffer, out of it, counted, accumulated.
 */
export const arrayLatency = 4;

/**
 * Cycles of an operation that nothing stalls: every vector takes row folds x column folds, without a gap between vectors;
 * from the edge that accepts the first word to the one that hands over the last results. `countRegisters` is the number of
 * registers that stand inside a popcount.
 */
export function xnorCycles(
  { rows: pes, lanes }: Pick<XnorParameters, "rows" | "lanes">,
  { weights, inputs }: Pick<XnorOperation, "weights" | "inputs">,
  countRegisters = 0,
): number {
  const { rowFolds, columnFolds } = foldsOf(weights, { pes, lanes });
  return inputs.rows === 0 ? 0 : inputs.rows * rowFolds * columnFolds - 1 + arrayLatency + countRegisters;
}
