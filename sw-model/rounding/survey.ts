import { Random } from "../random.ts";
import { columnSeeds } from "../systolic/seeds.ts";
import type { SystolicParameters } from "../systolic/spec.ts";
import { batchMeans, drawsOf, recommendedSteps, roundingErrors, standardised, sumOfProducts } from "./statistics.ts";

/** Surveys of stochastic rounding over many draws; each value is a worst case. */

const batches = 100;
const lags = 16;

/** The seed from which each survey starts; any would do. */
const seedOf = (lfsrWidth: number) => 0x1234567 % (2 ** lfsrWidth - 1);

/** Errors of roundings of `k` bits with that many steps a draw. */
function errorsOf(lfsrWidth: number, k: number, steps: number, count: number): Float64Array {
  return roundingErrors(drawsOf(lfsrWidth, steps, seedOf(lfsrWidth), count), k, new Random(lfsrWidth, k));
}

/** Steps a draw for roundings of `k` bits by an LFSR of `lfsrWidth` bits. */
export type StepsRule = (k: number, lfsrWidth: number) => number;
export const oneStep: StepsRule = () => 1;
export const recommended: StepsRule = recommendedSteps;

/** Mean error over its standard error by batch means, for each k from 1 to n - 1. */
export function meanErrors(lfsrWidth: number, steps: StepsRule, count: number): number[] {
  return eachK(lfsrWidth, (k) => {
    const { mean, standardError } = batchMeans(errorsOf(lfsrWidth, k, steps(k, lfsrWidth), count), batches);
    return Math.abs(mean) / standardError;
  });
}

/** Largest correlation of errors at lags 1 to 16 times the square root of the draws, for each k from 1 to n - 1. */
export function lagCorrelations(lfsrWidth: number, steps: StepsRule, count: number): number[] {
  return eachK(lfsrWidth, (k) => {
    const errors = standardised(errorsOf(lfsrWidth, k, steps(k, lfsrWidth), count));
    const correlations = Array.from({ length: lags }, (_, i) => Math.abs(sumOfProducts(errors, errors, i + 1)));
    return Math.max(...correlations) * Math.sqrt(count);
  });
}

/** Correlation of errors of roundings of `k` bits at lag 1. */
export function lagOneCorrelation(lfsrWidth: number, k: number, steps: number, count: number): number {
  const errors = standardised(errorsOf(lfsrWidth, k, steps, count));
  return sumOfProducts(errors, errors, 1);
}

/**
 * How many times the variance of a sum of errors is that of as many independent ones: one and twice the sum of their correlations, up
 * to a lag at which none is left.
 */
export function varianceFactor(lfsrWidth: number, k: number, steps: number, count: number): number {
  const errors = standardised(errorsOf(lfsrWidth, k, steps, count));
  const correlations = Array.from({ length: lags }, (_, i) => sumOfProducts(errors, errors, i + 1));
  return 1 + 2 * correlations.reduce((sum, c) => sum + c, 0);
}

/** Largest correlation of the errors of two columns of an array at one draw, times the square root of the draws. */
export function columnCorrelation(
  parameters: Pick<SystolicParameters, "cols" | "lfsrWidth" | "stepsPerDraw" | "dropBits">,
  count: number,
): number {
  const { lfsrWidth, stepsPerDraw, dropBits } = parameters;
  const columns = columnSeeds(parameters, seedOf(lfsrWidth)).map((seed, j) =>
    standardised(roundingErrors(drawsOf(lfsrWidth, stepsPerDraw, seed, count), dropBits, new Random(j, 7))),
  );
  let worst = 0;
  for (let i = 0; i < columns.length; i++) {
    for (let j = 0; j < i; j++) worst = Math.max(worst, Math.abs(sumOfProducts(columns[i], columns[j])));
  }
  return worst * Math.sqrt(count);
}

function eachK(lfsrWidth: number, value: (k: number) => number): number[] {
  return Array.from({ length: lfsrWidth - 1 }, (_, i) => value(i + 1));
}
