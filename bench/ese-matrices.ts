import { stepCycles, stepLoads } from "../sw-model/ese/cycles.ts";
import { columnLoads, encodeEse } from "../sw-model/ese/encode.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { compressLstm, type DenseLstm, pruneTo } from "../sw-model/ese/lstm.ts";
import { type Gate, gates, type LstmNetwork, type WeightMatrix } from "../sw-model/ese/network.ts";
import type { EseParameters } from "../sw-model/ese/spec.ts";
import { googleMatrices, pruneAsPaper } from "./ese-networks.ts";
import type { BenchRow } from "./row.ts";

const megahertz = 200;
const entryBytes = 2;

/**
 * Cycles that each matrix of an LSTM takes when its columns alone are broadcast, by the cycle model, beside the paper's; theoretical
 * ones are stored entries, padding included, over PEs. In a step the four gates share their columns and the projection runs beside
 * the cells, so a step takes less than the sum.
 */
export function matrixRows(lstm: DenseLstm, base: EseParameters): BenchRow[] {
  const { network, formats } = compressLstm(lstm, pruneAsPaper(lstm, base.pes), base);
  const operation = {
    ...{ network, batched: false },
    sequences: [{ x: [], state: { c: [], y: [] } }],
  };
  const parameters = fitEse({ ...base, ...formats }, new Set(), operation);
  const { inputs, outputs, cells } = network;
  const columns = { x: [0, inputs], r: [inputs, inputs + outputs], m: [inputs + outputs, inputs + outputs + cells] };
  return Object.entries(googleMatrices).flatMap(([name, { bytes, microseconds }]): BenchRow[] => {
    const [from, to] = columns[name.slice(-1) as keyof typeof columns];
    const loads = columnLoads(encodeEse(only(network, name), parameters), parameters).map((of) => of.slice(from, to));
    const cyclesOf = (count: number) => stepCycles(parameters, { loads, gateColumns: count, cells: 0 });
    const cycles = cyclesOf(to - from) - cyclesOf(0);
    const entries = loads.reduce((sum, of) => sum + of.reduce((a, b) => a + b, 0), 0);
    const reference = Math.round(microseconds * megahertz);
    const theoretical = entries / parameters.pes;
    const theirs = bytes / entryBytes / parameters.pes;
    const what = `google-lstm/matrix-${name}`;
    return [
      {
        ...{ what: `${what}/theoretical-cycles`, value: theoretical, unit: "cycles" },
        ...{ reference: theirs, ratio: theoretical / theirs },
      },
      { what: `${what}/cycles`, value: cycles, unit: "cycles", reference, ratio: cycles / reference },
    ];
  });
}

/** The network with the entries of one matrix. */
function only(network: LstmNetwork, name: string): LstmNetwork {
  const kept = (of: WeightMatrix, own: string): WeightMatrix => (own === name ? of : { ...of, entries: [] });
  const byGate = (of: Readonly<Record<Gate, WeightMatrix>>, last: string) =>
    Object.fromEntries(gates.map((gate) => [gate, kept(of[gate], gate + last)])) as Record<Gate, WeightMatrix>;
  return {
    ...network,
    input: byGate(network.input, "x"),
    recurrent: byGate(network.recurrent, "r"),
    ...(network.projection ? { projection: kept(network.projection, "ym") } : {}),
  };
}

/** Load balance of a step at several sparsities, pruned for balance and by magnitude alone: stored entries over PEs x cycles. */
export function loadRows(lstm: DenseLstm, base: EseParameters): BenchRow[] {
  return [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95].flatMap((sparsity) =>
    [base.pes, undefined].map((pes): BenchRow => {
      const { network, formats } = compressLstm(lstm, pruneTo(1 - sparsity, pes), base);
      const operation = { network, batched: false, sequences: [{ x: [], state: { c: [], y: [] } }] };
      const parameters = fitEse({ ...base, ...formats }, new Set(), operation);
      const { loads, ...rest } = stepLoads(parameters, network);
      const entries = loads.reduce((sum, of) => sum + Array.from(of).reduce((a, b) => a + b, 0), 0);
      const value = entries / (parameters.pes * stepCycles(parameters, { loads, ...rest }));
      const what = `balance/load-${Math.round(100 * sparsity)}${pes === undefined ? "-unbalanced" : ""}`;
      return { what, value, unit: "share" };
    }),
  );
}
