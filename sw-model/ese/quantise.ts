import { toRaw } from "../format/fixed.ts";
import type { WeightEntry, WeightMatrix } from "./network.ts";
import type { DenseMatrix, Mask } from "./prune.ts";

/**
 * Linear quantisation by dynamic range (ESE, section 3.3): the most fraction bits with which the largest magnitude among the
 * values still fits `bits` signed bits, from 0 to bits - 1. Values beyond that saturate.
 */
export function fractionFor(matrices: readonly Float32Array[], bits: number): number {
  let largest = 0;
  for (const values of matrices) for (const value of values) largest = Math.max(largest, Math.abs(value));
  let fraction = bits - 1;
  while (fraction > 0 && Math.round(largest * 2 ** fraction) > 2 ** (bits - 1) - 1) fraction--;
  return fraction;
}

/** How many values saturate: those whose nearest raw value is out of the range of `bits` signed bits. */
export function beyond(values: ArrayLike<number>, bits: number, fraction: number): number {
  const half = 2 ** (bits - 1);
  return Array.from(values, (value) => Math.round(value * 2 ** fraction)).filter((raw) => raw < -half || raw >= half)
    .length;
}

/** The kept elements as raw weights, each the nearest one. A kept element stays an entry even where it becomes 0. */
export function quantiseMatrix(
  { rows, cols, values }: DenseMatrix,
  mask: Mask,
  bits: number,
  fraction: number,
): WeightMatrix {
  const format = { il: bits - fraction, fl: fraction };
  const entries: WeightEntry[] = [];
  mask.forEach((kept, at) => {
    if (kept) entries.push([Math.floor(at / cols), at % cols, toRaw(values[at], format, "nearest-even")]);
  });
  return { rows, cols, entries };
}

/** Raw values of a list, each the nearest one. */
export function quantiseList(values: ArrayLike<number>, bits: number, fraction: number): number[] {
  return Array.from(values, (value) => toRaw(value, { il: bits - fraction, fl: fraction }, "nearest-even"));
}
