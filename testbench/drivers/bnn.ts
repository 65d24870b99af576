import { layerUnits } from "../../generators/bnn/geometry.ts";
import { loadSpaces } from "../../generators/xnor/geometry.ts";
import type { MvtuParameters } from "../../generators/xnor/mvtu.ts";
import { addressWidth } from "../../hdl/index.ts";
import type { BnnOperation } from "../../sw-model/bnn/golden.ts";
import type { BnnParameters } from "../../sw-model/bnn/spec.ts";
import type { BinaryResult } from "../../sw-model/xnor/golden.ts";
import type { Bits, Command, Simulation, Stalls } from "../simulation.ts";
import { layerWords, loadCommands, resultPorts, sendThrough, strayWords, vectorWords } from "./binary.ts";
import { type Driver, type Outcome, type StalledDriver, stalledResults } from "./driver.ts";

const loadPorts = ["layer", "space", "pe", "address", "data"].map((field) => `load_data_${field}`);

/** The commands that load the layers of a network. */
export function loadLayers(
  parameters: BnnParameters,
  { layers, inputBits, scales }: Omit<BnnOperation, "inputs">,
  tried = false,
): Command[] {
  const units = layerUnits(parameters);
  const words = layers.flatMap((layer, i) =>
    layerWords(units[i], layer, i === 0 ? inputBits : undefined, i === layers.length - 1 ? scales : undefined).map(
      (word): Bits[] => [i, ...word],
    ),
  );
  return loadCommands(loadPorts, { words, stray: strayOf(units) }, tried);
}

/** Words for memories that a layer lacks, and for a layer that is not there. */
export function strayOf(units: readonly MvtuParameters[]): Bits[][] {
  const words = units.flatMap((unit, i) => strayWords(unit).map((word): Bits[] => [i, ...word]));
  const beyond = units.length < 2 ** addressWidth(units.length);
  return beyond ? [...words, [units.length, loadSpaces.folds, 0, 0, 0]] : words;
}

/** Streams vectors through the loaded network, back to back or with stalls at both ends, until it is empty. */
export async function streamVectors(
  simulation: Simulation,
  parameters: BnnParameters,
  { layers, inputs, inputBits, scales }: BnnOperation,
  stalls?: Stalls,
  tried = false,
): Promise<{ result: BinaryResult; cycles: number }> {
  const units = layerUnits(parameters);
  const { ports, rowFolds, resultOf } = resultPorts(units[units.length - 1], layers[layers.length - 1], {
    planes: layers.length === 1 ? inputBits : undefined,
    scales,
  });
  const vectors = inputs.rows / (inputBits ?? 1);
  const rows = Array.from({ length: inputs.rows }, (_, i) => vectorWords(inputs, i, units[0].lanes)).flatMap((words) =>
    words.map((word) => [word]),
  );
  const { values, cycles } = await sendThrough(
    simulation,
    {
      push: { valid: "words_valid", ready: "words_ready", data: ["words_data"], rows },
      pull: { ...ports, count: vectors * rowFolds },
      // No result can be farther from the last than a vector's way through all layers.
      limit: units.reduce((sum, unit) => sum + 2 * unit.weightDepth * unit.inputBits, 1000),
    },
    stalls,
    tried,
  );
  return { result: resultOf(values, vectors), cycles };
}

/** Loads the layers, then streams all vectors through the pipeline. */
export async function streamBnn(
  simulation: Simulation,
  parameters: BnnParameters,
  operation: BnnOperation,
  stalls?: Stalls,
  tried = false,
): Promise<Outcome<BinaryResult>> {
  const before = simulation.edges;
  await simulation.execute(loadLayers(parameters, operation, tried));
  const { result, cycles } = await streamVectors(simulation, parameters, operation, stalls, tried);
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}

/** An operation without stalls. */
export const driveBnn: Driver<BnnParameters, BnnOperation, BinaryResult> = (simulation, parameters, operation) =>
  streamBnn(simulation, parameters, operation);

/** An operation with stalls, and what the ports promise tried. */
export const driveStalledBnn: StalledDriver<BnnParameters, BnnOperation, BinaryResult> = stalledResults((...run) =>
  streamBnn(...run, true),
);
