import { asArray, asInteger, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import type { SrmacOperation } from "./golden.ts";
import { bWidthOf, type SrmacParameters } from "./spec.ts";

/**
 * Reads an `srmac` operation from parsed JSON: `{"dots": [{"a": [...], "b": [...]}, ...], "seed": s}`. The seed may be absent, and
 * has no meaning, where the rounding is not stochastic. Throws `UserError` with the JSON path: wrong-shape, value-out-of-range.
 */
export function parseSrmacOperation(value: unknown, parameters: SrmacParameters, source?: string): SrmacOperation {
  const at = root(source);
  const fields = asObject(value, at, ["dots"], ["seed"]);
  const bWidth = bWidthOf(parameters);
  const dotsAt = inside(at, "dots");
  const dots = asArray(fields.dots, dotsAt, "dot products").map((dot, i) => {
    const dotAt = inside(dotsAt, i);
    const vectors = asObject(dot, dotAt, ["a", "b"]);
    const a = signedValues(vectors.a, inside(dotAt, "a"), parameters.width);
    const b = signedValues(vectors.b, inside(dotAt, "b"), bWidth, {
      ...{ length: a.length, what: "values, as many as a has", parameter: bWidthName(parameters) },
    });
    return { a, b };
  });
  return { dots, ...parseSeed(fields.seed, inside(at, "seed"), parameters) };
}

/** The seed, from 1 to 2^lfsrWidth - 1; any integer where the rounding draws nothing. */
export function parseSeed(
  value: unknown,
  at: Place,
  { rounding, lfsrWidth }: Pick<SrmacParameters, "rounding" | "lfsrWidth">,
): { readonly seed?: number } {
  if (rounding === "stochastic") {
    const most = 2 ** lfsrWidth - 1;
    if (value === undefined)
      throw wrongShape(at, `an integer from 1 to ${most}: stochastic rounding needs a seed`, "nothing");
    return {
      seed: asInteger(value, at, 1, most, `${lfsrWidth} bits, lfsrWidth; an LFSR never leaves 0`),
    };
  }
  if (value === undefined) return {};
  return { seed: asInteger(value, at, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) };
}

/** Raw signed values of `width` bits, as many as `length` says; `parameter` is what sets their width. */
export function signedValues(
  value: unknown,
  at: Place,
  width: number,
  {
    length,
    what = "values",
    parameter = "width",
  }: { readonly length?: number; readonly what?: string; readonly parameter?: string } = {},
): number[] {
  const half = 2 ** (width - 1);
  return asArray(value, at, what, length).map((raw, i) =>
    asInteger(raw, inside(at, i), -half, half - 1, `${width} bits signed, ${parameter}`),
  );
}

/** The parameter that sets the width of b. */
export function bWidthName({ bWidth }: { readonly bWidth?: number }): string {
  return bWidth ? "bWidth" : "width";
}
