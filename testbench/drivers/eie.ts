import type { EieLayer } from "../../sw-model/eie/golden.ts";
import type { EieOperation } from "../../sw-model/eie/operation.ts";
import { operationTiles } from "../../sw-model/eie/operation-tiles.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import type { Tiling } from "../../sw-model/eie/tiles.ts";
import type { Simulation } from "../simulation.ts";
import type { Driver } from "./driver.ts";
import type { PlacedLayer } from "./eie-contents.ts";
import { type EieConnection, EieHost } from "./eie-host.ts";
import { perform } from "./exchange.ts";

/** A layer of any size in as many tiles as the memories ask for; computing counts as cycles, what is loaded and read apart. */
export async function driveTiles(
  simulation: Simulation,
  host: EieConnection,
  { codebook, relu }: Omit<EieLayer, "matrix">,
  { loads }: Tiling,
  x: ArrayLike<number>,
): Promise<{ y: number[]; cycles: number; ioCycles: number }> {
  const before = simulation.edges;
  const y: number[] = [];
  let cycles = 0;
  for (const { tiles, inputs, results } of loads) {
    const placed = tiles.map((tile) => ({ ...tile, codebook, relu, codebookIndex: 0 }));
    for (const piece of host.loadLayers(placed)) await perform(simulation, [piece]);
    if (inputs) {
      const values = Array.from({ length: inputs.count }, (_, i) => x[inputs.first + i]);
      await perform(simulation, [host.loadActivations(values)]);
    }
    const [edges] = await perform(simulation, [host.run(0, tiles.length - 1)]);
    cycles += edges;
    if (!results) continue;
    const [part] = await perform(simulation, [host.read(results.count, results.resultRow)]);
    for (const value of part) y.push(value);
  }
  return { y, cycles, ioCycles: simulation.edges - before - cycles };
}

/** One layer by some connection, in tiles where the memories do not hold it at once: load everything, compute, read the results. */
export function driveBy(
  connect: (parameters: EieParameters) => EieConnection,
): Driver<EieParameters, EieOperation, { y: number[] }> {
  return async (simulation, parameters, operation) => {
    const tiling = operationTiles(parameters, operation);
    const { y, ...edges } = await driveTiles(simulation, connect(parameters), operation, tiling, operation.x);
    return { result: { y }, ...edges };
  };
}

export const driveEie = driveBy((parameters) => new EieHost(parameters));

export interface NetworkOutcome {
  /** The results of every layer, or of the last one alone when the layers ran back to back. */
  readonly outputs: readonly number[][];
  readonly cycles: number;
  readonly ioCycles: number;
}

/** A network in the memories of an array; every layer gets its bias column from the hardware. */
export class LoadedNetwork {
  readonly #simulation: Simulation;
  readonly #layers: readonly PlacedLayer[];
  readonly #host: EieConnection;

  private constructor(simulation: Simulation, layers: readonly PlacedLayer[], host: EieConnection) {
    this.#simulation = simulation;
    this.#layers = layers;
    this.#host = host;
  }

  /** Loads all layers; the last column of each is the bias, and `biasActivation` the activation it meets. */
  static async load(
    simulation: Simulation,
    host: EieConnection,
    layers: readonly PlacedLayer[],
    biasActivation: number,
  ): Promise<LoadedNetwork> {
    for (const piece of host.loadLayers(layers, { activation: biasActivation })) await perform(simulation, [piece]);
    return new LoadedNetwork(simulation, layers, host);
  }

  /**
   * Runs one sample. `everyLayer` reads the results between the layers; they stay in the array, so computing takes the
   * same cycles as back to back.
   */
  async run(activations: ArrayLike<number>, options: { readonly everyLayer: boolean }): Promise<NetworkOutcome> {
    const layers = this.#layers;
    const host = this.#host;
    const last = layers.length - 1;
    const parts = options.everyLayer ? layers.map((_, i) => [i, i] as const) : [[0, last] as const];
    const before = this.#simulation.edges;
    const runs = parts.map(([from, to]) => host.run(from, to));
    const reads = parts.map(([, to]) => host.read(layers[to].matrix.rows, layers[to].resultRow));
    const [, ...replies] = await perform(this.#simulation, [
      host.loadActivations(activations),
      ...runs.flatMap((run, i) => [run, reads[i]]),
    ]);
    const cycles = replies.filter((reply) => typeof reply === "number").reduce((sum, ran) => sum + ran, 0);
    const outputs = replies.filter((reply) => Array.isArray(reply));
    return { outputs, cycles, ioCycles: this.#simulation.edges - before - cycles };
  }
}
