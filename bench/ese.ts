import { eseGenerator } from "../catalog/ese.ts";
import { startGenerator } from "../catalog/execute.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import type { DenseLstm } from "../sw-model/ese/lstm.ts";
import { placeRows } from "../sw-model/ese/placement.ts";
import { type EseParameters, eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { driveEseWith } from "../testbench/drivers/ese.ts";
import { eseAreaRows } from "./ese-area.ts";
import { balanceRows } from "./ese-balance.ts";
import { lookupRows } from "./ese-lookups.ts";
import { matrixRows } from "./ese-matrices.ts";
import { measured, modelled, modelledEfficiency, operationOf } from "./ese-measured.ts";
import { drawLstm, google, pruneAsPaper, trainedSpread } from "./ese-networks.ts";
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
  return [
    ...(await googleRows(log)),
    ...(await balanceRows(log)),
    ...trainedRows(log),
    ...(await lookupRows(log)),
    ...(await eseAreaRows(log)),
  ];
}

async function googleRows(log: (line: string) => void): Promise<BenchRow[]> {
  const lstm = drawLstm(google, trainedSpread, new Random(1612));
  const even = drawLstm(google, 0, new Random(1612));
  const { pes } = paper();
  const pruned = pruneAsPaper(lstm, pes);
  const balanced = await measured(lstm, pruned, paper(), log);
  const deep = await measured(lstm, pruned, paper("queueDepth=32"), log);
  const unbalanced = await measured(lstm, pruneAsPaper(lstm), paper(), log);
  const placedLstm = placeRows(lstm, pruneAsPaper(lstm), pes).lstm;
  const placed = await measured(placedLstm, pruneAsPaper(placedLstm), paper(), log);
  const evenRows = await measured(even, pruneAsPaper(even), paper(), log);
  const padded = await measured(lstm, pruned, paper("blocks=1"), log);
  const row = (what: string, value: number, bar: number): BenchRow => ({
    what: `google-lstm/${what}`,
    value,
    unit: "share",
    bar,
    met: value >= bar,
  });
  const microseconds = balanced.steady / megahertz;
  return [
    row("efficiency-depth8", balanced.efficiency, 0.94),
    row("efficiency-depth32", deep.efficiency, 0.97),
    row("efficiency-unbalanced-depth8", unbalanced.efficiency, 0.92),
    row("nonzero-efficiency-depth8", balanced.nonzeroEfficiency, 0.9),
    row("efficiency-padded-depth8", padded.efficiency, 0.94),
    row("nonzero-efficiency-padded-depth8", padded.nonzeroEfficiency, 0.9),
    row("efficiency-unbalanced-placed-depth8", placed.efficiency, 0.92),
    row("efficiency-unbalanced-even-depth8", evenRows.efficiency, 0.92),
    ...[1, 2, 4, 16].map((depth): BenchRow => {
      const value = modelledEfficiency(lstm, pruned, paper(`queueDepth=${depth}`));
      return { what: `google-lstm/efficiency-depth${depth}`, value, unit: "share" };
    }),
    { what: "google-lstm/cycles", value: balanced.cycles, unit: "cycles" },
    { what: "google-lstm/cycles-in-a-row", value: balanced.steady, unit: "cycles" },
    { what: "google-lstm/cycles-alone", value: balanced.alone, unit: "cycles" },
    {
      what: "google-lstm/microseconds",
      value: microseconds,
      unit: "us",
      reference: paperMicroseconds,
      ratio: microseconds / paperMicroseconds,
    },
    ...(await streamRows(lstm, balanced.cycles, log)),
    ...countRows(lstm, balanced.cycles),
    ...matrixRows(lstm, paper()),
  ];
}

/** Cycles of a step with weights from outside, at several rates of words; reference: with weights in memories. */
async function streamRows(lstm: DenseLstm, reference: number, log: (line: string) => void): Promise<BenchRow[]> {
  const { operation, parameters } = operationOf(lstm, pruneAsPaper(lstm, paper().pes), paper("weights=stream"));
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

/** Cycles of a step with counts from outside too, in so many words a column, by the cycle model; reference: all in memories. */
function countRows(lstm: DenseLstm, reference: number): BenchRow[] {
  const pruned = pruneAsPaper(lstm, paper().pes);
  return [1, 2, 4].map((words): BenchRow => {
    const sets = ["weights=stream", "counts=stream", `countWords=${words}`];
    const cycles = modelled(lstm, pruned, paper(...sets));
    return {
      what: `google-lstm/cycles-count-words-${words}`,
      value: cycles,
      unit: "cycles",
      reference,
      ratio: cycles / reference,
    };
  });
}

const paper = (...sets: string[]): EseParameters => resolveParameters(eseSpec, { preset: "paper", sets }).parameters;
