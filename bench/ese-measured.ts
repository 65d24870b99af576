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
import { driveEseOverlapped } from "../testbench/drivers/ese-overlapped.ts";

/** What a step takes. */
export interface Measured {
  readonly cycles: number;
  /** Edges from the first element of x to the last one of y: of a step more in a row of steps, and of a step by itself. */
  readonly steady: number;
  readonly alone: number;
  /** Of steps in a row. Stored entries, padding included, and entries that are weights, over PEs x cycles. */
  readonly efficiency: number;
  readonly nonzeroEfficiency: number;
}

/** Steps of a sequence from whose edges those of one more follow. */
const stepsInARow = 3;

/** A step on the RTL in this process, x and y included; throws where it differs from the golden model or the cycle model. */
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
    const [{ x, state }] = operation.sequences;
    const edges = async (steps: number) => {
      const row = { ...operation, sequences: [{ x: Array.from({ length: steps }, () => x[0]), state }] };
      const outcome = await driveEseOverlapped(simulation, parameters, row);
      if (JSON.stringify(outcome.result) !== JSON.stringify(goldenEse(parameters, row))) throw new Error("ese differs");
      return outcome.cycles;
    };
    const alone = await edges(1);
    const steady = ((await edges(stepsInARow)) - alone) / (stepsInARow - 1);
    log(`${network.cells} cells on ${parameters.pes} PEs: ${entries} entries in ${cycles} cycles, ${steady} in a row`);
    return {
      ...{ cycles, steady, alone },
      efficiency: entries / (parameters.pes * steady),
      nonzeroEfficiency: weightsOf(network) / (parameters.pes * steady),
    };
  } finally {
    await simulation.close();
  }
}

/** Stored entries over PEs x edges of a step in a row, which are its cycles by the model and one for each of two commands. */
export function modelledEfficiency(lstm: DenseLstm, pruning: Pruning, base: EseParameters): number {
  const { operation, parameters } = operationOf(lstm, pruning, base);
  const { loads, ...rest } = stepLoads(parameters, operation.network);
  const entries = loads.reduce((sum, of) => sum + Array.from(of).reduce((a, b) => a + b, 0), 0);
  return entries / (parameters.pes * (stepCycles(parameters, { loads, ...rest }) + 2));
}

/** The cycles of a step by the model. */
export function modelled(lstm: DenseLstm, pruning: Pruning, base: EseParameters): number {
  const { operation, parameters } = operationOf(lstm, pruning, base);
  return stepCycles(parameters, stepLoads(parameters, operation.network));
}

/** One step on random inputs, on an array with the formats that the weights ask for; peephole weights, where it has them, are random. */
export function operationOf(lstm: DenseLstm, pruning: Pruning, base: EseParameters) {
  const { network: compressed, formats } = compressLstm(lstm, pruning, base);
  const random = new Random(7);
  const weights = () => Array.from({ length: compressed.cells }, () => Math.round(100 * random.normal()));
  const network = base.peephole
    ? { ...compressed, peephole: { i: weights(), f: weights(), o: weights() } }
    : compressed;
  const x = Array.from({ length: network.inputs }, () => Math.round(2 ** base.inputFraction * random.normal()));
  const state = { c: new Array<number>(network.cells).fill(0), y: new Array<number>(network.outputs).fill(0) };
  const operation: EseOperation = { network, sequences: [{ x: [x], state }], batched: false };
  return { operation, parameters: fitEse({ ...base, ...formats }, new Set(), operation) };
}

function weightsOf({ input, recurrent, projection }: EseNetwork): number {
  const matrices = [...Object.values(input), ...Object.values(recurrent), ...(projection ? [projection] : [])];
  return matrices.reduce((sum, { entries }) => sum + entries.length, 0);
}
