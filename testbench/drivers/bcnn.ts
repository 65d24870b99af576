import { arrayOf, type LayerParameters, laneOf, layerParameters } from "../../generators/bcnn/geometry.ts";
import type { BcnnOperation, BcnnResult, CnnLayer, MapResults } from "../../sw-model/bcnn/golden.ts";
import type { BcnnParameters } from "../../sw-model/bcnn/spec.ts";
import { bitAt, packBits } from "../../sw-model/binary/bits.ts";
import { resultRows } from "../../sw-model/xnor/golden.ts";
import type { Bits, Command, Simulation, Stalls } from "../simulation.ts";
import { layerWords, loadCommands, resultPorts, sendThrough } from "./binary.ts";
import { strayOf } from "./bnn.ts";
import { type Driver, type Outcome, type StalledDriver, stalledResults } from "./driver.ts";

const loadPorts = ["layer", "space", "pe", "address", "data"].map((field) => `load_data_${field}`);

/** The commands that load the layers of a network. */
export function loadLayers(parameters: BcnnParameters, layers: readonly CnnLayer[], tried = false): Command[] {
  const plans = layerParameters(parameters);
  const words = layers.flatMap((layer, i) =>
    layerWords(arrayOf(plans[i]), { ...layer, weights: laidOut(plans[i], layer) }).map((word): Bits[] => [i, ...word]),
  );
  return loadCommands(loadPorts, { words, stray: strayOf(plans.map(arrayOf)) }, tried);
}

/** The weights as the words of a vector lie: lanes without a column have the weight 1, and so never agree with their 0. */
function laidOut(plan: LayerParameters, { weights }: CnnLayer) {
  const { weightDepth, rowDepth } = arrayOf(plan);
  const lanes = (weightDepth / rowDepth) * plan.lanes;
  const lane = Array.from({ length: weights.cols }, (_, column) => laneOf(plan, column));
  const rows = Array.from({ length: weights.rows }, (_, row) => {
    const bits = new Uint8Array(lanes).fill(1);
    lane.forEach((at, column) => {
      bits[at] = bitAt(weights, row, column);
    });
    return bits;
  });
  return packBits(rows, lanes);
}

/** The bits of a pixel, the first channel lowest. */
function pixelWord(pixel: readonly number[]): bigint {
  return pixel.reduceRight((word, bit) => (word << 1n) | BigInt(bit), 0n);
}

/** Streams the maps through the loaded network, back to back or with stalls at both ends, until it is empty. */
export async function streamMaps(
  simulation: Simulation,
  parameters: BcnnParameters,
  { layers, inputs }: BcnnOperation,
  stalls?: Stalls,
  tried = false,
): Promise<{ result: BcnnResult; cycles: number }> {
  const plans = layerParameters(parameters);
  const [plan, layer] = [plans[plans.length - 1], layers[layers.length - 1]];
  const count = inputs.length * plan.output.width * plan.output.height;
  const array = arrayOf(plan);
  // The bits of a pixel leave together, as if there were a processing element for each.
  const marked = plan.results === "dots";
  const { ports, rowFolds, resultOf } = resultPorts(marked ? array : { ...array, pes: plan.outputs }, layer, {
    marked,
  });
  const rows = inputs.flatMap((map) => map.flatMap((row) => row.map((pixel) => [pixelWord(pixel)])));
  const { values, cycles } = await sendThrough(
    simulation,
    {
      push: { valid: "pixels_valid", ready: "pixels_ready", data: ["pixels_data"], rows },
      pull: { ...ports, count: count * rowFolds },
      limit: idleLimit(plans),
    },
    stalls,
    tried,
  );
  const results = inMaps(plan, resultRows(resultOf(values, count)), inputs.length);
  return { result: layer.thresholds ? { bits: results } : { dot: results }, cycles };
}

/** No result is farther from the one before than a map's way through all layers, one after another. */
function idleLimit(plans: readonly LayerParameters[]): number {
  return plans.reduce((sum, plan) => {
    const { input, map, padding } = plan;
    const places = (input.width + 2 * padding) * (input.height + 2 * padding);
    return sum + places + map.width * map.height * (arrayOf(plan).weightDepth + 10);
  }, 1000);
}

/** Pixels of maps as maps; a dense layer's are the results of an input each. */
function inMaps({ kernel, output }: LayerParameters, pixels: number[][], maps: number): MapResults {
  if (kernel === 0) return pixels;
  const { width, height } = output;
  return Array.from({ length: maps }, (_, i) =>
    Array.from({ length: height }, (_, y) => pixels.slice((i * height + y) * width, (i * height + y + 1) * width)),
  );
}

/** Loads the layers, then streams all maps through the pipeline. */
export async function streamBcnn(
  simulation: Simulation,
  parameters: BcnnParameters,
  operation: BcnnOperation,
  stalls?: Stalls,
  tried = false,
): Promise<Outcome<BcnnResult>> {
  const before = simulation.edges;
  await simulation.execute(loadLayers(parameters, operation.layers, tried));
  const { result, cycles } = await streamMaps(simulation, parameters, operation, stalls, tried);
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}

/** An operation without stalls. */
export const driveBcnn: Driver<BcnnParameters, BcnnOperation, BcnnResult> = (simulation, parameters, operation) =>
  streamBcnn(simulation, parameters, operation);

/** An operation with stalls, and what the ports promise tried. */
export const driveStalledBcnn: StalledDriver<BcnnParameters, BcnnOperation, BcnnResult> = stalledResults((...run) =>
  streamBcnn(...run, true),
);
