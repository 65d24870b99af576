import { eseGenerator } from "../catalog/ese.ts";
import { startGenerator } from "../catalog/execute.ts";
import { eseCycles, stepCycles, stepLoads } from "../sw-model/ese/cycles.ts";
import { encodeEse } from "../sw-model/ese/encode.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import { compressLstm, type DenseLstm, type Pruning, pruneTo } from "../sw-model/ese/lstm.ts";
import type { EseNetwork } from "../sw-model/ese/network.ts";
import type { EseOperation } from "../sw-model/ese/operation.ts";
import { type EseParameters, eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { loadVad } from "../sw-model/vad/stored.ts";
import { driveEseWith } from "../testbench/drivers/ese.ts";
import { lookupRows } from "./ese-lookups.ts";
import { loadRows, matrixRows } from "./ese-matrices.ts";
import { drawLstm, google, trainedSpread } from "./ese-networks.ts";
import { trainedRows } from "./ese-trained.ts";
import type { BenchRow } from "./row.ts";

/** The paper's clock, and what it took for a step of the Google LSTM on 32 PEs (table 3, [recalled, checked]). */
const megahertz = 200;
const paperMicroseconds = 82.7;

/**
 * Cycles of a step of the Google LSTM on a channel of 32 PEs, on the RTL in this process; and what balance-aware pruning is worth on
 * a trained LSTM, by the cycle model, which every test compares with the RTL.
 */
export async function benchEse(log: (line: string) => void): Promise<BenchRow[]> {
  return [...(await googleRows(log)), ...(await balanceRows(log)), ...trainedRows(log), ...(await lookupRows(log))];
}

async function googleRows(log: (line: string) => void): Promise<BenchRow[]> {
  const lstm = drawLstm(google, trainedSpread, new Random(1612));
  const even = drawLstm(google, 0, new Random(1612));
  const { pes } = paper();
  const balanced = await measured(lstm, pruneTo(google.density, pes), paper(), log);
  const deep = await measured(lstm, pruneTo(google.density, pes), paper("queueDepth=32"), log);
  const unbalanced = await measured(even, pruneTo(google.density), paper(), log);
  const skewed = await measured(lstm, pruneTo(google.density), paper(), log);
  const padded = await measured(lstm, pruneTo(google.density, pes), paper("blocks=1"), log);
  const row = (what: string, value: number, bar: number): BenchRow => ({
    what: `google-lstm/${what}`,
    value,
    unit: "share",
    bar,
    met: value >= bar,
  });
  const microseconds = balanced.cycles / megahertz;
  return [
    row("efficiency-depth8", balanced.efficiency, 0.94),
    row("efficiency-depth32", deep.efficiency, 0.97),
    row("efficiency-unbalanced-depth8", unbalanced.efficiency, 0.92),
    row("nonzero-efficiency-depth8", balanced.nonzeroEfficiency, 0.9),
    row("efficiency-padded-depth8", padded.efficiency, 0.94),
    row("nonzero-efficiency-padded-depth8", padded.nonzeroEfficiency, 0.9),
    { what: "google-lstm/efficiency-unbalanced-skewed-depth8", value: skewed.efficiency, unit: "share" },
    { what: "google-lstm/cycles", value: balanced.cycles, unit: "cycles" },
    {
      what: "google-lstm/microseconds",
      value: microseconds,
      unit: "us",
      reference: paperMicroseconds,
      ratio: microseconds / paperMicroseconds,
    },
    ...(await streamRows(lstm, balanced.cycles, log)),
    ...matrixRows(lstm, google.density, paper()),
    { what: "google-lstm/load-and-read-cycles", value: balanced.transfer, unit: "cycles" },
  ];
}

/** Cycles of a step with weights from outside, at several rates of words; reference: with weights in memories. */
async function streamRows(lstm: DenseLstm, reference: number, log: (line: string) => void): Promise<BenchRow[]> {
  const { operation, parameters } = operationOf(lstm, pruneTo(google.density, paper().pes), paper("weights=stream"));
  const entryBytes = 2;
  const rows: BenchRow[] = [];
  for (const push of [0, 32, 64, 128]) {
    const rate = (1 - push / 256) * parameters.pes * entryBytes * megahertz * 1e-3;
    const simulation = await startGenerator(eseGenerator, parameters, "wasm");
    try {
      const stalls = { seed: 1, push, pull: 0 };
      const { result, cycles } = await driveEseWith(simulation, parameters, operation, stalls);
      if (JSON.stringify(result) !== JSON.stringify(goldenEse(parameters, operation))) throw new Error("ese differs");
      log(`weights at ${rate.toFixed(1)} GB/s: ${cycles} cycles`);
      const what = `google-lstm/cycles-at-${rate.toFixed(1)}-gbs`;
      rows.push({ what, value: cycles, unit: "cycles", reference, ratio: cycles / reference });
    } finally {
      await simulation.close();
    }
  }
  return rows;
}

async function balanceRows(log: (line: string) => void): Promise<BenchRow[]> {
  const lstm = loadVad().lstm;
  const parameters = resolveParameters(eseSpec, { sets: ["pes=8", "rowDepth=16"] }).parameters;
  const cyclesAt = (share: number, pes?: number) =>
    modelled(lstm, share === 1 ? pruneTo(1) : pruneTo(share, pes), parameters);
  const dense = cyclesAt(1);
  const ours = await measured(lstm, pruneTo(0.1, parameters.pes), parameters, log);
  const unbalanced = cyclesAt(0.1);
  const sweep = [0.5, 0.8, 0.9, 0.95].flatMap((sparsity): BenchRow[] => {
    const share = Math.round(100 * (1 - sparsity)) / 100;
    const what = `balance/speedup-${Math.round(100 * sparsity)}`;
    const plain = dense / cyclesAt(share);
    return [
      { what: `${what}-unbalanced`, value: plain, unit: "times" },
      ...(sparsity === 0.9 ? [] : [{ what, value: dense / cyclesAt(share, parameters.pes), unit: "times" }]),
    ];
  });
  const bar = (what: string, value: number, least: number): BenchRow => ({
    what,
    value,
    unit: "times",
    bar: least,
    met: value >= least,
  });
  return [
    bar("balance/speedup-90", dense / ours.cycles, 8.7),
    bar("balance/gain-90", unbalanced / ours.cycles, 1.08),
    ...sweep,
    ...loadRows(lstm, parameters),
  ];
}

const paper = (...sets: string[]): EseParameters =>
  resolveParameters(eseSpec, { preset: "paper", sets: ["peephole=false", ...sets] }).parameters;

interface Measured {
  readonly cycles: number;
  /** Loading x and reading y of a step, a word an edge, which stand apart from the cycles. */
  readonly transfer: number;
  /** Stored entries, padding included, and entries that are weights, over PEs x cycles. */
  readonly efficiency: number;
  readonly nonzeroEfficiency: number;
}

/** A step on the RTL in this process; throws where it differs from the golden model or the cycle model. */
async function measured(
  lstm: DenseLstm,
  pruning: Pruning,
  base: EseParameters,
  log: (line: string) => void,
): Promise<Measured> {
  const { operation, parameters } = operationOf(lstm, pruning, base);
  const { network } = operation;
  const entries = encodeEse(network, parameters).reduce((sum, { weights }) => sum + weights.length, 0);
  const simulation = await startGenerator(eseGenerator, parameters, "wasm");
  try {
    const { result, cycles } = await eseGenerator.drive(simulation, parameters, operation);
    const predicted = eseCycles(parameters, operation);
    if (JSON.stringify(result) !== JSON.stringify(goldenEse(parameters, operation)) || cycles !== predicted) {
      throw new Error(`ese differs from its models: ${cycles} cycles, ${predicted} predicted`);
    }
    log(`${network.cells} cells on ${parameters.pes} PEs: ${entries} entries in ${cycles} cycles`);
    return {
      cycles,
      transfer: network.inputs + network.outputs,
      efficiency: entries / (parameters.pes * cycles),
      nonzeroEfficiency: weightsOf(network) / (parameters.pes * cycles),
    };
  } finally {
    await simulation.close();
  }
}

/** The cycles of a step by the model. */
function modelled(lstm: DenseLstm, pruning: Pruning, base: EseParameters): number {
  const { operation, parameters } = operationOf(lstm, pruning, base);
  return stepCycles(parameters, stepLoads(parameters, operation.network));
}

/** One step on random inputs, on an array with the formats that the weights ask for. */
function operationOf(lstm: DenseLstm, pruning: Pruning, base: EseParameters) {
  const { network, formats } = compressLstm(lstm, pruning, base);
  const random = new Random(7);
  const x = Array.from({ length: network.inputs }, () => Math.round(2 ** base.inputFraction * random.normal()));
  const state = { c: new Array<number>(network.cells).fill(0), y: new Array<number>(network.outputs).fill(0) };
  const operation: EseOperation = { network, sequences: [{ x: [x], state }], batched: false };
  return { operation, parameters: fitEse({ ...base, ...formats }, new Set(), operation) };
}

function weightsOf({ input, recurrent, projection }: EseNetwork): number {
  const matrices = [...Object.values(input), ...Object.values(recurrent), ...(projection ? [projection] : [])];
  return matrices.reduce((sum, { entries }) => sum + entries.length, 0);
}
