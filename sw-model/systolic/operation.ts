import { asArray, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import { parseSeed, seedField, signedValues } from "../srmac/operation.ts";
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
  const { seedKeys, optionalKeys } = seedField(parameters);
  const fields = asObject(value, at, ["a", "b", ...seedKeys], optionalKeys);
  const [aAt, bAt] = [inside(at, "a"), inside(at, "b")];
  const b = parseMatrix(fields.b, bAt, bWidthOf(parameters));
  if (b.length === 0) throw wrongShape(bAt, "at least one row", "none");
  if (b[0].length === 0) throw wrongShape(inside(bAt, 0), "at least one value", "none");
  const a = parseMatrix(fields.a, aAt, parameters.width, b.length, `values, as many as b has rows`);
  return { a, b, ...parseSeed(fields.seed, inside(at, "seed"), parameters) };
}

/** Rows of raw signed values of `width` bits; all of `cols` values, or as long as the first. */
function parseMatrix(value: unknown, at: Place, width: number, cols?: number, what?: string): number[][] {
  const rows: number[][] = [];
  asArray(value, at, "rows").forEach((row, i) => {
    const [length, text] =
      cols === undefined ? [rows[0]?.length, "values, as many as the first row has"] : [cols, what];
    rows.push(signedValues(row, inside(at, i), width, length, length === undefined ? "values" : text));
  });
  return rows;
}
