import { countNames } from "../../generators/eie/axi-registers.ts";
import { type EieGeometry, eieGeometry, loadSpaces } from "../../generators/eie/geometry.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { numberOf, packFields } from "../bits.ts";
import type { Bits, Command } from "../simulation.ts";
import { type Bias, EieContents, type LoadWord, type PlacedLayer } from "./eie-contents.ts";
import { type Exchange, told } from "./exchange.ts";

/** What the array counted in the last run of a layer (generators/eie/counters.ts). */
export type EieCounts = Readonly<Record<(typeof countNames)[number], number>>;

/** What a host can ask of an array, whichever way it reaches it. */
export interface EieConnection {
  /** Memory contents and descriptors of layers that are held side by side, in pieces where they are large. */
  loadLayers(layers: readonly PlacedLayer[], bias?: Bias): Iterable<Exchange<void>>;
  /** Source activations, with zeros in the rest of the last row. */
  loadActivations(x: ArrayLike<number>): Exchange<void>;
  /** Computes the layers `first` to `last`; gives the cycles. */
  run(first: number, last: number): Exchange<number>;
  /** Reads `count` activations, from a row on. */
  read(count: number, firstRow?: number): Exchange<number[]>;
  /** The counters of a layer's last run; only with `counters`. */
  counts(layer: number): Exchange<EieCounts>;
}

/** Far more edges than a word can wait for, the clearing of the registers after reset included. */
export const loadLimit = 100_000;
/** Words that go at once. */
const pieceWords = 2 ** 17;

/** The array by its own ports. */
export class EieHost implements EieConnection {
  readonly #p: EieParameters;
  readonly #g: EieGeometry;
  readonly #contents: EieContents;

  constructor(parameters: EieParameters) {
    this.#p = parameters;
    this.#g = eieGeometry(parameters);
    this.#contents = new EieContents(parameters);
  }

  *loadLayers(layers: readonly PlacedLayer[], bias?: Bias): Generator<Exchange<void>> {
    let piece: LoadWord[] = [];
    for (const item of this.#contents.layers(layers, bias)) {
      piece.push("fields" in item ? [loadSpaces.layers, 0, item.layer, packFields(this.#g.layer, item.fields)] : item);
      if (piece.length < pieceWords) continue;
      yield told([this.#push(piece)]);
      piece = [];
    }
    yield told([this.#push(piece)]);
  }

  loadActivations(x: ArrayLike<number>): Exchange<void> {
    return told([this.#push(this.#contents.activationWords(x))]);
  }

  run(first: number, last: number): Exchange<number> {
    const data = packFields(this.#g.run, { firstLayer: first, lastLayer: last });
    return {
      commands: [
        this.#push([[loadSpaces.run, 0, 0, data]]),
        { kind: "until", port: "busy", value: 0, limit: this.#contents.runLimit },
      ],
      reply: ([, [edges]]) => Number(edges),
    };
  }

  read(count: number, firstRow = 0): Exchange<number[]> {
    const rows = Math.ceil(count / this.#p.pes);
    return {
      commands: [
        this.askFor(rows, firstRow),
        {
          ...{ kind: "pull", valid: "results_valid", ready: "results_ready", data: ["results_data"] },
          ...{ count: rows * this.#p.pes, limit: loadLimit },
        },
        { kind: "until", port: "busy", value: 0, limit: loadLimit },
      ],
      reply: ([, patterns]) => patterns.slice(0, count).map((bits) => Number(numberOf(bits, this.#g.activation))),
    };
  }

  /** The command after which rows of activations come out. */
  askFor(rows: number, firstRow = 0): Command {
    return this.#push([[loadSpaces.read, 0, firstRow, rows]]);
  }

  counts(layer: number): Exchange<EieCounts> {
    const peeks = countNames.map((name): Command => ({ kind: "peek", port: `counts_${name}` }));
    return {
      commands: [{ kind: "step", cycles: 3 }, { kind: "poke", port: "countsLayer", value: layer }, ...peeks],
      reply: ([, , ...values]) =>
        Object.fromEntries(countNames.map((name, i) => [name, Number(values[i][0])])) as EieCounts,
    };
  }

  #push(words: readonly (readonly Bits[])[]): Command {
    const data = ["load_data_space", "load_data_pe", "load_data_address", "load_data_data"];
    return { kind: "push", valid: "load_valid", ready: "load_ready", data, rows: words, limit: loadLimit };
  }
}
