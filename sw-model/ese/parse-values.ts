import { asArray, asInteger, inside, type Place } from "../shape.ts";

/** `length` raw integers of `width` bits in two's complement; `parameter` is where the width comes from. */
export function signedValues(value: unknown, at: Place, width: number, parameter: string, length: number): number[] {
  const half = 2 ** (width - 1);
  const limit = `${width} bits signed, ${parameter}`;
  return asArray(value, at, "raw values", length).map((raw, i) =>
    asInteger(raw, inside(at, i), -half, half - 1, limit),
  );
}
