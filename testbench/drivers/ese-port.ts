import { type EseGeometry, eseGeometry, loadSpaces } from "../../generators/ese/geometry.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { numberOf, packFields } from "../bits.ts";
import type { Bits, Command, Stalls, StreamPorts } from "../simulation.ts";
import type { StreamRows } from "./ese-streams.ts";
import { type Exchange, told } from "./exchange.ts";

/** A word of a memory: space, PE, channel, address, data. */
export type LoadWord = readonly [space: number, pe: number, channel: number, address: number, data: Bits];

/** For each PE its next entry, if it gets one with this word. */
export type WeightWord = readonly (number | undefined)[];

/** The counts of a column in neighbouring PEs, a pattern each. */
export type CountWord = readonly bigint[];

/** A step of a layer. Outputs rows are those of a PE; only with a projection they matter. */
export interface EseStep {
  readonly inputs: number;
  readonly outputs: number;
  readonly cells: number;
  readonly outputRows: number;
  /** Where there is more than one. */
  readonly layer?: number;
}

export interface EseReadOut {
  readonly count: number;
  readonly channel: number;
  /** So many channels after it follow, `count` elements of each; where there are several. */
  readonly more?: number;
  readonly states: boolean;
  readonly layer?: number;
}

/** Elements of all channels of a read-out. */
export const elementsOf = ({ count, more = 0 }: EseReadOut): number => count * (1 + more);

/** What a host can ask of an engine, whichever way it reaches it. */
export interface EsePort {
  /** Words for the memories. */
  load(words: readonly LoadWord[]): Exchange<void>;
  /** Starts a step of a layer. */
  run(step: EseStep): Exchange<void>;
  /** Weights and counts as rows of the streams that they come by. */
  weights(words: readonly WeightWord[]): StreamRows;
  counts(words: readonly CountWord[]): StreamRows;
  /** The stream of results, and how all streams hesitate if nobody says otherwise. */
  readonly results: StreamPorts;
  readonly stalls?: Stalls;
  /** Waits for the end of a step; gives its cycles where the engine tells them. */
  ended(limit: number): Exchange<number | undefined>;
  /** Reads y or cell states of a channel, or of several one after another. */
  read(what: EseReadOut): Exchange<readonly number[]>;
}

/** The words of a load port that carries commands, too: for a step of a layer, and for a read-out. */
export const runWord = (g: EseGeometry, step: EseStep): LoadWord => [
  ...([loadSpaces.run, 0, 0, 0] as const),
  packFields(g.run, { ...step }),
];
export const readWord = (g: EseGeometry, what: EseReadOut): LoadWord => [
  ...([loadSpaces.read, 0, 0, 0] as const),
  packFields(g.read, { ...what }),
];

/** The ports of the engine, as streams. */
export const ownPorts = {
  load: {
    ...{ valid: "load_valid", ready: "load_ready" },
    data: ["space", "pe", "channel", "address", "data"].map((field) => `load_data_${field}`),
  },
  results: { valid: "results_valid", ready: "results_ready", data: ["results_data"] },
} as const;

/** Far more edges than a word can wait for, the clearing of the accumulators after reset included. */
export const loadLimit = 100_000;

/** The engine by its own ports. With `stalls` words for memories come in the opposite order, since any will do, and results are taken hesitatingly. */
export class EseOwnPort implements EsePort {
  readonly results = ownPorts.results;
  readonly #stalls: Stalls | undefined;
  readonly #p: EseParameters;
  readonly #g: EseGeometry;

  constructor(parameters: EseParameters, stalls?: Stalls) {
    this.#p = parameters;
    this.#g = eseGeometry(parameters);
    this.#stalls = stalls;
  }

  load(words: readonly LoadWord[]): Exchange<void> {
    return told([this.#push(this.#stalls ? [...words].reverse() : words)]);
  }

  run(step: EseStep): Exchange<void> {
    return told([this.#push([runWord(this.#g, step)])]);
  }

  weights(words: readonly WeightWord[]): StreamRows {
    const lanes = Array.from({ length: this.#p.pes }, (_, pe) => `weights_data_${pe}`);
    return {
      ...{ valid: "weights_valid", ready: "weights_ready" },
      data: lanes.flatMap((lane) => [`${lane}_present`, `${lane}_entry`]),
      rows: words.map((word) => word.flatMap((entry) => (entry === undefined ? [0, 0] : [1, entry]))),
    };
  }

  counts(words: readonly CountWord[]): StreamRows {
    const { length } = this.#g.countWord;
    const data = Array.from({ length }, (_, lane) => `counts_data_${lane}`);
    return { ...{ valid: "counts_valid", ready: "counts_ready" }, data, rows: words };
  }

  ended(limit: number): Exchange<undefined> {
    return { commands: [{ kind: "until", port: "busy", value: 0, limit }], reply: () => undefined };
  }

  read(what: EseReadOut): Exchange<readonly number[]> {
    const pull = { ...ownPorts.results, count: elementsOf(what) };
    const none = { ...ownPorts.load, rows: [] };
    return {
      commands: [
        this.#push([readWord(this.#g, what)]),
        this.#stalls
          ? { kind: "exchange", push: none, pull, stalls: this.#stalls, limit: loadLimit }
          : { kind: "pull", ...pull, limit: loadLimit },
        { kind: "until", port: "busy", value: 0, limit: loadLimit },
      ],
      reply: ([, patterns]) => patterns.map((pattern) => Number(numberOf(pattern, this.#g.result))),
    };
  }

  #push(rows: readonly LoadWord[]): Command {
    return { kind: "push", ...ownPorts.load, rows, limit: loadLimit };
  }
}
