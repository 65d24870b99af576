import { type EseGeometry, eseGeometry, loadSpaces } from "../../generators/ese/geometry.ts";
import { columnLoads, columnsOf, encodeEse, type PeEntries } from "../../sw-model/ese/encode.ts";
import { biasLists, type EseNetwork, type EseSequence, type EseState } from "../../sw-model/ese/network.ts";
import { type EseOperation, type EseResult, layersOf, statesOf } from "../../sw-model/ese/operation.ts";
import { type EseParameters, segmentsOf } from "../../sw-model/ese/spec.ts";
import { streamWords } from "../../sw-model/ese/words.ts";
import { packFields, patternOf } from "../bits.ts";
import type { Simulation, Stalls } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";
import {
  type CountWord,
  EseOwnPort,
  type EsePort,
  type EseReadOut,
  type EseStep,
  type LoadWord,
  type WeightWord,
} from "./ese-port.ts";
import { type StreamRows, sendStreams } from "./ese-streams.ts";
import { type Exchange, perform } from "./exchange.ts";

interface Layer {
  readonly network: EseNetwork;
  /** PE by PE. */
  readonly encoded: readonly PeEntries[];
}

/** The words and commands of a host, for one array and one network, or several stacked ones. */
export class EseHost {
  readonly #p: EseParameters;
  readonly #g: EseGeometry;
  readonly #layers: readonly Layer[];
  readonly #port: EsePort;

  constructor(parameters: EseParameters, layers: readonly EseNetwork[], port: EsePort = new EseOwnPort(parameters)) {
    this.#p = parameters;
    this.#port = port;
    this.#g = eseGeometry(parameters);
    this.#layers = layers.map((network) => ({ network, encoded: encodeEse(network, parameters) }));
  }

