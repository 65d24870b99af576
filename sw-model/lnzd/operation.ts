import { asArray, asObject, describe, inside, outOfRange, type Place, root, wrongShape } from "../shape.ts";
import type { LnzdParameters } from "./spec.ts";

/** Vectors of `inputs` unsigned values of `width` bits each; `bigint`, since widths reach 64 bits. */
export interface LnzdOperation {
  readonly vectors: readonly (readonly bigint[])[];
}

/**
 * Reads an `lnzd` operation from parsed JSON: `{"vectors": [[...], ...]}`; values beyond 2^53 - 1 are decimal strings.
 * Throws `UserError` wrong-shape or value-out-of-range with the JSON path.
 */
export function parseLnzdOperation(
  value: unknown,
  { inputs, width }: Pick<LnzdParameters, "inputs" | "width">,
  source?: string,
): LnzdOperation {
  const at = root(source);
  const vectorsAt = inside(at, "vectors");
  const vectors = asArray(asObject(value, at, ["vectors"]).vectors, vectorsAt, "vectors");
  return {
    vectors: vectors.map((vector, i) => {
      const vectorAt = inside(vectorsAt, i);
      return asArray(vector, vectorAt, "values", inputs).map((raw, j) => asUnsigned(raw, inside(vectorAt, j), width));
    }),
  };
}

/** An unsigned value of `width` bits, as a number or a decimal string as `rawToJson` writes it: no leading zeros, no -0. */
export function asUnsigned(value: unknown, at: Place, width: number): bigint {
  const max = (1n << BigInt(width)) - 1n;
  const exact = typeof value === "number" ? Number.isSafeInteger(value) : /^(0|-?[1-9]\d*)$/.test(String(value));
  if ((typeof value !== "number" && typeof value !== "string") || !exact) {
    throw wrongShape(at, `an integer from 0 to ${max} (beyond 2^53 - 1 as a decimal string)`, describe(value));
  }
  const raw = BigInt(value);
  if (raw < 0n || raw > max) throw outOfRange(at, 0n, max, raw, `${width} bits unsigned`);
  return raw;
}
