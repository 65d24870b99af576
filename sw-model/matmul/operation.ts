import { UserError } from "../errors.ts";
import { asBoolean, asObject, inside, type Place, placeText, root, wrongShape } from "../shape.ts";
import { bWidthName, parseSeed } from "../srmac/operation.ts";
import { bWidthOf } from "../srmac/spec.ts";
import { goldenSystolic, type SystolicOperation, type SystolicResult } from "../systolic/golden.ts";
import { parseMatrix } from "../systolic/operation.ts";
import { type MatmulParameters, mostSquares } from "./spec.ts";

/** C = A B, each operand given as it is or as its transpose. */
export interface MatmulOperation extends SystolicOperation {
  /** `a` is the transpose of A: K x M. */
  readonly transposeA?: boolean;
  /** `b` is the transpose of B: N x K. */
  readonly transposeB?: boolean;
}

/**
 * Reads a `matmul` operation from parsed JSON: `{"a": [[...]], "b": [[...]], "seed": s, "transposeA"?: bool, "transposeB"?: bool}`.
 * No matrix is empty. Throws `UserError` with the JSON path: wrong-shape, value-out-of-range.
 */
export function parseMatmulOperation(value: unknown, parameters: MatmulParameters, source?: string): MatmulOperation {
  const at = root(source);
  const fields = asObject(value, at, ["a", "b"], ["seed", "transposeA", "transposeB"]);
  const flag = (name: "transposeA" | "transposeB") =>
    fields[name] === undefined ? false : asBoolean(fields[name], inside(at, name));
  const [aAt, bAt] = [inside(at, "a"), inside(at, "b")];
  const a = matrix(fields.a, aAt, parameters.width, "width");
  const b = matrix(fields.b, bAt, bWidthOf(parameters), bWidthName(parameters));
  const [transposeA, transposeB] = [flag("transposeA"), flag("transposeB")];
  const inner = { a: transposeA ? a.length : a[0].length, b: transposeB ? b[0].length : b.length };
  if (inner.a !== inner.b) {
    throw new UserError({
      code: "wrong-shape",
      message: `${placeText(aAt)} and ${placeText(bAt)} do not match: the inner dimension is ${inner.a} of A and ${inner.b} of B`,
      where: placeText(bAt),
      expected: `an inner dimension of ${inner.a}`,
      found: `${inner.b}`,
    });
  }
  return { a, b, transposeA, transposeB, ...parseSeed(fields.seed, inside(at, "seed"), parameters) };
}

function matrix(value: unknown, at: Place, width: number, parameter: string): number[][] {
  const rows = parseMatrix(value, at, width, { parameter });
  if (rows.length === 0) throw wrongShape(at, "at least one row", "none");
  if (rows[0].length === 0) throw wrongShape(inside(at, 0), "at least one value", "none");
  return rows;
}

/** The operation of the bare array. */
export function straight({ a, b, transposeA, transposeB, ...rest }: MatmulOperation): SystolicOperation {
  return { ...rest, a: transposeA ? transposed(a) : a, b: transposeB ? transposed(b) : b };
}

export function goldenMatmul(parameters: MatmulParameters, operation: MatmulOperation): SystolicResult {
  return goldenSystolic(parameters, straight(operation));
}

function transposed(matrix: readonly (readonly number[])[]): number[][] {
  return matrix[0].map((_, c) => matrix.map((row) => row[c]));
}

/**
 * The parameters with buffers that hold the operands whole, as far as buffers go and where they were not set by hand; a product that does not
 * fit is computed in panels.
 */
export function fitMatmul(
  parameters: MatmulParameters,
  explicit: ReadonlySet<string>,
  { a, b }: MatmulOperation,
): MatmulParameters {
  const raised = (name: "aSquares" | "bSquares", matrix: readonly (readonly number[])[], n: number) => {
    const need = Math.ceil(matrix.length / n) * Math.ceil(matrix[0].length / n);
    const have = parameters[name];
    return explicit.has(name) || have >= need ? have : Math.min(mostSquares, 2 ** Math.ceil(Math.log2(need)));
  };
  return {
    ...parameters,
    aSquares: raised("aSquares", a, parameters.rows),
    bSquares: raised("bSquares", b, parameters.cols),
  };
}