  /** Weights, biases and peephole weights. */
  loadNetwork(): Exchange<void> {
    const { pes, weights, counts } = this.#p;
    const words: LoadWord[] = [];
    const firstEntry = new Uint32Array(pes);
    let firstColumn = 0;
    this.#layers.forEach(({ network, encoded }, layer) => {
      encoded.forEach((entries, pe) => {
        if (weights === "memory") {
          entries.weights.forEach((_, at) => {
            words.push([loadSpaces.entries, pe, 0, firstEntry[pe] + at, this.#entry(entries, at)]);
          });
        }
        firstEntry[pe] += entries.weights.length;
        if (counts === "stored") {
          const load = (data: bigint, column: number): LoadWord => [
            loadSpaces.counts,
            pe,
            0,
            firstColumn + column,
            data,
          ];
          words.push(...this.#columnCounts(entries).map(load));
        }
      });
      firstColumn += columnsOf(network);
      words.push(...this.#cellWords(network, layer));
    });
    return this.#port.load(words);
  }

  /** Words for PEs, channels and memories that are not there: they must change nothing. */
  loadStrays(): Exchange<void> {
    const { pes, channels, weights, counts, peephole } = this.#p;
    const { pe, channel, space, data } = this.#g.load.fields;
    const beyond = (count: number, { width }: { readonly width: number }) =>
      Array.from({ length: 2 ** width - count }, (_, i) => count + i);
    const missing = [
      ...(weights === "memory" ? [] : [loadSpaces.entries]),
      ...(counts === "stored" ? [] : [loadSpaces.counts]),
      ...(peephole ? [] : [loadSpaces.peepholes]),
      ...beyond(Object.keys(loadSpaces).length, space),
    ];
    const { entries, counts: columns, inputs, outputs, states } = loadSpaces;
    const places = [
      ...beyond(pes, pe).flatMap((of) => [entries, columns, inputs, outputs].map((into) => [into, of, 0] as const)),
      ...beyond(channels, channel).flatMap((of) => [inputs, outputs, states].map((into) => [into, 0, of] as const)),
      ...missing.map((into) => [into, 0, 0] as const),
    ];
    const ones = 2n ** BigInt(data.width) - 1n;
    return this.#port.load(places.map((place): LoadWord => [...place, 0, ones]));
  }

  /** The state of a channel before the first step, that of the first layer first. */
  loadState(channel: number, layers: readonly EseState[]): Exchange<void> {
    const { stateBits } = this.#p;
    const words = layers.flatMap(({ c, y }, layer) => [
      ...c.map((raw, cell): LoadWord => {
        return [loadSpaces.states, 0, channel, this.#cellPlace(layer, cell), patternOf(raw, stateBits)];
      }),
      ...this.#elements(loadSpaces.outputs, channel, y, layer),
    ]);
    return this.#port.load(words);
  }

  /** The elements of x of a step, for every channel. */
  loadInputs(x: readonly (readonly number[])[]): Exchange<void> {
    return this.#port.load(this.inputWords(x));
  }

  inputWords(x: readonly (readonly number[])[]): LoadWord[] {
    return x.flatMap((values, channel) => this.#elements(loadSpaces.inputs, channel, values));
  }

  /** For every layer a step, and edges that are more than it takes with weights in memories. */
  steps(): { readonly step: EseStep; readonly limit: number }[] {
    return this.#layers.map(({ network, encoded }, layer) => {
      const { inputs, outputs, cells } = network;
      const outputRows = Math.ceil(outputs / this.#p.pes);
      const entries = encoded.reduce((sum, { weights }) => sum + weights.length, 0);
      const limit = 2 * (entries + columnsOf(network) * this.#p.countWords + cells + outputRows) + 1000;
      return { step: { inputs, outputs, cells, outputRows, ...this.#layerField(layer) }, limit };
    });
  }

  /**
   * For every layer what follows one another: start a step; send what comes by streams, with the stalls given; wait for the end, which gives
   * the cycles if the engine tells them.
   */
  step(stalls = this.#port.stalls): {
    readonly start: Exchange<void>;
    send(simulation: Simulation): Promise<void>;
    readonly end: Exchange<number | undefined>;
  }[] {
    const streams = this.streams();
    return this.steps().map(({ step, limit }, layer) => ({
      start: this.#port.run(step),
      send: (simulation) => sendStreams(simulation, streams[layer], this.#port.results, limit, stalls),
      end: this.#port.ended(limit),
    }));
  }

  /** For every layer what comes by streams in a step: entries, counts, both or none. */
  streams(): StreamRows[][] {
    const { weights, counts } = this.#p;
    return this.#layers.map((layer) => [
      ...(weights === "stream" ? [this.#port.weights(this.#weightWords(layer))] : []),
      ...(counts === "stream" ? [this.#port.counts(this.#countWords(layer))] : []),
    ]);
  }

  /** The entries of all PEs, a word of at most one for each at a time. */
  #weightWords({ network: { inputs, outputs }, encoded }: Layer): WeightWord[] {
    const { pes, queueDepth } = this.#p;
    const words = streamWords(columnLoads(encoded, this.#p), inputs + outputs, queueDepth);
    const next = new Uint32Array(pes);
    return Array.from({ length: words.length / pes }, (_, word) =>
      encoded.map((entries, pe) => (words[word * pes + pe] ? this.#entry(entries, next[pe]++) : undefined)),
    );
  }

  /** Column by column the counts of all PEs, group by group. */
  #countWords({ network, encoded }: Layer): CountWord[] {
    const { pes, countWords } = this.#p;
    const counts = encoded.map((entries) => this.#columnCounts(entries));
    const lanes = pes / countWords;
    return Array.from({ length: columnsOf(network) * countWords }, (_, word) => {
      const first = (word % countWords) * lanes;
      return counts.slice(first, first + lanes).map((own) => own[Math.floor(word / countWords)]);
    });
  }

  #entry({ weights, indices }: PeEntries, at: number): number {
    const { weightBits } = this.#p;
    return indices[at] * 2 ** weightBits + Number(patternOf(weights[at], weightBits));
  }

  /** Reads a layer's y of a channel or, with `states`, its c. */
  read(channel: number, states: boolean, layer = this.#layers.length - 1): Exchange<readonly number[]> {
    return this.#port.read(this.readOut(channel, states, layer));
  }

  readOut(channel: number, states: boolean, layer = this.#layers.length - 1): EseReadOut {
    const { cells, outputs } = this.#layers[layer].network;
    const more = this.#p.channels > 1 ? { more: 0 } : {};
    return { count: states ? cells : outputs, channel, ...more, states, ...this.#layerField(layer) };
  }

  /** The same of the first channels, `sequences` of them. */
  readOuts(sequences: number, states: boolean, layer?: number): EseReadOut {
    const of = this.readOut(0, states, layer);
    return sequences > 1 ? { ...of, more: sequences - 1 } : of;
  }

  /** Reads y or cell states of the first channels, channel by channel. */
  readAll(sequences: number, states = false, layer?: number): Exchange<readonly (readonly number[])[]> {
    const what = this.readOuts(sequences, states, layer);
    const { commands, reply } = this.#port.read(what);
    return { commands, reply: (results) => inChannels(reply(results), what.count) };
  }

  /** Where there is more than one layer, commands say which. */
  #layerField(layer: number) {
    return this.#p.layers > 1 ? { layer } : {};
  }

  #cellPlace(layer: number, cell: number): number {
    return layer * 2 ** this.#g.cell.width + cell;
  }

  #cellWords(network: EseNetwork, layer: number): LoadWord[] {
    const { weightBits, biasBits } = this.#p;
    const lists = Object.entries(biasLists(network));
    const peephole = network.kind === "lstm" ? network.peephole : undefined;
    return Array.from({ length: network.cells }, (_, cell): LoadWord[] => {
      const place = this.#cellPlace(layer, cell);
      const biases = Object.fromEntries(lists.map(([name, list]) => [name, patternOf(list[cell], biasBits)]));
      const word: LoadWord = [loadSpaces.biases, 0, 0, place, packFields(this.#g.biases, biases)];
      if (!peephole) return [word];
      const [i, f, o] = [peephole.i, peephole.f, peephole.o].map((list) => patternOf(list[cell], weightBits));
      return [word, [loadSpaces.peepholes, 0, 0, place, packFields(this.#g.peepholes, { i, f, o })]];
    }).flat();
  }

  /** The counts of every column of a PE, packed. */
  #columnCounts({ counts }: PeEntries): bigint[] {
    const segments = segmentsOf(this.#p);
    return Array.from({ length: counts.length / segments }, (_, column) => {
      let data = 0n;
      for (let s = segments - 1; s >= 0; s--) {
        data = (data << BigInt(this.#g.count.width)) | BigInt(counts[column * segments + s]);
      }
      return data;
    });
  }

  #elements(space: number, channel: number, values: readonly number[], layer = 0): LoadWord[] {
    const { pes, activationBits, rowDepth } = this.#p;
    return values.map((value, j): LoadWord => {
      const row = layer * rowDepth + Math.floor(j / pes);
      return [space, j % pes, channel, row, patternOf(value, activationBits)];
    });
  }
}

/** Elements of channels one after another, `count` each. */
export function inChannels<T>(all: readonly T[], count: number): T[][] {
  return Array.from({ length: all.length / count }, (_, c) => all.slice(c * count, (c + 1) * count));
}

/**
 * One operation by some port: loads network and states, then for every step loads x, computes and reads y; reads c in the end. Streams
 * of weights and counts hesitate as asked.
 */
export async function driveEseBy(
  connect: (parameters: EseParameters) => EsePort,
  simulation: Simulation,
  parameters: EseParameters,
  operation: EseOperation,
  stalls?: Stalls,
): Promise<Outcome<EseResult>> {
  const { above, sequences, batched } = operation;
  const host = new EseHost(parameters, layersOf(operation), connect(parameters));
  const before = simulation.edges;
  await perform(simulation, [host.loadNetwork()]);
  const { y, c: layers, cycles } = await runSequences(simulation, host, sequences, stalls);
  const c = above ? layers : layers.map(([only]) => only);
  const result = batched ? { y, c } : { y: y[0], c: c[0] };
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}

/** An operation by the ports of the engine. */
export const driveEseWith = (
  simulation: Simulation,
  parameters: EseParameters,
  operation: EseOperation,
  stalls?: Stalls,
) => driveEseBy((p) => new EseOwnPort(p), simulation, parameters, operation, stalls);

export const driveEse: Driver<EseParameters, EseOperation, EseResult> = (simulation, parameters, operation) =>
  driveEseWith(simulation, parameters, operation);

/** Sequences from their states on, a channel each, on an array that holds the network already; c of all layers. */
export async function runSequences(
  simulation: Simulation,
  host: EseHost,
  sequences: readonly EseSequence[],
  stalls?: Stalls,
): Promise<{ readonly y: number[][][]; readonly c: number[][][]; readonly cycles: number }> {
  await perform(
    simulation,
    sequences.map((sequence, c) => host.loadState(c, statesOf(sequence))),
  );
  const layers = host.step(stalls);
  let cycles = 0;
  const y = sequences.map((): number[][] => []);
  for (const [t] of sequences[0].x.entries()) {
    await perform(simulation, [host.loadInputs(sequences.map(({ x }) => x[t]))]);
    for (const { start, send, end } of layers) {
      await perform(simulation, [start]);
      const started = simulation.edges;
      await send(simulation);
      const [counted] = await perform(simulation, [end]);
      cycles += counted ?? simulation.edges - started;
    }
    const [all] = await perform(simulation, [host.readAll(sequences.length)]);
    all.forEach((values, c) => void y[c].push([...values]));
  }
  const c = sequences.map((): number[][] => []);
  for (const [layer] of layers.entries()) {
    const reads = sequences.map((_, channel) => host.read(channel, true, layer));
    (await perform(simulation, reads)).forEach((values, channel) => void c[channel].push([...values]));
  }
  return { y, c, cycles };
}
