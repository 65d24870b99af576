import { exactDot } from "../srmac/dot.ts";
import { Rounder } from "../srmac/rounder.ts";
import { bWidthOf } from "../srmac/spec.ts";
import { columnSeeds } from "./seeds.ts";
import type { SystolicParameters } from "./spec.ts";

/** A product C = A B. */
export interface SystolicOperation {
  /** M x K, raw values of `width` bits, as rows; may have no row. */
  readonly a: readonly (readonly number[])[];
  /** K x N, of `bWidth` bits, K and N at least 1. */
  readonly b: readonly (readonly number[])[];
  /** What the columns' seeds follow from; only stochastic rounding needs one. */
  readonly seed?: number;
}

/** M x N raw values of `outWidth` bits. */
export interface SystolicResult {
  readonly c: readonly (readonly bigint[])[];
}

/**
 * The product as the array rounds it: tiles of `rows` x `cols` row-major; in a tile, column j rounds its results in row order with
 * its own random source, which runs on from tile to tile. What lies outside C draws nothing (contract, operations).
 */
export function goldenSystolic(parameters: SystolicParameters, { a, b, seed }: SystolicOperation): SystolicResult {
  const { rows, cols, width } = parameters;
  const bWidth = bWidthOf(parameters);
  const seeds = parameters.rounding === "stochastic" ? columnSeeds(parameters, seed ?? 0) : [];
  const rounders = Array.from({ length: cols }, (_, j) => new Rounder(parameters, seeds[j]));
  const columns = b[0].map((_, n) => b.map((row) => row[n]));
  const c = a.map(() => new Array<bigint>(columns.length));
  for (let top = 0; top < a.length; top += rows) {
    for (let left = 0; left < columns.length; left += cols) {
      for (let r = top; r < Math.min(top + rows, a.length); r++) {
        for (let n = left; n < Math.min(left + cols, columns.length); n++) {
          c[r][n] = rounders[n - left].round(exactDot(a[r], columns[n], width, bWidth));
        }
      }
    }
  }
  return { c };
}
