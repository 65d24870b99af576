import type { PeColumns } from "./csc.ts";
import type { EieParameters } from "./spec.ts";

/** Edges from a PE's last entry to the one at which its sum is written, apart from those that the product takes. */
const pipelineDepth = 3;

interface Group extends Pick<EieParameters, "queueDepth" | "productStages"> {
  /** The first PE, and how many there are. */
  readonly first: number;
  readonly count: number;
}

/** When columns enter the queues of PEs that hear of a broadcast in the same cycle, and leave them. */
export class PeGroup {
  readonly first: number;
  readonly count: number;
  /** Entries of all columns so far. */
  entries = 0;
  readonly #columns: readonly PeColumns[];
  readonly #queueDepth: number;
  readonly #stages: number;
  // Of each PE: when it took each of its last `queueDepth` columns, a ring; its place there; when it is free for another.
  readonly #taken: Float64Array;
  readonly #place: Uint32Array;
  readonly #free: Float64Array;

  constructor(columns: readonly PeColumns[], { first, count, queueDepth, productStages }: Group) {
    this.#columns = columns;
    this.first = first;
    this.count = count;
    this.#queueDepth = queueDepth;
    this.#stages = productStages;
    this.#taken = new Float64Array(count * queueDepth).fill(Number.NEGATIVE_INFINITY);
    this.#place = new Uint32Array(count);
    this.#free = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  }

  /** When a column enters the queues that has entered the second broadcast stage at `stage`: when all on whose PE it has entries have room. */
  push(col: number, stage: number): number {
    const columns = this.#columns;
    const first = this.first;
    const depth = this.#queueDepth;
    const taken = this.#taken;
    const place = this.#place;
    const free = this.#free;
    let push = stage + 1;
    for (let k = 0; k < this.count; k++) {
      const { pointers } = columns[first + k];
      if (pointers[col] === pointers[col + 1]) continue;
      const room = taken[k * depth + place[k]] + 1;
      if (room > push) push = room;
    }
    for (let k = 0; k < this.count; k++) {
      const { pointers } = columns[first + k];
      const count = pointers[col + 1] - pointers[col];
      if (count === 0) continue;
      const take = Math.max(push + 1, free[k]);
      taken[k * depth + place[k]] = take;
      place[k] = place[k] + 1 === depth ? 0 : place[k] + 1;
      free[k] = take + count;
      this.entries += count;
    }
    return push;
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
