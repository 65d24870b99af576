import { arrayOf } from "../../generators/xnor/xnor.ts";
import { foldsOf } from "../../sw-model/xnor/folding.ts";
import type { BinaryResult, XnorOperation } from "../../sw-model/xnor/golden.ts";
import type { XnorParameters } from "../../sw-model/xnor/spec.ts";
import type { Simulation, Stalls } from "../simulation.ts";
import { layerWords, loadCommands, resultPorts, sendThrough, strayWords, vectorWords } from "./binary.ts";
import { type Driver, type Outcome, type StalledDriver, stalledResults } from "./driver.ts";

/** Loads the layer, then streams all vectors through it, back to back or with stalls at both ends. */
export async function streamXnor(
  simulation: Simulation,
  parameters: XnorParameters,
  operation: XnorOperation,
  stalls?: Stalls,
  tried = false,
): Promise<Outcome<BinaryResult>> {
  const { inputs, weights } = operation;
  const array = arrayOf(parameters);
  const { ports, rowFolds, resultOf } = resultPorts(array, operation);
  const { columnFolds } = foldsOf(weights, array);
  const rows = Array.from({ length: inputs.rows }, (_, i) => vectorWords(inputs, i, array.lanes)).flatMap((words) =>
    words.map((word) => [word]),
  );
  const loadPorts = ["load_data_space", "load_data_pe", "load_data_address", "load_data_data"];
  const before = simulation.edges;
  const unit = { ...array, results: parameters.results };
  const load = { words: layerWords(unit, operation), stray: strayWords(unit) };
  await simulation.execute(loadCommands(loadPorts, load, tried));
  const { values, cycles } = await sendThrough(
    simulation,
    {
      push: { valid: "words_valid", ready: "words_ready", data: ["words_data"], rows },
      pull: { ...ports, count: inputs.rows * rowFolds },
      limit: 2 * rowFolds * columnFolds + 1000,
    },
    stalls,
    tried,
  );
  return {
    result: resultOf(values, inputs.rows),
    cycles,
    ioCycles: simulation.edges - before - cycles,
  };
}

/** An operation without stalls. */
export const driveXnor: Driver<XnorParameters, XnorOperation, BinaryResult> = (simulation, parameters, operation) =>
  streamXnor(simulation, parameters, operation);

/** An operation with stalls, and what the ports promise tried. */
export const driveStalledXnor: StalledDriver<XnorParameters, XnorOperation, BinaryResult> = stalledResults((...run) =>
  streamXnor(...run, true),
);
