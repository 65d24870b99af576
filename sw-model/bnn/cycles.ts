import { type Folds, foldsOf, type MatrixShape } from "../xnor/folding.ts";
import { type BnnParameters, perLayer } from "./spec.ts";

type Widths = Pick<BnnParameters, "pes" | "lanes">;

/** The folding of each layer of a pipeline. */
export function layerFolds(parameters: Widths, layers: readonly MatrixShape[]): Folds[] {
  const [pes, lanes] = [perLayer(parameters.pes, layers.length), perLayer(parameters.lanes, layers.length)];
  return layers.map((matrix, i) => foldsOf(matrix, { pes: pes[i], lanes: lanes[i] }));
}

/** The same, with the planes of the first layer's inputs as so many more columns. */
function stepsOf(parameters: Widths, layers: readonly MatrixShape[], planes: number): Folds[] {
  return layerFolds(parameters, layers).map((folds, i) =>
    i === 0 ? { ...folds, columnFolds: folds.columnFolds * planes } : folds,
  );
}

/**
 * Cycles a vector of a pipeline that is never stalled: those of its slowest layer, row folds x column folds (FINN, section
 * 4.3), or of the slowest place where results are split into words, should that be slower still.
 */
export function initiationInterval(parameters: Widths, layers: readonly MatrixShape[], planes = 1): number {
  const folds = stepsOf(parameters, layers, planes);
  const ratios = widthRatios(parameters, layers.length);
  const links = folds.slice(1).map(({ columnFolds: words }, i) => {
    const { rowFolds, columnFolds } = folds[i];
    const parts = ratios[i];
    // Every result but the last of a vector has all its parts.
    const rest = words - (rowFolds - 1) * parts;
    return parts <= 1 ? 0 : (rowFolds - 1) * Math.max(columnFolds, parts) + Math.max(columnFolds, rest);
  });
  return Math.max(...folds.map(({ rowFolds, columnFolds }) => rowFolds * columnFolds), ...links);
}

/**
 * Cycles of a pipeline through which `vectors` vectors go back to back, nothing stalled at its ends: from the edge that
 * accepts the first word to the one that hands over the last results. What is in the data makes no difference.
 * `countRegisters` says for each layer how many registers stand inside a popcount; none where it is left out.
 */
export function bnnCycles(
  parameters: BnnParameters,
  layers: readonly MatrixShape[],
  vectors: number,
  planes = 1,
  countRegisters: readonly number[] = [],
): number {
  const folds = stepsOf(parameters, layers, planes);
  const inputDepth = perLayer(parameters.inputDepth, layers.length);
  const units = folds.map((fold, i) => new Unit(fold, inputDepth[i], countRegisters[i] ?? 0));
  const links = widthRatios(parameters, layers.length).map((ratio, i) => linkOf(ratio, folds[i + 1]));
  let toSend = vectors * folds[0].columnFolds;
  let toTake = vectors * folds[folds.length - 1].rowFolds;
  let first = -1;
  for (let edge = 0; toTake > 0; edge++) {
    // Who can take what is offered, from the end backwards.
    let ready = true;
    const takes: boolean[] = [];
    const passes: boolean[] = [];
    for (let i = units.length - 1; i >= 0; i--) {
      takes[i] = ready;
      const room = units[i].room;
      if (i > 0) {
        passes[i - 1] = room;
        ready = links[i - 1].takes(room);
      }
    }
    // What moves at this edge.
    const given = units.map((unit, i) => (takes[i] ? unit.offered : undefined));
    const arrives = links.map((link, i) => passes[i] && link.offers(units[i].offered));
    const accepted = toSend > 0 && units[0].room;
    if (accepted) {
      toSend--;
      if (first < 0) first = edge;
    }
    if (given[given.length - 1]) {
      toTake--;
      if (toTake === 0) return edge - first;
    }
    units.forEach((unit, i) => {
      unit.edge(takes[i], i === 0 ? accepted : arrives[i - 1]);
    });
    links.forEach((link, i) => {
      link.edge(given[i], arrives[i]);
    });
  }
  return 0;
}

/** A result that a unit offers: of the last row fold of its vector, or not. */
interface Offer {
  readonly last: boolean;
}

