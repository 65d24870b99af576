import type { Random } from "../random.ts";
import { type DrawTables, drawTables } from "../systolic/draws.ts";

/** Greatest common divisor. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/**
 * Steps from draw to draw that give uncorrelated roundings of `k` bits: the smallest number from `k` on that is coprime to the
 * period, so that draws share no bit of the state and every state is drawn (contract, numbers, rule 3).
 */
export function recommendedSteps(k: number, lfsrWidth: number): number {
  let steps = Math.max(1, k);
  while (gcd(2 ** lfsrWidth - 1, steps) !== 1) steps++;
  return steps;
}

/** Successive draws of an LFSR of 8, 16, 24 or 32 bits: its states. */
export function drawsOf(lfsrWidth: number, stepsPerDraw: number, seed: number, count: number): Uint32Array {
  const { byte }: DrawTables = drawTables(lfsrWidth, stepsPerDraw);
  const [t0, t1, t2, t3] = byte;
  const draws = new Uint32Array(count);
  let s = seed | 0;
  for (let i = 0; i < count; i++) {
    draws[i] = s;
    s = t0[s & 255] ^ t1[(s >>> 8) & 255] ^ t2[(s >>> 16) & 255] ^ t3[s >>> 24];
  }
  return draws;
}

/**
 * Errors of stochastic rounding in units of the result, one a draw: the rounded value less the exact one. Each value to round has `k`
 * low bits at random from `values`. With `randomBits` the bits below as many are cut off.
 */
export function roundingErrors(draws: Uint32Array, k: number, values: Random, randomBits = k): Float64Array {
  const unit = 2 ** k;
  const step = 2 ** (k - randomBits);
  return Float64Array.from(draws, (state) => {
    const low = Math.floor(values.uniform() * unit);
    return (low + (state % 2 ** randomBits) * step >= unit ? 1 : 0) - low / unit;
  });
}

export interface Estimate {
  readonly mean: number;
  /** Of the mean, from the scatter of the means of batches, so that correlation between neighbours counts. */
  readonly standardError: number;
}

/** The mean by batches of equal length, at least two; a rest that fills no batch is left out. */
export function batchMeans(values: Float64Array, batches: number): Estimate {
  const length = Math.floor(values.length / batches);
  const means = Array.from({ length: batches }, (_, b) => meanOf(values.subarray(b * length, (b + 1) * length)));
  const mean = meanOf(means);
  const variance = means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / (batches - 1);
  return { mean, standardError: Math.sqrt(variance / batches) };
}

/** A series less its mean, scaled so that its squares add up to 1: the sum of products of two such is their correlation. */
export function standardised(values: Float64Array): Float64Array {
  const mean = meanOf(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  const scale = 1 / Math.sqrt(squares);
  return values.map((value) => (value - mean) * scale);
}

/** Sum of products of a series with another from its element `lag` on: the correlation, where both are standardised. */
export function sumOfProducts(a: Float64Array, b: Float64Array, lag = 0): number {
  let sum = 0;
  for (let i = lag; i < b.length; i++) sum += a[i - lag] * b[i];
  return sum;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
