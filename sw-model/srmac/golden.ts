import { exactDot } from "./dot.ts";
import { Rounder } from "./rounder.ts";
import { bWidthOf, type SrmacParameters } from "./spec.ts";

/** Dot products one after another, each rounded once, with one random source. */
export interface SrmacOperation {
  /** Both vectors of a dot product have one length, 0 allowed; raw values of `width` and of `bWidth` bits. */
  readonly dots: readonly { readonly a: readonly number[]; readonly b: readonly number[] }[];
  /** State of the LFSR at the first draw; only stochastic rounding needs one. */
  readonly seed?: number;
}

/** Raw values of `outWidth` bits, one a dot product. */
export interface SrmacResult {
  readonly y: readonly bigint[];
}

/** Exact sums, wrapped to the accumulator, rounded once and saturated (contract, numbers, rules 2, 3 and 6). */
export function goldenSrmac(parameters: SrmacParameters, { dots, seed }: SrmacOperation): SrmacResult {
  const rounder = new Rounder(parameters, seed);
  return { y: dots.map(({ a, b }) => rounder.round(exactDot(a, b, parameters.width, bWidthOf(parameters)))) };
}
