import { eseGenerator } from "../catalog/ese.ts";
import { startGenerator } from "../catalog/execute.ts";
import { eseCycles, stepCycles, stepLoads } from "../sw-model/ese/cycles.ts";
import { encodeEse } from "../sw-model/ese/encode.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import { compressLstm, type DenseLstm, type Pruning } from "../sw-model/ese/lstm.ts";
import type { EseNetwork } from "../sw-model/ese/network.ts";
import type { EseOperation } from "../sw-model/ese/operation.ts";
import type { EseParameters } from "../sw-model/ese/spec.ts";
import { Random } from "../sw-model/random.ts";

/** What a step takes. */
export interface Measured {
  readonly cycles: number;
  /** Loading x and reading y of a step, a word an edge, which stand apart from the cycles. */
  readonly transfer: number;
  /** Stored entries, padding included, and entries that are weights, over PEs x cycles. */
  readonly efficiency: number;
  readonly nonzeroEfficiency: number;
}

/** A step on the RTL in this process; throws where it differs from the golden model or the cycle model. */
export async function measured(
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
export function modelled(lstm: DenseLstm, pruning: Pruning, base: EseParameters): number {
  const { operation, parameters } = operationOf(lstm, pruning, base);
  return stepCycles(parameters, stepLoads(parameters, operation.network));
}

/** One step on random inputs, on an array with the formats that the weights ask for. */
export function operationOf(lstm: DenseLstm, pruning: Pruning, base: EseParameters) {
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
