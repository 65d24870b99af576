import { type DenseLstm, type Pruning, pruneBy, pruneTo } from "../sw-model/ese/lstm.ts";
import { filling } from "../sw-model/ese/padding.ts";
import { eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { loadVad } from "../sw-model/vad/stored.ts";
import { loadRows } from "./ese-matrices.ts";
import { measured, modelled } from "./ese-measured.ts";
import type { BenchRow } from "./row.ts";

/** What balance-aware pruning is worth on the trained LSTM of the speech model, and weights in padding entries. */
export async function balanceRows(log: (line: string) => void): Promise<BenchRow[]> {
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
    {
      ...{ what: "balance/speedup-90-banks", unit: "times" },
      value: dense / modelled(lstm, pruneBy("banks", 0.1, parameters.pes), parameters),
    },
    ...sweep,
    ...arrayRows(lstm),
    ...paddingRows(lstm),
    ...loadRows(lstm, parameters),
  ];
}

/** What a tenth of the weights gains on arrays of other sizes, with and without balance. */
function arrayRows(lstm: DenseLstm): BenchRow[] {
  return [4, 16, 32].flatMap((pes): BenchRow[] => {
    const { parameters } = resolveParameters(eseSpec, { sets: [`pes=${pes}`, `rowDepth=${128 / pes}`] });
    const dense = modelled(lstm, pruneTo(1), parameters);
    const balanced = modelled(lstm, pruneTo(0.1, pes), parameters);
    const unbalanced = modelled(lstm, pruneTo(0.1), parameters);
    return [
      { what: `balance/speedup-90-pes-${pes}`, value: dense / balanced, unit: "times" },
      { what: `balance/gain-90-pes-${pes}`, value: unbalanced / balanced, unit: "times" },
    ];
  });
}

/**
 * Padding entries that carry weights, on 4 PEs, whose 32 rows are one block: how many entries are padding, and the share of the sum of all squared
 * weights that is left with 0 in them and with weights.
 */
function paddingRows(lstm: DenseLstm): BenchRow[] {
  const { parameters } = resolveParameters(eseSpec, { sets: ["pes=4", "rowDepth=32", "blocks=1"] });
  const matrices = [...Object.values(lstm.input), ...Object.values(lstm.recurrent)];
  return [0.8, 0.9, 0.95].flatMap((sparsity): BenchRow[] => {
    const zeros = pruneTo(1 - sparsity, parameters.pes);
    const sumOf = (prune: Pruning, value: (weight: number) => number) =>
      matrices.reduce((all, matrix) => {
        const mask = prune(matrix);
        return all + matrix.values.reduce((sum, weight, at) => sum + (mask[at] ? value(weight) : 0), 0);
      }, 0);
    const weights = filling(zeros, parameters);
    const kept = (prune: Pruning) => sumOf(prune, (w) => w ** 2) / sumOf(pruneTo(1), (w) => w ** 2);
    const what = `balance/padded-${Math.round(100 * sparsity)}`;
    const entries = sumOf(weights, () => 1);
    return [
      { what: `${what}/padding-share`, value: 1 - sumOf(zeros, () => 1) / entries, unit: "share" },
      { what: `${what}/kept-zeros`, value: kept(zeros), unit: "share" },
      { what: `${what}/kept-weights`, value: kept(weights), unit: "share" },
    ];
  });
}
