import { type EieGeometry, eieGeometry, loadSpaces } from "../../generators/eie/geometry.ts";
import { encodeCsc, type PeColumns } from "../../sw-model/eie/csc.ts";
import type { EieLayer } from "../../sw-model/eie/golden.ts";
import { type EieOperation, matrixOf } from "../../sw-model/eie/operation.ts";
import { rowRotations } from "../../sw-model/eie/rotations.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import type { Tiling } from "../../sw-model/eie/tiles.ts";
import { numberOf, packFields, patternOf } from "../bits.ts";
import type { Bits, Command, CommandResults, Simulation } from "../simulation.ts";
import type { Driver } from "./driver.ts";

/** Where a layer stands in the memories of the array. */
interface LayerPlace {
  readonly columns: readonly PeColumns[];
  readonly firstWord: readonly number[];
  readonly pointerBase: number;
}

/** A layer that stands elsewhere than at its usual place: a tile, say. */
export interface PlacedLayer extends EieLayer {
  /** Rotations with `balance`; default those of its matrix. */
  readonly rotations?: Uint16Array | undefined;
  /** First rows of inputs and results in the activation memory. Default 0. */
  readonly sourceRow?: number;
  readonly resultRow?: number;
  /** Leave the sums in the accumulators for the next layer. Default false. */
  readonly hold?: boolean;
  /** Which codebook it uses; default the one with its own number. */
  readonly codebookIndex?: number;
}

/** A word of the load port: space, PE, address, data. */
type LoadWord = readonly [space: number, pe: number, address: number, data: Bits];

const countNames = [
  ...(["cycles", "blocked", "broadcasts", "columns", "issued", "padding"] as const),
  ...(["wordReads", "saturated", "clipped"] as const),
];

/** What the array counted in the last run of a layer (generators/eie/counters.ts). */
export type EieCounts = Readonly<Record<(typeof countNames)[number], number>>;

/** Far more edges than a word can wait for, the clearing of the registers after reset included. */
const loadLimit = 100_000;

/** The words and commands of the host port, for one array. */
export class EieHost {
  readonly #p: EieParameters;
  readonly #g: EieGeometry;
  /** No layer can take longer: twice one edge an entry of all PEs, one a column and a row, and the pipeline. */
  #runLimit = 0;

  constructor(parameters: EieParameters) {
    this.#p = parameters;
    this.#g = eieGeometry(parameters);
  }

  /** Memory contents and descriptors of layers that are held side by side, layer n under descriptor n. */
  loadLayers(layers: readonly PlacedLayer[], bias?: { readonly activation: number }): Command {
    return this.#push([...this.#layerWords(layers, bias)]);
  }

  /** The same in pieces, for layers of millions of entries. */
  *loadInPieces(layers: readonly PlacedLayer[]): Generator<Command> {
    let piece: LoadWord[] = [];
    for (const word of this.#layerWords(layers)) {
      piece.push(word);
      if (piece.length < 2 ** 17) continue;
      yield this.#push(piece);
      piece = [];
    }
    yield this.#push(piece);
  }

