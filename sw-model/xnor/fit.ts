import { raised } from "../fit.ts";
import { type ArrayShape, foldsOf, type MatrixShape } from "./folding.ts";
import type { XnorOperation } from "./golden.ts";
import { type XnorParameters, xnorSpec } from "./spec.ts";

/** Depths of the memories of one matrix-vector-threshold unit. */
export type ArrayDepths = Pick<XnorParameters, "weightDepth" | "rowDepth" | "inputDepth">;

/** What to do where no memory is large enough. */
export const moreHardware = "use more processing elements or lanes";

/** The depths that a matrix needs. The input buffer holds two vectors, so that one streams in while the other is used. */
export function arrayNeed(matrix: MatrixShape, shape: ArrayShape): ArrayDepths {
  const { rowFolds, columnFolds } = foldsOf(matrix, shape);
  return {
    weightDepth: rowFolds * columnFolds,
    rowDepth: rowFolds,
    inputDepth: Math.max(4, 2 * columnFolds),
  };
}

/**
 * The parameters with depths that hold the operation: a depth that is too small is raised to the need, rounded up to
 * a power of two so that builds are shared. Throws `UserError` does-not-fit where the depth was set by hand (it is
 * in `explicit`) or the need is beyond the parameter's range.
 */
export function fitXnor(
  parameters: XnorParameters,
  explicit: ReadonlySet<string>,
  operation: Pick<XnorOperation, "weights">,
): XnorParameters {
  const need = arrayNeed(operation.weights, { pes: parameters.rows, lanes: parameters.lanes });
  return raised(xnorSpec, parameters, explicit, need, () => moreHardware);
}
