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
  /** Cycles so far in which a column waited for a full queue. */
  blocked = 0;
  /** When the last column entered the third broadcast stage, and the last of its queues. */
  arrived = Number.NEGATIVE_INFINITY;
  #pushed = Number.NEGATIVE_INFINITY;
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

  /**
   * When a column enters the second broadcast stage, at `earliest` or as soon as the one before leaves it. It goes on when the one before
   * has entered all its queues, and then into each queue of its own as soon as that has room.
   */
  send(col: number, earliest: number): number {
    const columns = this.#columns;
    const first = this.first;
    const depth = this.#queueDepth;
    const taken = this.#taken;
    const place = this.#place;
    const free = this.#free;
    const sent = Math.max(earliest, this.arrived);
    const arrived = Math.max(sent + 1, this.#pushed);
    let pushed = arrived + 1;
    for (let k = 0; k < this.count; k++) {
      const { pointers } = columns[first + k];
      if (pointers[col] === pointers[col + 1]) continue;
      const entered = Math.max(arrived, taken[k * depth + place[k]]) + 1;
      if (entered > pushed) pushed = entered;
      const count = pointers[col + 1] - pointers[col];
      const take = Math.max(entered + 1, free[k]);
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
