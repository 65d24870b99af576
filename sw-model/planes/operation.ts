import { UserError } from "../errors.ts";
import { asArray, asInteger, asObject, asString, inside, type Place, placeText, root, wrongShape } from "../shape.ts";
import { type Encoding, encodings, rangeOf } from "./encoding.ts";
import type { PlanesParameters } from "./spec.ts";

/** The two learned scales of a layer of ternary weights {-negative, 0, +positive} (TTQ, section 3), unsigned raw values. */
export interface TernaryScales {
  readonly positive: number;
  readonly negative: number;
}

/** Numbers in planes. */
export interface Operand {
  readonly encoding: Encoding;
  readonly bits: number;
  /** A vector a row, raw integers in the encoding's range. */
  readonly rows: readonly (readonly number[])[];
}

/** Ternary weights: -1, 0 or +1, and what -1 and +1 stand for. */
export interface TernaryWeights {
  readonly encoding: "ternary";
  readonly rows: readonly (readonly number[])[];
  readonly scales: TernaryScales;
}

/** Dot products of every input vector with every weight row; all are `length` long. There may be no inputs. */
export interface PlanesOperation {
  readonly length: number;
  readonly weights: Operand | TernaryWeights;
  readonly inputs: Operand;
}

/**
 * Reads a `planes` operation from parsed JSON: `{"weights", "inputs", "weightEncoding", "inputEncoding", "weightBits",
 * "inputBits", "scales"?}`. A bipolar operand is of one bit and ternary weights of no stated one where nothing else is said.
 * Throws `UserError` with the JSON path: wrong-shape, value-out-of-range, even-bipolar.
 */
export function parsePlanesOperation(value: unknown, parameters: PlanesParameters, source?: string): PlanesOperation {
  const at = root(source);
  const optional = ["weightBits", "inputBits", "scales"];
  const fields = asObject(value, at, ["weights", "inputs", "weightEncoding", "inputEncoding"], optional);
  const weightsAt = inside(at, "weights");
  const length = asArray(asArray(fields.weights, weightsAt, "rows")[0], inside(weightsAt, 0), "weights").length;
  if (length === 0) throw wrongShape(inside(weightsAt, 0), "at least one weight", "an empty row");
  const precision = (name: "weightBits" | "inputBits", encoding: string) =>
    fields[name] === undefined && encoding === "bipolar"
      ? 1
      : asInteger(fields[name], inside(at, name), 1, parameters[name], `the generator's ${name}`);
  const inputEncoding = oneOf(fields.inputEncoding, inside(at, "inputEncoding"), encodings);
  const inputs = parseOperand(
    fields.inputs,
    inside(at, "inputs"),
    inputEncoding,
    precision("inputBits", inputEncoding),
    length,
  );
  const weightEncoding = oneOf(fields.weightEncoding, inside(at, "weightEncoding"), [...encodings, "ternary"] as const);
  if (weightEncoding === "ternary") {
    refuse(fields, at, "weightBits", "ternary weights have no other precision");
    const rows = vectors(fields.weights, weightsAt, length, (v, place) =>
      asInteger(v, place, -1, 1, "a ternary weight"),
    );
    const scales = parseScales(fields.scales, inside(at, "scales"), parameters.scaleBits);
    return { length, weights: { encoding: weightEncoding, rows, scales }, inputs };
  }
  refuse(fields, at, "scales", "only ternary weights have scales");
  const weights = parseOperand(
    fields.weights,
    weightsAt,
    weightEncoding,
    precision("weightBits", weightEncoding),
    length,
  );
  return { length, weights, inputs };
}

/** Scales of 1 where none are given: they need no multiplier. */
function parseScales(value: unknown, at: Place, scaleBits: number): TernaryScales {
  if (value === undefined) return { positive: 1, negative: 1 };
  const fields = asObject(value, at, ["positive", "negative"]);
  const scale = (name: "positive" | "negative") =>
    asInteger(fields[name], inside(at, name), 0, 2 ** scaleBits - 1, `${scaleBits} bits unsigned, scaleBits`);
  return { positive: scale("positive"), negative: scale("negative") };
}

function parseOperand(value: unknown, at: Place, encoding: Encoding, bits: number, length: number): Operand {
  const { min, max } = rangeOf(encoding, bits);
  const rows = vectors(value, at, length, (raw, place) => {
    const number = asInteger(raw, place, min, max, `${bits} bits ${encoding}`);
    if (encoding === "bipolar" && number % 2 === 0) throw evenBipolar(place, min, max, number);
    return number;
  });
  return { encoding, bits, rows };
}

function vectors(value: unknown, at: Place, length: number, element: (raw: unknown, at: Place) => number): number[][] {
  return asArray(value, at, "rows").map((row, i) => {
    const rowAt = inside(at, i);
    return asArray(row, rowAt, "integers", length).map((raw, j) => element(raw, inside(rowAt, j)));
  });
}

function oneOf<const T extends string>(value: unknown, at: Place, words: readonly T[]): T {
  const word = asString(value, at);
  const found = words.find((known) => known === word);
  if (found === undefined) throw wrongShape(at, `one of ${words.join(", ")}`, `"${word}"`);
  return found;
}

function refuse(fields: Record<string, unknown>, at: Place, name: string, why: string): void {
  if (fields[name] !== undefined) throw wrongShape(inside(at, name), `nothing: ${why}`, "a value");
}

function evenBipolar(at: Place, min: number, max: number, found: number): UserError {
  const where = placeText(at);
  const expected = `an odd integer from ${min} to ${max}`;
  return new UserError({
    code: "even-bipolar",
    message: `${where}: ${found} is even; every plane of a bipolar number adds or subtracts a power of two, so expected ${expected}`,
    where,
    expected,
    found: `${found}`,
  });
}
