import type { Folds } from "../xnor/folding.ts";
import type { Place } from "./places.ts";

/** From position `from` to the next such run, position i stands at i + offset. Offsets never fall from one run to the next. */
interface Run {
  readonly from: number;
  readonly offset: number;
}

/**
 * Edges of an array with its buffer of words and the gathering of its results into a pixel. Words that follow each other
 * without a gap are one run, as are all row folds, so that a vector costs the same for any number of folds.
 *
 * An offered result that waits stops the array as a whole. Steps count its edges without those: step i is at edge i + offset,
 * with a run for each stop.
 */
export class ArrayEdges {
  readonly #folds: Folds;
  /** Vectors that the buffer has room for. */
  readonly #vectors: number;
  /** Steps from reading the last word of a row to offering its result. */
  readonly #latency: number;
  /** Every row's result leaves by itself, and nothing holds it back. */
  readonly #dots: boolean;
  readonly #next: Place;
  #stops: Run[] = [{ from: 0, offset: 0 }];
  /** Edges that free the words of the last vectors, by column, the earliest vector first. */
  readonly #freed: (readonly Run[])[] = [];
  /** Steps that read the words of the current vector in its first row. */
  #reads: Run[] = [];
  #column = 0;
  #nextRead = 0;
  /** The edge that took the last pixel. */
  #passed = 0;

  constructor(folds: Folds, depth: number, countRegisters: number, dots: boolean, next: Place) {
    this.#folds = folds;
    this.#vectors = Math.floor(depth / folds.columnFolds);
    this.#latency = 2 + countRegisters;
    this.#dots = dots;
    this.#next = next;
  }

  words(count: number, edge: number): number {
    const end = this.#column + count;
    const before = this.#freed.length < this.#vectors ? [] : this.#freed[0];
    let offset = edge - this.#column;
    let from = this.#column;
    // A word takes the room of one that was freed at an earlier edge.
    for (const [i, run] of before.entries()) {
      const until = Math.min(end, before[i + 1]?.from ?? end);
      if (until <= from) continue;
      offset = Math.max(offset, run.offset + 1);
      this.#read(from, until, offset);
      from = until;
    }
    this.#read(from, end, offset);
    this.#column = end;
    if (end === this.#folds.columnFolds) this.#finish();
    return end - 1 + offset;
  }

  /** Reads words that come at their column + offset, in the first row, each after the edge that takes it. */
  #read(from: number, until: number, offset: number): void {
    if (from === until) return;
    const step = Math.max(this.#nextRead, this.#stepAt(from + offset + 1));
    if (this.#reads.at(-1)?.offset !== step - from) this.#reads.push({ from, offset: step - from });
    this.#nextRead = step + until - from;
  }

  /** The vector is complete: its other rows, and what becomes of its results. */
  #finish(): void {
    const { rowFolds, columnFolds } = this.#folds;
    const firstEnd = this.#nextRead - 1;
    const lastEnd = firstEnd + (rowFolds - 1) * columnFolds;
    this.#nextRead = lastEnd + 1;
    if (this.#dots) this.#next.offer(this.#offered(lastEnd));
    else if (rowFolds === 1) this.#take(firstEnd, this.#next.offer(this.#offered(firstEnd)));
    else {
      // The first result of a pixel waits for the pixel before; the others find room.
      this.#take(firstEnd, Math.max(this.#offered(firstEnd), this.#passed));
      this.#passed = this.#next.offer(this.#offered(lastEnd) + 1);
    }
    const lastRow = rowFolds === 1 ? this.#reads : [{ from: 0, offset: lastEnd + 1 - columnFolds }];
    this.#freed.push(this.#edgesOf(lastRow));
    if (this.#freed.length > this.#vectors) this.#freed.shift();
    this.#reads = [];
    this.#column = 0;
    const current = this.#stops.findLastIndex((stop) => stop.from <= this.#nextRead);
    this.#stops = this.#stops.slice(current);
  }

  /** The first edge at which the result of a row can be taken whose last word a step reads. */
  #offered(step: number): number {
    return this.#edge(step + this.#latency) + 1;
  }

  /** The result of a row is taken at an edge; until then the array stands. */
  #take(step: number, edge: number): void {
    if (edge === this.#offered(step)) return;
    const from = step + this.#latency + 1;
    this.#stops.push({ from, offset: edge - from });
  }

  #edge(step: number): number {
    return step + (this.#stops.findLast(({ from }) => from <= step) as Run).offset;
  }

  /** The first step that is at an edge or later. */
  #stepAt(edge: number): number {
    const stops = this.#stops;
    for (let i = stops.length - 1; i > 0; i--) {
      const { from, offset } = stops[i];
      // Before a stop ends there is no step.
      if (edge > stops[i - 1].offset + from - 1) return Math.max(from, edge - offset);
    }
    return edge - stops[0].offset;
  }

  /** Edges of steps that are runs themselves. */
  #edgesOf(steps: readonly Run[]): Run[] {
    return steps.flatMap(({ from, offset }, i) => {
      const until = steps[i + 1]?.from ?? this.#folds.columnFolds;
      const starts = this.#stops.map((stop) => stop.from - offset).filter((column) => column > from && column < until);
      return [from, ...starts].map((column) => ({ from: column, offset: this.#edge(column + offset) - column }));
    });
  }
}
