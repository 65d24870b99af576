import type { EieParameters } from "./spec.ts";

/** Edges from a PE's last entry to the one at which it reads its accumulator, apart from those that the product takes. */
const pipelineDepth = 2;

/** What a layer leaves to the next one: edges after this one is taken up. */
export interface Handover {
  /** Its first row of activations is read. */
  readonly starts: number;
  /** The results of the layer before are written back: other rows can be read, and its own results written back. */
  readonly settled: number;
  /** PEs take columns from their queues. */
  readonly columnsBegin: number;
}

/** What is broadcast, and when the layer before makes room. */
export interface Broadcasts {
  readonly activations: ArrayLike<number>;
  /** One more column after them. */
  readonly bias: boolean;
  readonly before: Handover;
}

interface Group extends Pick<EieParameters, "pes" | "queueDepth" | "productStages"> {
  /** The first PE of the `pes` ones, and how many there are. */
  readonly first: number;
  readonly count: number;
  /** PEs take no column from their queues before. */
  readonly columnsBegin: number;
}

/** When columns enter the queues of PEs that hear of a broadcast in the same cycle, and leave them. */
export class PeGroup {
  readonly first: number;
  readonly count: number;
  /** Entries of all columns so far. */
  entries = 0;
  /** Cycles so far in which a column waited for a full queue. */
  blocked = 0;
  /** Cycles so far in which a PE could have begun a queued column, had the results of the layer before been written back; summed over the PEs. */
  held = 0;
  /** When the last column entered the third broadcast stage, and the last of its queues. */
  arrived = Number.NEGATIVE_INFINITY;
  #pushed = Number.NEGATIVE_INFINITY;
  readonly #counts: ArrayLike<number>;
  readonly #pes: number;
  readonly #queueDepth: number;
  readonly #stages: number;
  readonly #columnsBegin: number;
  // Of each PE: when it took each of its last `queueDepth` columns, a ring; its place there; when it is free for another.
  readonly #taken: Float64Array;
  readonly #place: Uint32Array;
  readonly #free: Float64Array;

  /** `counts`: how many entries column j has on PE k, at j · pes + k. */
  constructor(counts: ArrayLike<number>, { pes, first, count, queueDepth, productStages, columnsBegin }: Group) {
    this.#counts = counts;
    this.#pes = pes;
    this.first = first;
    this.count = count;
    this.#queueDepth = queueDepth;
    this.#stages = productStages;
    this.#columnsBegin = columnsBegin;
    this.#taken = new Float64Array(count * queueDepth).fill(Number.NEGATIVE_INFINITY);
    this.#place = new Uint32Array(count);
    this.#free = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * When a column enters the second broadcast stage, at `earliest` or as soon as the one before leaves it. It goes on when the one before
   * has entered all its queues, and then into each queue of its own as soon as that has room.
   */
  send(col: number, earliest: number): number {
    const counts = this.#counts;
    const first = col * this.#pes + this.first;
    const depth = this.#queueDepth;
    const taken = this.#taken;
    const place = this.#place;
    const free = this.#free;
    const begin = this.#columnsBegin;
    const sent = Math.max(earliest, this.arrived);
    const arrived = Math.max(sent + 1, this.#pushed);
    let pushed = arrived + 1;
    for (let k = 0; k < this.count; k++) {
      const count = counts[first + k];
      if (count === 0) continue;
      const entered = Math.max(arrived, taken[k * depth + place[k]]) + 1;
      if (entered > pushed) pushed = entered;
      const ready = Math.max(entered + 1, free[k]);
      const take = Math.max(ready, begin);
      this.held += take - ready;
      taken[k * depth + place[k]] = take;
      place[k] = place[k] + 1 === depth ? 0 : place[k] + 1;
      free[k] = take + count;
      this.entries += count;
    }
    this.blocked += pushed - arrived - 1;
    this.arrived = arrived;
    this.#pushed = pushed;
    return sent;
  }

  /** From when on all PEs show that they have nothing left to do. */
  get end(): number {
    return (
      this.#free.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY) +
      pipelineDepth +
      this.#stages +
      1
    );
  }
}

/** When a row is taken up that follows one taken up at `before`, which is done at `done`: read after it was, as soon as rows can be read. */
export function nextRow(before: number, done: number, settled: number): number {
  return Math.max(done, Math.max(before, settled) + 1);
}

/** Cycles of a layer on an array of one group, until the end is noticed: see `chainCycles`. */
export function groupCycles(group: PeGroup, { activations, bias, before }: Broadcasts) {
  // When the last column entered the second stage.
  let sent = Number.NEGATIVE_INFINITY;
  // When a row is taken up, and when the last activation of it was found.
  let row = before.starts + 1;
  const { length } = activations;
  for (let start = 0; start < length; start += group.count) {
    let found = row;
    for (let col = start; col < Math.min(start + group.count, length); col++) {
      if (activations[col] === 0) continue;
      found = Math.max(found + 1, sent);
      sent = group.send(col, found + 1);
    }
    const done = found === row ? row + 1 : found;
    row = start + group.count < length ? nextRow(row, done, before.settled) : done;
  }
  if (bias) {
    row = Math.max(row + 1, sent);
    group.send(length, row + 1);
  }
  return { done: Math.max(Math.max(row, group.arrived) + 1, group.end), blocked: group.blocked };
}