/** Bits of a result of each layer but the last over those of a word of the next. */
function widthRatios({ pes, lanes }: Widths, layers: number): number[] {
  const taken = perLayer(lanes, layers);
  return perLayer(pes, layers)
    .slice(0, -1)
    .map((given, i) => given / taken[i + 1]);
}

/** One layer: its input buffer, the word that is used next, and the steps from a word to a result. */
class Unit {
  readonly #folds: Folds;
  readonly #depth: number;
  /** Words that came, less those of vectors that were used up. */
  #come = 0;
  /** Words of the current vector that left the buffer. */
  #freed = 0;
  #row = 0;
  #column = 0;
  /** What is read, is being counted, and is counted, the latest first: three steps, and one for each register. */
  readonly #steps: (Offer | undefined)[];
  offered: Offer | undefined;

  constructor(folds: Folds, depth: number, countRegisters: number) {
    this.#folds = folds;
    this.#depth = depth;
    this.#steps = new Array(2 + countRegisters).fill(undefined);
  }

  get room(): boolean {
    return this.#come - this.#freed < this.#depth;
  }

  /** One edge: whether what is offered, if anything, is taken, and whether a word comes. */
  edge(taken: boolean, comes: boolean): void {
    const { rowFolds, columnFolds } = this.#folds;
    if (!this.offered || taken) {
      this.offered = this.#steps.pop();
      let read: Offer | undefined;
      if (this.#row > 0 || this.#column < this.#come) {
        const last = this.#row === rowFolds - 1;
        if (last) this.#freed++;
        this.#column++;
        // Only the end of a row has a result.
        if (this.#column === columnFolds) {
          read = { last };
          this.#column = 0;
          this.#row = last ? 0 : this.#row + 1;
          if (last) {
            this.#come -= columnFolds;
            this.#freed = 0;
          }
        }
      }
      this.#steps.unshift(read);
    }
    if (comes) this.#come++;
  }
}

/** What stands between the results of one layer and the words of the next. */
interface Link {
  /** Whether a result is taken, when the next layer has room or not. */
  takes(room: boolean): boolean;
  /** Whether there is a word for the next layer. */
  offers(result: Offer | undefined): boolean;
  edge(result: Offer | undefined, passed: boolean): void;
}

function linkOf(ratio: number, { columnFolds }: Folds): Link {
  if (ratio < 1) return new Gather(Math.round(1 / ratio));
  return ratio > 1 ? new Split(ratio, columnFolds) : direct;
}

/** A result is a word. */
const direct: Link = { takes: (room) => room, offers: (result) => result !== undefined, edge: () => undefined };

/** Several results make a word; the last result of a vector completes it. */
class Gather implements Link {
  readonly #parts: number;
  #held = 0;
  #full = false;

  constructor(parts: number) {
    this.#parts = parts;
  }

  takes(room: boolean): boolean {
    return !this.#full || room;
  }

  offers(): boolean {
    return this.#full;
  }

  edge(result: Offer | undefined, passed: boolean): void {
    if (passed) this.#full = false;
    if (!result) return;
    this.#held++;
    if (this.#held === this.#parts || result.last) {
      this.#full = true;
      this.#held = 0;
    }
  }
}

/** A result waits in a register and makes several words, as far as the vector has them. */
class Split implements Link {
  readonly #parts: number;
  readonly #words: number;
  #held = false;
  #part = 0;
  #word = 0;

  constructor(parts: number, words: number) {
    this.#parts = parts;
    this.#words = words;
  }

  takes(room: boolean): boolean {
    return !this.#held || (room && this.#ends());
  }

  offers(): boolean {
    return this.#held;
  }

  edge(result: Offer | undefined, passed: boolean): void {
    if (passed) {
      this.#held = !this.#ends();
      this.#part = this.#held ? this.#part + 1 : 0;
      this.#word = this.#word === this.#words - 1 ? 0 : this.#word + 1;
    }
    if (result) this.#held = true;
  }

  /** The word that is offered is the last of its result. */
  #ends(): boolean {
    return this.#part === this.#parts - 1 || this.#word === this.#words - 1;
  }
}
