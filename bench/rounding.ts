import { lastError, storedCurves } from "../sw-model/limited/stored.ts";
import { Random } from "../sw-model/random.ts";
import { biasBound, biasOfCycle, biasOfFewerBits, biasOfFullCycle } from "../sw-model/rounding/bias.ts";
import { batchMeans, drawsOf, roundingErrors } from "../sw-model/rounding/statistics.ts";
import {
  columnCorrelation,
  lagCorrelations,
  lagOneCorrelation,
  meanErrors,
  oneStep,
  recommended,
  varianceFactor,
} from "../sw-model/rounding/survey.ts";
import type { BenchRow } from "./row.ts";
import { systolicRows } from "./systolic.ts";

const draws = 1_000_000;
const widths = [16, 24, 32] as const;
/** In standard errors, which is 1 / √draws for a correlation. */
const most = 4;

/** Stochastic rounding: statistics of its errors. */
export async function benchRounding(log: (line: string) => void): Promise<BenchRow[]> {
  return [...errorRows(log), ...costRows(), ...biasRows(), ...trainingRows(), ...(await systolicRows(log))];
}

/** Means and correlations; each value is the worst over all numbers of dropped bits below the width of the LFSR. */
function errorRows(log: (line: string) => void): BenchRow[] {
  const worst = (what: string, values: readonly number[]): BenchRow => {
    const value = Math.max(...values);
    return { what, value, unit: "standard errors", bar: most, met: value < most };
  };
  const rows = widths.flatMap((n) => {
    log(`errors of ${draws.toLocaleString("en")} roundings by an LFSR of ${n} bits, for each k below ${n}`);
    return [
      worst(`lfsr${n}/mean-error`, meanErrors(n, recommended, draws)),
      worst(`lfsr${n}/mean-error-one-step`, meanErrors(n, oneStep, draws)),
      worst(`lfsr${n}/autocorrelation`, lagCorrelations(n, recommended, draws)),
    ];
  });
  const columns = [16, 32] as const;
  const array = { cols: 28, stepsPerDraw: 8, dropBits: 8 };
  // Of 255 states 28 columns are 9 steps apart, fewer than an independent draw needs: no bar holds.
  const narrow = columnCorrelation({ ...array, lfsrWidth: 8 }, draws / 10) / Math.sqrt(draws / 10);
  return [
    ...rows,
    { what: "lfsr8/column-correlation", value: narrow, unit: "correlation" },
    ...columns.map((n) =>
      worst(`lfsr${n}/column-correlation`, [columnCorrelation({ ...array, lfsrWidth: n }, 100_000)]),
    ),
  ];
}

/** What one step a draw costs where eight bits are dropped; references: what follows from draws that are shifts of one another. */
function costRows(): BenchRow[] {
  return widths.flatMap((n) => [
    beside(`lfsr${n}/lag1-one-step`, "correlation", lagOneCorrelation(n, 8, 1, draws), 0.25),
    beside(`lfsr${n}/variance-one-step`, "times", varianceFactor(n, 8, 1, draws), 2),
  ]);
}

function biasRows(): BenchRow[] {
  const atAnySeed = (n: number, steps: number) =>
    Math.max(...Array.from({ length: 255 }, (_, i) => Math.abs(biasOfCycle(n, steps, n, i + 1))));
  const fewerBits = () => batchMeans(roundingErrors(drawsOf(16, 16, 1, draws), 16, new Random(16), 8), 100).mean;
  return [
    beside("lfsr8/bias", "unit", biasOfCycle(8, 1, 8, 1), biasOfFullCycle(8, 8)),
    beside("lfsr16/bias", "unit", biasOfCycle(16, 1, 16, 1), biasOfFullCycle(16, 16)),
    beside("lfsr16/bias-8-of-16-bits", "unit", fewerBits(), biasOfFewerBits(16, 16, 8)),
    beside("lfsr8/bias-3-steps", "unit", atAnySeed(8, 3), biasBound(8, 3)),
    beside("lfsr16/bias-3-steps", "unit", atAnySeed(16, 3), biasBound(16, 3)),
  ];
}

/** Test errors at the last epoch of the stored trainings beside those of float on the same digits. */
function trainingRows(): BenchRow[] {
  return (["small", "dnn"] as const).flatMap((plan) => {
    const curves = storedCurves(plan).filter(({ seed }) => seed === 1);
    const float = curves.find(({ numbers }) => numbers === "float");
    if (!float) return [];
    const row = (numbers: string, bar: number, met: (points: number) => boolean): BenchRow[] =>
      curves
        .filter((curve) => curve.numbers === numbers)
        .map((curve) => {
          const points = Math.round(1e4 * (lastError(curve) - lastError(float))) / 100;
          return {
            what: `${plan}/${numbers}/points-above-float`,
            value: points,
            unit: "points",
            bar,
            met: met(points),
          };
        });
    return [
      ...row("stochastic-8-8", 0.5, (points) => points <= 0.5),
      ...row("nearest-8-8", 5, (points) => points >= 5),
    ];
  });
}

function beside(what: string, unit: string, value: number, reference: number): BenchRow {
  return { what, value, unit, reference, ratio: value / reference };
}
