import { UserError } from "../errors.ts";
import { describeSpec } from "../parameters.ts";
import { type ArrayShape, foldsOf, type MatrixShape } from "./folding.ts";
import type { XnorOperation } from "./golden.ts";
import { type XnorParameters, xnorSpec } from "./spec.ts";

/** Depths of the memories of one matrix-vector-threshold unit. */
export type ArrayDepths = Pick<XnorParameters, "weightDepth" | "rowDepth" | "inputDepth">;

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
  const fitted = { ...parameters };
  for (const name of ["weightDepth", "rowDepth", "inputDepth"] as const) {
    if (parameters[name] >= need[name]) continue;
    if (explicit.has(name)) throw doesNotFit(name, need[name], parameters[name], "set by hand");
    const { max = 0 } = describeSpec(xnorSpec).parameters.find((parameter) => parameter.name === name) ?? {};
    if (need[name] > max) throw doesNotFit(name, need[name], max, "the largest there is");
    fitted[name] = 2 ** Math.ceil(Math.log2(need[name]));
  }
  return fitted;
}

function doesNotFit(name: string, need: number, have: number, why: string): UserError {
  return new UserError({
    code: "does-not-fit",
    message: `the operation needs ${name} ${need}, there is ${have} (${why})`,
    where: name,
    expected: `at least ${need}`,
    found: `${have}`,
    hint:
      why === "set by hand"
        ? `set ${name} to ${need} or more, or leave it unset to have it raised`
        : "use more processing elements or lanes",
  });
}
