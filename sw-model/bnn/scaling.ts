import type { Affine } from "../quantised/batch-norm.ts";

/**
 * What batch normalisation makes of a dot product of the last layer: y = factor * dot + offset, exact. The three have the same
 * number of fraction bits, which nothing but their meaning depends on.
 */
export interface Scale {
  /** Signed, of `scaleBits` bits; for hardware that shifts 0 or a power of two, perhaps negative. */
  readonly factor: number;
  /** Signed, of `offsetBits` bits. */
  readonly offset: number;
}

/** Shape: vectors x rows, with a scale a row. */
export function scaledDots(dots: readonly (readonly number[])[], scales: readonly Scale[]): number[][] {
  return dots.map((row) => row.map((dot, r) => scales[r].factor * dot + scales[r].offset));
}

/** Whether a factor needs no multiplier: 0, or plus or minus a power of two. */
export function isShift({ factor }: Scale): boolean {
  const size = Math.abs(factor);
  return (size & (size - 1)) === 0;
}

/** Bits of a signed number that holds all of these. */
export function signedBits(values: readonly number[]): number {
  return 1 + Math.max(...values.map((value) => Math.ceil(Math.log2((value < 0 ? -value : value + 1) || 1))));
}

/**
 * The scales of a batch normalisation z = (dot - mean) * scale + offset, with `fraction` fraction bits, rounded to nearest. That of
 * the shift form (`affineOf(norm, "shift")`: AP2(gamma) * AP2(1 / sigma), BNN, algorithm 3) has powers of two for factors,
 * exact where none is below 2^-fraction; a smaller one becomes 0 or 2^-fraction.
 */
export function scalesOf({ mean, scale, offset }: Affine, fraction: number): Scale[] {
  const one = 2 ** fraction;
  return Array.from(scale, (s, row) => ({
    factor: Math.round(s * one) || 0,
    offset: Math.round((offset[row] - mean[row] * s) * one) || 0,
  }));
}
