import { layerUnits } from "../../generators/bnn/geometry.ts";
import type { BnnOperation } from "../../sw-model/bnn/golden.ts";
import type { BnnParameters } from "../../sw-model/bnn/spec.ts";
import type { BinaryResult } from "../../sw-model/xnor/golden.ts";
import type { Bits, Command, Simulation, Stalls } from "../simulation.ts";
import { layerWords, resultPorts, vectorWords } from "./binary.ts";
import type { Driver, Outcome } from "./driver.ts";

const loadPorts = ["layer", "space", "pe", "address", "data"].map((field) => `load_data_${field}`);

/** The command that loads the layers of a network. */
export function loadLayers(
  parameters: BnnParameters,
  { layers, inputBits, scales }: Omit<BnnOperation, "inputs">,
): Command {
  const units = layerUnits(parameters);
  const rows = layers.flatMap((layer, i) =>
    layerWords(units[i], layer, i === 0 ? inputBits : undefined, i === layers.length - 1 ? scales : undefined).map(
      (word): Bits[] => [i, ...word],
    ),
  );
  return { kind: "push", valid: "load_valid", ready: "load_ready", data: loadPorts, rows, limit: 10 };
}

/** Streams vectors through the loaded network, back to back or with stalls at both ends, until it is empty. */
export async function streamVectors(
  simulation: Simulation,
  parameters: BnnParameters,
  { layers, inputs, inputBits, scales }: BnnOperation,
  stalls?: Stalls,
): Promise<{ result: BinaryResult; cycles: number }> {
  const units = layerUnits(parameters);
  const { data, rowFolds, resultOf } = resultPorts(units[units.length - 1], layers[layers.length - 1], {
    planes: layers.length === 1 ? inputBits : undefined,
    scales,
  });
  const vectors = inputs.rows / (inputBits ?? 1);
  const words = Array.from({ length: inputs.rows }, (_, i) => vectorWords(inputs, i, units[0].lanes)).flat();
  const [values] = await simulation.execute([
    {
      kind: "exchange",
      push: { valid: "words_valid", ready: "words_ready", data: ["words_data"], rows: words.map((word) => [word]) },
      pull: { valid: "results_valid", ready: "results_ready", data, count: vectors * rowFolds },
      ...(stalls ? { stalls } : {}),
      // No result can be farther from the last than a vector's way through all layers.
      limit: units.reduce((sum, unit) => sum + 2 * unit.weightDepth * unit.inputBits, 1000),
    },
    { kind: "until", port: "busy", value: 0, limit: 10 },
  ]);
  return { result: resultOf(values, vectors), cycles: Number(values.at(-1)) };
}

/** Loads the layers, then streams all vectors through the pipeline. */
export async function streamBnn(
  simulation: Simulation,
  parameters: BnnParameters,
  operation: BnnOperation,
  stalls?: Stalls,
): Promise<Outcome<BinaryResult>> {
  const before = simulation.edges;
  await simulation.execute([loadLayers(parameters, operation)]);
  const { result, cycles } = await streamVectors(simulation, parameters, operation, stalls);
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}

/** An operation without stalls. */
export const driveBnn: Driver<BnnParameters, BnnOperation, BinaryResult> = (simulation, parameters, operation) =>
  streamBnn(simulation, parameters, operation);
