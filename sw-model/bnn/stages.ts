import type { Folds } from "../xnor/folding.ts";

/** A result that a unit offers: of the last row fold of its vector, or not. */
export interface Offer {
  readonly last: boolean;
}

/** One layer: its input buffer, the word that is used next, and the steps from a word to a result. */
export class Unit {
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
export interface Link {
  /** Whether a result is taken, when the next layer has room or not. */
  takes(room: boolean): boolean;
  /** Whether there is a word for the next layer. */
  offers(result: Offer | undefined): boolean;
  edge(result: Offer | undefined, passed: boolean): void;
}

export function linkOf(ratio: number, { columnFolds }: Folds): Link {
  if (ratio < 1) return new Gather(Math.round(1 / ratio));
  return ratio > 1 ? new Split(ratio, columnFolds) : direct;
}

/** A result is a word. */
const direct: Link = { takes: (room) => room, offers: (result) => result !== undefined, edge: () => undefined };

/** Several results make a word; the last result of a vector completes it. */
export class Gather implements Link {
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
export class Split implements Link {
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