  *#layerWords(layers: readonly PlacedLayer[], bias?: { readonly activation: number }): Generator<LoadWord> {
    const nextWord = new Array<number>(this.#p.pes).fill(0);
    let pointerBase = 0;
    this.#runLimit = 0;
    for (const [index, layer] of layers.entries()) {
      const columns = encodeCsc(layer.matrix, { ...this.#p, rotations: layer.rotations });
      const entries = columns.reduce((sum, { codes }) => sum + codes.length, 0);
      this.#runLimit += 2 * (entries + layer.matrix.cols + layer.matrix.rows) + 1000;
      const place = { columns, firstWord: [...nextWord], pointerBase };
      yield* this.#entryWords(place);
      yield* this.#pointerWords(place);
      yield* this.#codebookWords(layer.codebook, layer.codebookIndex ?? index);
      if (this.#p.balance) yield* this.#rotationWords(layer, index);
      yield [loadSpaces.layers, 0, index, this.#descriptor(layer, index, pointerBase, bias)];
      pointerBase += layer.matrix.cols + 1;
      columns.forEach(({ codes }, pe) => {
        nextWord[pe] += Math.ceil(codes.length / this.#p.entriesPerWord);
      });
    }
  }

  /** Source activations, with zeros in the rest of the last row. */
  loadActivations(x: ArrayLike<number>): Command {
    const { pes, activationBits } = this.#p;
    const length = Math.ceil(x.length / pes) * pes;
    const words = Array.from({ length }, (_, j): LoadWord => {
      const value = j < x.length ? patternOf(x[j], activationBits) : 0;
      return [loadSpaces.activations, j % pes, Math.floor(j / pes), value];
    });
    return this.#push(words);
  }

  /** Start the layers `first` to `last` and wait for the end; the second command gives the cycles. */
  run(first: number, last: number): Command[] {
    const data = packFields(this.#g.run, { firstLayer: first, lastLayer: last });
    return [
      this.#push([[loadSpaces.run, 0, 0, data]]),
      { kind: "until", port: "busy", value: 0, limit: this.#runLimit },
    ];
  }

  /** Read `count` activations, from a row on; the second command gives them, in whole rows. */
  read(count: number, firstRow = 0): Command[] {
    const rows = Math.ceil(count / this.#p.pes);
    return [
      this.#push([[loadSpaces.read, 0, firstRow, rows]]),
      {
        kind: "pull",
        valid: "results_valid",
        ready: "results_ready",
        data: ["results_data"],
        count: rows * this.#p.pes,
        limit: loadLimit,
      },
      { kind: "until", port: "busy", value: 0, limit: loadLimit },
    ];
  }

  /** Commands after which `countsOf` finds the counters of a layer among their replies; only with `counters`. */
  counts(layer: number): Command[] {
    const peeks = countNames.map((name): Command => ({ kind: "peek", port: `counts_${name}` }));
    return [{ kind: "step", cycles: 3 }, { kind: "poke", port: "countsLayer", value: layer }, ...peeks];
  }

  /** The counters, from the replies to `counts`. */
  countsOf([, , ...values]: CommandResults): EieCounts {
    return Object.fromEntries(countNames.map((name, i) => [name, Number(values[i][0])])) as EieCounts;
  }

  /** The numbers behind the patterns that a read gave. */
  results(patterns: readonly bigint[], count: number): number[] {
    return patterns.slice(0, count).map((pattern) => Number(numberOf(pattern, this.#g.activation)));
  }

  #push(words: readonly LoadWord[]): Command {
    const data = ["load_data_space", "load_data_pe", "load_data_address", "load_data_data"];
    return { kind: "push", valid: "load_valid", ready: "load_ready", data, rows: words, limit: loadLimit };
  }

  *#entryWords({ columns, firstWord }: LayerPlace): Generator<LoadWord> {
    const { entriesPerWord, weightBits } = this.#p;
    const { entryBits } = this.#g;
    for (const [pe, { codes, indices }] of columns.entries()) {
      for (let word = 0; word * entriesPerWord < codes.length; word++) {
        let data = 0n;
        for (let lane = 0; lane < entriesPerWord; lane++) {
          const at = word * entriesPerWord + lane;
          if (at >= codes.length) break;
          data |= BigInt((indices[at] << weightBits) | codes[at]) << BigInt(lane * entryBits);
        }
        yield [loadSpaces.entries, pe, firstWord[pe] + word, data];
      }
    }
  }

  *#pointerWords({ columns, firstWord, pointerBase }: LayerPlace): Generator<LoadWord> {
    const { entriesPerWord } = this.#p;
    for (const [pe, { pointers }] of columns.entries()) {
      const first = firstWord[pe] * entriesPerWord;
      for (const [j, pointer] of pointers.entries()) yield [loadSpaces.pointers, pe, pointerBase + j, first + pointer];
    }
  }

  #codebookWords(codebook: readonly number[], index: number): LoadWord[] {
    const { weightBits, codebookBits } = this.#p;
    return codebook.map((value, code) => [
      loadSpaces.codebook,
      0,
      index * 2 ** weightBits + code,
      patternOf(value, codebookBits),
    ]);
  }

  #rotationWords({ matrix, rotations }: PlacedLayer, index: number): LoadWord[] {
    const first = index * 2 ** this.#g.row.width;
    return Array.from(rotations ?? rowRotations(matrix, this.#p.pes), (by, row) => [
      loadSpaces.rotations,
      0,
      first + row,
      by,
    ]);
  }

  /** With a bias, the last column of the matrix is the hardware's, not one of the inputs. */
  #descriptor(layer: PlacedLayer, index: number, pointerBase: number, bias?: { activation: number }): bigint {
    const { matrix, relu, sourceRow = 0, resultRow = 0, hold = false, codebookIndex = index } = layer;
    const inputs = bias ? matrix.cols - 1 : matrix.cols;
    return packFields(this.#g.layer, {
      pointerBase,
      biasPointer: bias ? pointerBase + inputs : 0,
      inputRows: Math.ceil(inputs / this.#p.pes),
      outputRows: Math.ceil(matrix.rows / this.#p.pes),
      sourceRow,
      resultRow,
      hold,
      biasValue: bias?.activation ?? 0,
      bias: bias !== undefined,
      relu,
      codebook: codebookIndex,
    });
  }
}

/** A layer of any size in as many tiles as the memories ask for: inputs in, every load run, results out. */
export async function driveTiles(
  simulation: Simulation,
  parameters: EieParameters,
  { codebook, relu }: Omit<EieLayer, "matrix">,
  { loads, resultRow }: Tiling,
  x: ArrayLike<number>,
): Promise<{ y: number[]; cycles: number; ioCycles: number }> {
  const host = new EieHost(parameters);
  const before = simulation.edges;
  await simulation.execute([host.loadActivations(x)]);
  let cycles = 0;
  for (const tiles of loads) {
    const placed = tiles.map((tile) => ({ ...tile, codebook, relu, codebookIndex: 0 }));
    for (const piece of host.loadInPieces(placed)) await simulation.execute([piece]);
    const [, [edges]] = await simulation.execute(host.run(0, tiles.length - 1));
    cycles += Number(edges);
  }
  const rows = 1 + Math.max(...loads.flat().map(({ matrix, firstRow }) => firstRow + matrix.rows - 1));
  const [, patterns] = await simulation.execute(host.read(rows, resultRow));
  return { y: host.results(patterns, rows), cycles, ioCycles: simulation.edges - before - cycles };
}

/** One layer: load everything, compute, read the results. */
export const driveEie: Driver<EieParameters, EieOperation, { y: number[] }> = async (
  simulation,
  parameters,
  operation,
) => {
  const host = new EieHost(parameters);
  const { codebook, relu, x, rows } = operation;
  const before = simulation.edges;
  const [, , , [cycles], , patterns] = await simulation.execute([
    host.loadLayers([{ matrix: matrixOf(operation), codebook, relu }]),
    host.loadActivations(x),
    ...host.run(0, 0),
    ...host.read(rows),
  ]);
  const edges = simulation.edges - before;
  return { result: { y: host.results(patterns, rows) }, cycles: Number(cycles), ioCycles: edges - Number(cycles) };
};

export interface NetworkOutcome {
  /** The results of every layer, or of the last one alone when the layers ran back to back. */
  readonly outputs: readonly number[][];
  readonly cycles: number;
  readonly ioCycles: number;
}

/** A network in the memories of an array; every layer gets its bias column from the hardware. */
export class LoadedNetwork {
  readonly #simulation: Simulation;
  readonly #layers: readonly EieLayer[];
  readonly #host: EieHost;

  private constructor(simulation: Simulation, layers: readonly EieLayer[], host: EieHost) {
    this.#simulation = simulation;
    this.#layers = layers;
    this.#host = host;
  }

  /** Loads all layers; the last column of each is the bias, and `biasActivation` the activation it meets. */
  static async load(
    simulation: Simulation,
    parameters: EieParameters,
    layers: readonly EieLayer[],
    biasActivation: number,
  ): Promise<LoadedNetwork> {
    const host = new EieHost(parameters);
    await simulation.execute([host.loadLayers(layers, { activation: biasActivation })]);
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
    const replies = await this.#simulation.execute([
      host.loadActivations(activations),
      ...parts.flatMap(([from, to]) => [...host.run(from, to), ...host.read(layers[to].matrix.rows)]),
    ]);
    let cycles = 0;
    const outputs = parts.map(([, to], i) => {
      const [, ran, , patterns] = replies.slice(1 + 5 * i);
      cycles += Number(ran[0]);
      return host.results(patterns, layers[to].matrix.rows);
    });
    return { outputs, cycles, ioCycles: this.#simulation.edges - before - cycles };
  }
}
