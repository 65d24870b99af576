import { type EseGeometry, eseGeometry, loadSpaces } from "../../generators/ese/geometry.ts";
import { columnsOf, encodeEse, type PeEntries } from "../../sw-model/ese/encode.ts";
import { type EseNetwork, type EseState, gates } from "../../sw-model/ese/network.ts";
import type { EseOperation, EseResult } from "../../sw-model/ese/operation.ts";
import { type EseParameters, segmentsOf } from "../../sw-model/ese/spec.ts";
import { numberOf, packFields, patternOf } from "../bits.ts";
import type { Bits, Command } from "../simulation.ts";
import type { Driver } from "./driver.ts";

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
    this.#encoded.forEach(({ weights, indices }, pe) => {
      weights.forEach((weight, at) => {
        const data = indices[at] * 2 ** weightBits + Number(patternOf(weight, weightBits));
        words.push([loadSpaces.entries, pe, 0, at, data]);
      });
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

  /** One step; the second command gives the cycles. */
  step(): Command[] {
    const { inputs, outputs, cells } = this.#network;
    const outputRows = Math.ceil(outputs / this.#p.pes);
    const data = packFields(this.#g.run, { inputs, outputs, cells, outputRows });
    const entries = this.#encoded.reduce((sum, { weights }) => sum + weights.length, 0);
    const limit = 2 * (entries + columnsOf(this.#network) + cells + outputRows) + 1000;
    return [this.#push([[loadSpaces.run, 0, 0, 0, data]]), { kind: "until", port: "busy", value: 0, limit }];
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
export const driveEse: Driver<EseParameters, EseOperation, EseResult> = async (simulation, parameters, operation) => {
  const { network, sequences, batched } = operation;
  const host = new EseHost(parameters, network);
  const steps = sequences[0].x.length;
  const before = simulation.edges;
  const prologue = [host.loadNetwork(), ...sequences.map(({ state }, c) => host.loadState(c, state))];
  const ofStep = (t: number) => [
    host.loadInputs(sequences.map(({ x }) => x[t])),
    ...host.step(),
    ...sequences.flatMap((_, c) => host.read(c, false)),
  ];
  const each = 3 + 3 * sequences.length;
  const replies = await simulation.execute([
    ...prologue,
    ...Array.from({ length: steps }, (_, t) => ofStep(t)).flat(),
    ...sequences.flatMap((_, c) => host.read(c, true)),
  ]);
  let cycles = 0;
  const y = sequences.map((): number[][] => []);
  for (let t = 0; t < steps; t++) {
    const first = prologue.length + t * each;
    cycles += Number(replies[first + 2][0]);
    y.forEach((list, c) => {
      list.push(host.results(replies[first + 4 + 3 * c]));
    });
  }
  const last = prologue.length + steps * each;
  const c = sequences.map((_, i) => host.results(replies[last + 1 + 3 * i]));
  const result = batched ? { y, c } : { y: y[0], c: c[0] };
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
};
