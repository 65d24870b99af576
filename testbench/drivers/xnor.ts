import { arrayOf } from "../../generators/xnor/xnor.ts";
import { foldsOf } from "../../sw-model/xnor/folding.ts";
import type { BinaryResult, XnorOperation } from "../../sw-model/xnor/golden.ts";
import type { XnorParameters } from "../../sw-model/xnor/spec.ts";
import type { Simulation, Stalls } from "../simulation.ts";
import { layerWords, resultPorts, vectorWords } from "./binary.ts";
import type { Driver, Outcome } from "./driver.ts";

/** Loads the layer, then streams all vectors through it, back to back or with stalls at both ends. */
export async function streamXnor(
  simulation: Simulation,
  parameters: XnorParameters,
  operation: XnorOperation,
  stalls?: Stalls,
): Promise<Outcome<BinaryResult>> {
  const { inputs, weights } = operation;
  const array = arrayOf(parameters);
  const { data, rowFolds, resultOf } = resultPorts(array, operation);
  const { columnFolds } = foldsOf(weights, array);
  const vectors = Array.from({ length: inputs.rows }, (_, i) => vectorWords(inputs, i, array.lanes)).flat();
  const loadPorts = ["load_data_space", "load_data_pe", "load_data_address", "load_data_data"];
  const before = simulation.edges;
  const [, values] = await simulation.execute([
    {
      kind: "push",
      valid: "load_valid",
      ready: "load_ready",
      data: loadPorts,
      rows: layerWords({ ...array, results: parameters.results }, operation),
      limit: 10,
    },
    {
      kind: "exchange",
      push: { valid: "words_valid", ready: "words_ready", data: ["words_data"], rows: vectors.map((word) => [word]) },
      pull: { valid: "results_valid", ready: "results_ready", data, count: inputs.rows * rowFolds },
      ...(stalls ? { stalls } : {}),
      limit: 2 * rowFolds * columnFolds + 1000,
    },
    { kind: "until", port: "busy", value: 0, limit: 10 },
  ]);
  const cycles = Number(values.at(-1));
  return {
    result: resultOf(values, inputs.rows),
    cycles,
    ioCycles: simulation.edges - before - cycles,
  };
}

/** An operation without stalls. */
export const driveXnor: Driver<XnorParameters, XnorOperation, BinaryResult> = (simulation, parameters, operation) =>
  streamXnor(simulation, parameters, operation);
