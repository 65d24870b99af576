import { type EseGeometry, eseGeometry, loadSpaces } from "../../generators/ese/geometry.ts";
import { columnLoads, columnsOf, encodeEse, type PeEntries } from "../../sw-model/ese/encode.ts";
import { type EseNetwork, type EseSequence, type EseState, gates } from "../../sw-model/ese/network.ts";
import type { EseOperation, EseResult } from "../../sw-model/ese/operation.ts";
import { type EseParameters, segmentsOf } from "../../sw-model/ese/spec.ts";
import { streamWords } from "../../sw-model/ese/words.ts";
import { numberOf, packFields, patternOf } from "../bits.ts";
import type { Bits, Command, CommandResults, Simulation, Stalls } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";

/** A word of the load port: space, PE, channel, address, data. */
type LoadWord = readonly [space: number, pe: number, channel: number, address: number, data: Bits];

/** Far more edges than a word can wait for, the clearing of the accumulators after reset included. */
const loadLimit = 100_000;

/** The words and commands of the host port, for one array and one network. */
export class EseHost {
  readonly #p: EseParameters;
  readonly #g: EseGeometry;
  readonly #network: EseNetwork;
  readonly #encoded: readonly PeEntries[];

  constructor(parameters: EseParameters, network: EseNetwork) {
    this.#p = parameters;
    this.#g = eseGeometry(parameters);
    this.#network = network;
    this.#encoded = encodeEse(network, parameters);
  }

