import { imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import { stepCycles, stepLoads } from "../sw-model/ese/cycles.ts";
import { encodeEse } from "../sw-model/ese/encode.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { goldenSteps } from "../sw-model/ese/golden.ts";
import { compressLstm, type DenseLstm } from "../sw-model/ese/lstm.ts";
import type { Padding } from "../sw-model/ese/padding.ts";
import type { DenseMatrix } from "../sw-model/ese/prune.ts";
import { type EseParameters, eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { type DigitLstm, loadDigitLstm } from "../sw-model/recurrent/stored.ts";
import { digitsPlan } from "../sw-model/recurrent/train.ts";
import type { BenchRow } from "./row.ts";

/**
 * The stored LSTM that reads digits, two rows a step, a tenth of its weights left and trained again: what pruning costs in accuracy and
 * gains in cycles, for balance and without. Accuracies are of the golden model over all test digits; cycles by the cycle model.
 */
export function trainedRows(log: (line: string) => void): BenchRow[] {
  const { dense: reference, balanced, filled, unbalanced } = loadDigitLstm();
  const dense = costOf(balanced.lstm, base, () => true).cycles;
  const cycles = { balanced: costOf(balanced.lstm).cycles, unbalanced: costOf(unbalanced.lstm).cycles };
  log(`cycles a step: ${dense} with all weights, ${cycles.balanced} balanced, ${cycles.unbalanced} not`);
  const share = (what: string, value: number): BenchRow => ({
    ...{ what: `trained/accuracy-${what}`, value, unit: "share", reference },
    ratio: value / reference,
  });
  const bar = (what: string, value: number, least: number): BenchRow => ({
    ...{ what: `trained/${what}`, value, unit: "times", bar: least },
    met: value >= least,
  });
  return [
    bar("speedup-90", dense / cycles.balanced, 8.7),
    bar("gain-90", cycles.unbalanced / cycles.balanced, 1.08),
    share("balanced", fixedAccuracy(balanced)),
    share("unbalanced", fixedAccuracy(unbalanced)),
    share("balanced-float", balanced.accuracy),
    share("unbalanced-float", unbalanced.accuracy),
    ...paddedRows("zeros", balanced, reference),
    ...paddedRows("weights", filled, reference),
  ];
}

const base = resolveParameters(eseSpec, { sets: [`pes=${digitsPlan.pes}`, "rowDepth=16"] }).parameters;
const { pes: paddedPes, ...paddedArray } = digitsPlan.padded;
const padded = resolveParameters(eseSpec, {
  sets: [`pes=${paddedPes}`, ...Object.entries(paddedArray).map(([name, value]) => `${name}=${value}`)],
}).parameters;
const notZero = (value: number) => value !== 0;

/** The LSTM as stored weights of which `keep` decides, on the array. */
function fitted(lstm: DenseLstm, array: EseParameters, keep: (value: number) => boolean) {
  const pruning = ({ values }: DenseMatrix) => Uint8Array.from(values, (value) => (keep(value) ? 1 : 0));
  const { network, formats } = compressLstm(lstm, pruning, array);
  const state = { c: new Array<number>(network.cells).fill(0), y: new Array<number>(network.outputs).fill(0) };
  const operation = { network, sequences: [{ x: [], state }], batched: false };
  return { network, state, parameters: fitEse({ ...array, ...formats }, new Set(), operation) };
}

/** Cycles of a step, stored entries, and how many of these are padding. */
function costOf(lstm: DenseLstm, array = base, keep = notZero) {
  const { network, parameters } = fitted(lstm, array, keep);
  const stored = encodeEse(network, parameters).flatMap(({ weights }) => Array.from(weights));
  const kept = [...Object.values(network.input), ...Object.values(network.recurrent)];
  const weights = kept.reduce((sum, { entries }) => sum + entries.length, 0);
  return {
    cycles: stepCycles(parameters, stepLoads(parameters, network)),
    entries: stored.length,
    padding: stored.length - weights,
  };
}

/** On the array whose indices do not reach over all rows: what stands in padding entries, and what the digits say of it. */
function paddedRows(name: Padding, digits: DigitLstm, reference: number): BenchRow[] {
  const { cycles, entries, padding } = costOf(digits.lstm, padded);
  const accuracy = (of: string, value: number): BenchRow => ({
    ...{ what: `trained/padded/accuracy-${name}${of}`, value, unit: "share", reference },
    ratio: value / reference,
  });
  return [
    { what: `trained/padded/entries-${name}`, value: entries, unit: "entries" },
    { what: `trained/padded/padding-share-${name}`, value: padding / entries, unit: "share" },
    { what: `trained/padded/cycles-${name}`, value: cycles, unit: "cycles" },
    accuracy("", fixedAccuracy(digits, padded)),
    accuracy("-float", digits.accuracy),
  ];
}

/** Share of the test digits that the LSTM in fixed point recognises, the linear layer behind it in float. */
function fixedAccuracy({ lstm, head }: DigitLstm, array = base): number {
  const { network, state, parameters } = fitted(lstm, array, notZero);
  const { test } = loadMnist();
  let right = 0;
  for (let index = 0; index < test.count; index++) {
    const image = imageOf(test, index);
    const x = Array.from({ length: image.length / network.inputs }, (_, step) =>
      Array.from(image.subarray(step * network.inputs, (step + 1) * network.inputs), (value) =>
        Math.round(value * 2 ** parameters.inputFraction),
      ),
    );
    const steps = goldenSteps(parameters, network, { x, state });
    const { y } = steps[steps.length - 1];
    const width = network.outputs + 1;
    const scores = Array.from({ length: head.length / width }, (_, k) =>
      y.reduce(
        (sum, raw, j) => sum + head[k * width + j] * raw * 2 ** -parameters.outputFraction,
        head[k * width + network.outputs],
      ),
    );
    if (scores.indexOf(Math.max(...scores)) === test.labels[index]) right++;
  }
  return right / test.count;
}
