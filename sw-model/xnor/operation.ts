import { type BitMatrix, setBit, zeroBits } from "../binary/bits.ts";
import type { BinaryLayer, Threshold } from "../binary/layer.ts";
import { UserError } from "../errors.ts";
import { asArray, asBoolean, asInteger, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import type { XnorOperation } from "./golden.ts";
import type { ResultKind, XnorParameters } from "./spec.ts";

/**
 * Reads an `xnor` operation from parsed JSON: `{"weights": [[0/1, ...], ...], "inputs": [[0/1, ...], ...], "thresholds"?:
 * [{"t", "flip"}, ...]}` with one threshold a weight row. Throws `UserError` with the JSON path: wrong-shape,
 * value-out-of-range; and parameter-conflict where the hardware has no such results.
 */
export function parseXnorOperation(value: unknown, parameters: XnorParameters, source?: string): XnorOperation {
  const at = root(source);
  const fields = asObject(value, at, ["weights", "inputs"], ["thresholds"]);
  const layer = parseBinaryLayer({ weights: fields.weights, thresholds: fields.thresholds }, at);
  checkResults(layer, parameters.results);
  return { ...layer, inputs: parseBits(fields.inputs, inside(at, "inputs"), layer.weights.cols) };
}

/** The weights, at least one row of at least one column, and the thresholds of a layer, where it has them. */
export function parseBinaryLayer(
  { weights: given, thresholds }: { readonly weights: unknown; readonly thresholds: unknown },
  at: Place,
): BinaryLayer {
  const weightsAt = inside(at, "weights");
  const weights = parseBits(given, weightsAt);
  if (weights.rows === 0) throw wrongShape(weightsAt, "at least one weight row", "none");
  if (thresholds === undefined) return { weights };
  return { weights, thresholds: parseThresholds(thresholds, inside(at, "thresholds"), weights) };
}

/** Throws parameter-conflict where hardware that gives `results` cannot give what the last layer asks for. */
export function checkResults({ thresholds }: BinaryLayer, results: ResultKind): void {
  if (results === "both" || (results === "bits") === (thresholds !== undefined)) return;
  const [found, wanted] = thresholds ? ["thresholds", "bits"] : ["no thresholds", "dots"];
  throw new UserError({
    code: "parameter-conflict",
    message: `the operation has ${found}, but results = ${results}`,
    where: "results",
    expected: `both or ${wanted}`,
    found: results,
    hint: `set results to both or ${wanted}`,
  });
}

/** Rows of 0 and 1, packed; all of `cols` bits, or as long as the first, which then has at least one. */
export function parseBits(value: unknown, at: Place, cols?: number): BitMatrix {
  const rows = asArray(value, at, "rows of bits");
  const first = rows.length > 0 ? asArray(rows[0], inside(at, 0), "bits", cols) : [];
  if (rows.length > 0 && first.length === 0) throw wrongShape(inside(at, 0), "at least one bit", "none");
  const matrix = zeroBits(rows.length, cols ?? first.length);
  rows.forEach((row, r) => {
    const rowAt = inside(at, r);
    asArray(row, rowAt, "bits", matrix.cols).forEach((bit, c) => {
      if (bit === 1) setBit(matrix, r, c);
      else if (bit !== 0) asInteger(bit, inside(rowAt, c), 0, 1, "a bit");
    });
  });
  return matrix;
}

function parseThresholds(value: unknown, at: Place, { rows, cols }: BitMatrix): Threshold[] {
  return asArray(value, at, "thresholds, one a weight row", rows).map((item, i) => {
    const itemAt = inside(at, i);
    const { t, flip } = asObject(item, itemAt, ["t", "flip"]);
    return {
      t: asInteger(t, inside(itemAt, "t"), 0, cols + 1, "the columns and one more"),
      flip: asBoolean(flip, inside(itemAt, "flip")),
    };
  });
}