  /** Weights, biases and peephole weights. */
  loadNetwork(): Command {
    const { weightBits, biasBits } = this.#p;
    const { bias, peephole, cells } = this.#network;
    const words: LoadWord[] = [];
    this.#encoded.forEach(({ weights }, pe) => {
      if (this.#p.weights === "memory") {
        weights.forEach((_, at) => {
          words.push([loadSpaces.entries, pe, 0, at, this.#entry(pe, at)]);
        });
      }
      words.push(...this.#countWords(pe));
    });
    for (let cell = 0; cell < cells; cell++) {
      const biases = Object.fromEntries(gates.map((gate) => [gate, patternOf(bias[gate][cell], biasBits)]));
      words.push([loadSpaces.biases, 0, 0, cell, packFields(this.#g.biases, biases)]);
      if (!peephole) continue;
      const [i, f, o] = [peephole.i, peephole.f, peephole.o].map((list) => patternOf(list[cell], weightBits));
      words.push([loadSpaces.peepholes, 0, 0, cell, packFields(this.#g.peepholes, { i, f, o })]);
    }
    return this.#push(words);
  }

  /** The state of a channel before the first step. */
  loadState(channel: number, { c, y }: EseState): Command {
    const { stateBits } = this.#p;
    const states = c.map((raw, cell): LoadWord => [loadSpaces.states, 0, channel, cell, patternOf(raw, stateBits)]);
    return this.#push([...states, ...this.#elements(loadSpaces.outputs, channel, y)]);
  }

  /** An element of x for every channel. */
  loadInputs(x: readonly (readonly number[])[]): Command {
    return this.#push(x.flatMap((values, channel) => this.#elements(loadSpaces.inputs, channel, values)));
  }

  /**
   * Commands that follow one another: start a step; where weights come by a stream, send them, with the stalls given; wait for the end.
   */
  step(stalls?: Stalls): { readonly start: Command; readonly rest: readonly Command[] } {
    const { inputs, outputs, cells } = this.#network;
    const outputRows = Math.ceil(outputs / this.#p.pes);
    const data = packFields(this.#g.run, { inputs, outputs, cells, outputRows });
    const entries = this.#encoded.reduce((sum, { weights }) => sum + weights.length, 0);
    const limit = 2 * (entries + columnsOf(this.#network) + cells + outputRows) + 1000;
    const start = this.#push([[loadSpaces.run, 0, 0, 0, data]]);
    const end: Command = { kind: "until", port: "busy", value: 0, limit };
    return { start, rest: this.#p.weights === "memory" ? [end] : [this.#sendWeights(limit, stalls), end] };
  }

  /** The entries of all PEs, a word of at most one for each at a time. */
  #sendWeights(limit: number, stalls?: Stalls): Command {
    const { pes, queueDepth } = this.#p;
    const { inputs, outputs } = this.#network;
    const words = streamWords(columnLoads(this.#encoded, this.#p), inputs + outputs, queueDepth);
    const next = new Uint32Array(pes);
    const rows = Array.from({ length: words.length / pes }, (_, word) =>
      Array.from(next, (_, pe): Bits[] => (words[word * pes + pe] ? [1, this.#entry(pe, next[pe]++)] : [0, 0])).flat(),
    );
    const data = this.#encoded.flatMap((_, pe) => [`weights_data_${pe}_present`, `weights_data_${pe}_entry`]);
    const push = { valid: "weights_valid", ready: "weights_ready", data, rows };
    const pull = { valid: "results_valid", ready: "results_ready", data: ["results_data"], count: 0 };
    return { kind: "exchange", push, pull, limit, ...(stalls ? { stalls } : {}) };
  }

  #entry(pe: number, at: number): number {
    const { weightBits } = this.#p;
    const { weights, indices } = this.#encoded[pe];
    return indices[at] * 2 ** weightBits + Number(patternOf(weights[at], weightBits));
  }

  /** Read a channel's y or, with `states`, c; the second command gives the patterns. */
  read(channel: number, states: boolean): Command[] {
    const count = states ? this.#network.cells : this.#network.outputs;
    const data = packFields(this.#g.read, { count, channel, states });
    return [
      this.#push([[loadSpaces.read, 0, 0, 0, data]]),
      { kind: "pull", valid: "results_valid", ready: "results_ready", data: ["results_data"], count, limit: loadLimit },
      { kind: "until", port: "busy", value: 0, limit: loadLimit },
    ];
  }

  /** The numbers behind the patterns that a read gave. */
  results(patterns: readonly bigint[]): number[] {
    return patterns.map((pattern) => Number(numberOf(pattern, this.#g.result)));
  }

  #countWords(pe: number): LoadWord[] {
    const segments = segmentsOf(this.#p);
    const { counts } = this.#encoded[pe];
    return Array.from({ length: counts.length / segments }, (_, column): LoadWord => {
      let data = 0n;
      for (let s = segments - 1; s >= 0; s--) {
        data = (data << BigInt(this.#g.count.width)) | BigInt(counts[column * segments + s]);
      }
      return [loadSpaces.counts, pe, 0, column, data];
    });
  }

  #elements(space: number, channel: number, values: readonly number[]): LoadWord[] {
    const { pes, activationBits } = this.#p;
    return values.map((value, j): LoadWord => {
      return [space, j % pes, channel, Math.floor(j / pes), patternOf(value, activationBits)];
    });
  }

  #push(rows: readonly LoadWord[]): Command {
    const data = ["space", "pe", "channel", "address", "data"].map((field) => `load_data_${field}`);
    return { kind: "push", valid: "load_valid", ready: "load_ready", data, rows, limit: loadLimit };
  }
}

/** Loads network and states, then for every step loads x, computes and reads y; reads c in the end. */
export const driveEse: Driver<EseParameters, EseOperation, EseResult> = (simulation, parameters, operation) =>
  driveEseWith(simulation, parameters, operation);

/** As `driveEse`; where weights come by a stream, it hesitates as asked. */
export async function driveEseWith(
  simulation: Simulation,
  parameters: EseParameters,
  { network, sequences, batched }: EseOperation,
  stalls?: Stalls,
): Promise<Outcome<EseResult>> {
  const host = new EseHost(parameters, network);
  const before = simulation.edges;
  await simulation.execute([host.loadNetwork()]);
  const { y, c, cycles } = await runSequences(simulation, host, sequences, stalls);
  const result = batched ? { y, c } : { y: y[0], c: c[0] };
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
}

/** Sequences from their states on, a channel each, on an array that holds the network already. */
export async function runSequences(
  simulation: Simulation,
  host: EseHost,
  sequences: readonly EseSequence[],
  stalls?: Stalls,
): Promise<{ readonly y: number[][][]; readonly c: number[][]; readonly cycles: number }> {
  await simulation.execute(sequences.map(({ state }, c) => host.loadState(c, state)));
  const { start, rest } = host.step(stalls);
  const reads = (states: boolean) => sequences.flatMap((_, c) => host.read(c, states));
  // The second of the commands of a read gives its values.
  const valuesOf = (replies: CommandResults) => sequences.map((_, c) => host.results(replies[3 * c + 1]));
  let cycles = 0;
  const y = sequences.map((): number[][] => []);
  for (const [t] of sequences[0].x.entries()) {
    await simulation.execute([host.loadInputs(sequences.map(({ x }) => x[t])), start]);
    const started = simulation.edges;
    await simulation.execute(rest);
    cycles += simulation.edges - started;
    valuesOf(await simulation.execute(reads(false))).forEach((values, c) => {
      y[c].push(values);
    });
  }
  const c = valuesOf(await simulation.execute(reads(true)));
  return { y, c, cycles };
}
