/**
 * How a number of `bits` bits stands in bit planes; u is the bits read as an unsigned number.
 * - unsigned: u.
 * - signed: two's complement; the highest plane counts -2^(bits - 1).
 * - bipolar: every bit means +1 or -1, so 2u - (2^bits - 1): odd numbers, and +1 and -1 for one bit.
 */
export const encodings = ["unsigned", "signed", "bipolar"] as const;
export type Encoding = (typeof encodings)[number];

/** Smallest and largest number of an encoding. */
export function rangeOf(encoding: Encoding, bits: number): { readonly min: number; readonly max: number } {
  if (encoding === "signed") return { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 };
  const max = 2 ** bits - 1;
  return { min: encoding === "bipolar" ? -max : 0, max };
}

/** The bits of a number of an encoding, as an unsigned number. */
export function codeOf(value: number, encoding: Encoding, bits: number): number {
  if (encoding === "bipolar") return (value + 2 ** bits - 1) / 2;
  return value < 0 ? value + 2 ** bits : value;
}
