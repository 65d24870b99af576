import fc from "fast-check";
import type { MatmulOperation } from "../../sw-model/matmul/operation.ts";
import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import type { DirectedCase } from "./case.ts";
import * as systolic from "./systolic.ts";

/** The parameters with which to run cases: buffers that were not set by hand get room for all of them. */
export function caseParameters(parameters: MatmulParameters, explicit: ReadonlySet<string>): MatmulParameters {
  const room = (lanes: number) => 4 * Math.ceil(200 / lanes);
  const raised = { ...parameters };
  if (!explicit.has("aSquares")) raised.aSquares = Math.max(raised.aSquares, room(parameters.rows));
  if (!explicit.has("bSquares")) raised.bSquares = Math.max(raised.bSquares, 8 * room(parameters.cols));
  return raised;
}

/** The products of the bare array that fit, each operand as it is or transposed. */
export function arbitrary(parameters: MatmulParameters): fc.Arbitrary<MatmulOperation> {
  return fc
    .record({ operation: systolic.arbitrary(parameters), transposeA: fc.boolean(), transposeB: fc.boolean() })
    .map(({ operation, ...flags }) => given(operation, flags))
    .filter((operation) => fits(parameters, operation));
}

export function directed(parameters: MatmulParameters): DirectedCase<MatmulOperation>[] {
  return systolic
    .directed(parameters)
    .filter(({ operation }) => operation.a.length > 0)
    .flatMap(({ name, operation }) =>
      [false, true].flatMap((transposeA) =>
        [false, true].map((transposeB) => ({
          name: `${name}${transposeA ? ", A transposed" : ""}${transposeB ? ", B transposed" : ""}`,
          operation: given(operation, { transposeA, transposeB }),
        })),
      ),
    )
    .filter(({ operation }) => fits(parameters, operation));
}

function given(
  { a, b, seed }: MatmulOperation,
  { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
): MatmulOperation {
  const turned = (matrix: MatmulOperation["a"]) => matrix[0].map((_, c) => matrix.map((row) => row[c]));
  const seeded = seed === undefined ? {} : { seed };
  return { a: transposeA ? turned(a) : a, b: transposeB ? turned(b) : b, ...seeded, transposeA, transposeB };
}

function fits({ rows, cols, aSquares, bSquares }: MatmulParameters, { a, b }: MatmulOperation): boolean {
  const squares = (matrix: MatmulOperation["a"], n: number) =>
    Math.ceil(matrix.length / n) * Math.ceil(matrix[0].length / n);
  return squares(a, rows) <= aSquares && squares(b, cols) <= bSquares;
}
