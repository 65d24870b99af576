import { asArray, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import { bWidthName, parseSeed, signedValues } from "../srmac/operation.ts";
import { bWidthOf } from "../srmac/spec.ts";
import type { SystolicOperation } from "./golden.ts";
import type { SystolicParameters } from "./spec.ts";

/**
 * Reads a `systolic` operation from parsed JSON: `{"a": [[...]], "b": [[...]], "seed": s}`. A has as many columns as B has rows;
 * A may have no rows, B has at least one row and one column. The seed may be absent, and has no meaning, where the rounding is not
 * stochastic. Throws `UserError` with the JSON path: wrong-shape, value-out-of-range.
 */
export function parseSystolicOperation(
  value: unknown,
  parameters: SystolicParameters,
  source?: string,
): SystolicOperation {
  const at = root(source);
  const fields = asObject(value, at, ["a", "b"], ["seed"]);
  const [aAt, bAt] = [inside(at, "a"), inside(at, "b")];
  const b = parseMatrix(fields.b, bAt, bWidthOf(parameters), { parameter: bWidthName(parameters) });
  if (b.length === 0) throw wrongShape(bAt, "at least one row", "none");
  if (b[0].length === 0) throw wrongShape(inside(bAt, 0), "at least one value", "none");
  const a = parseMatrix(fields.a, aAt, parameters.width, { cols: b.length, what: "values, as many as b has rows" });
  return { a, b, ...parseSeed(fields.seed, inside(at, "seed"), parameters) };
}

/** Rows of raw signed values of `width` bits, which `parameter` sets; all of `cols` values, or as long as the first. */
export function parseMatrix(
  value: unknown,
  at: Place,
  width: number,
  { cols, what = "values", parameter = "width" }: { cols?: number; what?: string; parameter?: string } = {},
): number[][] {
  const rows: number[][] = [];
  asArray(value, at, "rows").forEach((row, i) => {
    const length = cols ?? rows[0]?.length;
    const text = cols === undefined && length !== undefined ? "values, as many as the first row has" : what;
    rows.push(
      signedValues(row, inside(at, i), width, { ...(length === undefined ? {} : { length }), what: text, parameter }),
    );
  });
  return rows;
}
