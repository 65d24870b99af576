import { columnLoads, encodeEse } from "./encode.ts";
import type { EseNetwork } from "./network.ts";
import { type EseOperation, layersOf } from "./operation.ts";
import type { EseParameters } from "./spec.ts";
import { streamWords } from "./words.ts";

/** What the cycles of a step depend on besides the array. */
export interface StepLoads {
  /** Stored entries of each column on each PE, padding included: `[pe][column]`, the columns of x, of y, then of m. */
  readonly loads: readonly ArrayLike<number>[];
  /** Columns of x and of y. */
  readonly gateColumns: number;
  readonly cells: number;
  /** Elements of y where there is a projection. */
  readonly projected?: number;
}

/** Edges from a cell's sums to its output. */
const cellLatencies = { lstm: 13, gru: 12 } as const;

/** Edges after an entry is issued in which its PE is still at work. */
const pipelineDepth = 3;

/** Cycles of all steps of an operation, one layer after another; they depend on the network alone, not on the numbers. */
export function eseCycles(parameters: EseParameters, operation: EseOperation): number {
  const cycles = layersOf(operation).map((network) => stepCycles(parameters, stepLoads(parameters, network)));
  return operation.sequences[0].x.length * cycles.reduce((sum, layer) => sum + layer);
}

/** The loads of a network on an array. */
export function stepLoads(parameters: EseParameters, network: EseNetwork): StepLoads {
  const { inputs, outputs, cells, projection } = network;
  return {
    loads: columnLoads(encodeEse(network, parameters), parameters),
    gateColumns: inputs + outputs,
    cells,
    ...(projection ? { projected: outputs } : {}),
  };
}

/**
 * Clock edges of a step, from the one at which the run is taken to the one at which the last result is written:
 *
 * - the columns of x and y, one a cycle, enter the queue of every PE on which they have entries, and wait while one of these is
 *   full; a PE issues an entry a cycle and takes its next column beside the last entry;
 * - when the last entry is through, a cell a cycle, each `cellLatency` edges long;
 * - with a projection, the columns of m in the same way, each once its cell is through, and a cycle for every row of y;
 * - where entries come by a stream, a word for all PEs a cycle from the first on, each as soon as every PE concerned has room;
 * - where counts come by a stream, a word a cycle from the first on, each as soon as its group has room; a column is not broadcast before the
 *   cycle after its last word.
 */
export function stepCycles(parameters: StepArray, { loads, gateColumns, cells, projected }: StepLoads): number {
  const cellLatency = cellLatencies[parameters.cell];
  const array = new QueuedArray(parameters, loads, gateColumns);
  const gates = array.run(0, gateColumns, () => gateColumns);
  if (projected === undefined) return gates + cells + cellLatency + 1;
  // A cell's output can be read one edge after it was written.
  const done = (cycle: number) => Math.max(0, Math.min(cells, cycle - cellLatency - 1));
  const rows = Math.ceil(projected / parameters.pes);
  return gates + array.run(gateColumns, cells, done) + rows;
}

export type StepArray = Pick<
  EseParameters,
  "cell" | "pes" | "queueDepth" | "weights" | "weightQueueDepth" | "counts" | "countWords" | "countQueueDepth"
>;

/** The queues of all PEs, edge by edge. */
class QueuedArray {
  readonly #parameters: StepArray;
  readonly #loads: readonly ArrayLike<number>[];
  /** Entries that have come by the stream and were not issued yet, and the words of it. */
  readonly #ahead: Uint32Array;
  readonly #words: Uint8Array;
  #word = 0;
  readonly #counts: CountsAhead | undefined;

  constructor(parameters: StepArray, loads: readonly ArrayLike<number>[], gateColumns: number) {
    this.#parameters = parameters;
    this.#loads = loads;
    this.#ahead = new Uint32Array(loads.length);
    this.#words =
      parameters.weights === "stream" ? streamWords(loads, gateColumns, parameters.queueDepth) : new Uint8Array();
    this.#counts = parameters.counts === "stream" ? new CountsAhead(parameters, loads[0].length) : undefined;
  }

  /** Cycles from the first in which a column may be broadcast to the one in which all is found done. */
  run(firstColumn: number, columns: number, available: (cycle: number) => number): number {
    const { queueDepth, weights } = this.#parameters;
    const loads = this.#loads;
    const pes = loads.length;
    const queue = Array.from({ length: pes }, () => new Uint32Array(queueDepth));
    const head = new Uint32Array(pes);
    const held = new Uint32Array(pes);
    const remaining = new Uint32Array(pes);
    const lastIssue = new Float64Array(pes).fill(Number.NEGATIVE_INFINITY);
    let position = 0;
    let broadcast = -1;
    for (let cycle = 1; ; cycle++) {
      let blocked = false;
      let working = false;
      for (let pe = 0; pe < pes; pe++) {
        if (broadcast >= 0 && held[pe] === queueDepth && loads[pe][broadcast] > 0) blocked = true;
        if (held[pe] > 0 || remaining[pe] > 0 || cycle - lastIssue[pe] <= pipelineDepth) working = true;
      }
      const counted = this.#counts?.there ?? true;
      this.#counts?.takeWord();
      if (position === columns && broadcast < 0 && !working) {
        this.#takeWord(() => undefined);
        return cycle;
      }

      this.#takeWord(() => {
        for (let pe = 0; pe < pes; pe++) {
          const issues = remaining[pe] > 0 && (weights === "memory" || this.#ahead[pe] > 0);
          if (issues) {
            remaining[pe]--;
            if (weights === "stream") this.#ahead[pe]--;
            lastIssue[pe] = cycle;
          }
          const queued = held[pe];
          if (remaining[pe] === 0 && queued > 0) {
            remaining[pe] = queue[pe][head[pe]];
            head[pe] = (head[pe] + 1) % queueDepth;
            held[pe]--;
          }
          if (broadcast >= 0 && !blocked && loads[pe][broadcast] > 0) {
            queue[pe][(head[pe] + held[pe]) % queueDepth] = loads[pe][broadcast];
            held[pe]++;
          }
        }
      });
      if (blocked) continue;
      const send = counted && position < available(cycle);
      broadcast = send ? firstColumn + position : -1;
      if (!send) continue;
      position++;
      this.#counts?.takeColumn();
    }
  }

  /** What else happens at the edge, and beside it a word of weights, where all PEs with an entry in it have room before the edge. */
  #takeWord(edge: () => void): void {
    const { pes, weightQueueDepth } = this.#parameters;
    const word = this.#words.subarray(this.#word * pes, (this.#word + 1) * pes);
    const moves = word.length > 0 && word.every((gets, pe) => !gets || this.#ahead[pe] < weightQueueDepth);
    edge();
    if (!moves) return;
    this.#word++;
    word.forEach((gets, pe) => {
      this.#ahead[pe] += gets;
    });
  }
}

/** The counts of a step that come by a stream: a column in a word for each group of PEs, each group with a queue. */
class CountsAhead {
  readonly #depth: number;
  /** Words in the queue of each group, and the group that the next one is for. */
  readonly #held: Uint32Array;
  #group = 0;
  #left: number;

  constructor({ countWords, countQueueDepth }: StepArray, columns: number) {
    this.#depth = countQueueDepth;
    this.#held = new Uint32Array(countWords);
    this.#left = columns * countWords;
  }

  /** Before an edge: the next column is there. The last group gets its word last. */
  get there(): boolean {
    return this.#held[this.#held.length - 1] > 0;
  }

  /** The next word, if its group has room before the edge: to be told before a column goes at the same edge. */
  takeWord(): void {
    if (this.#left === 0 || this.#held[this.#group] === this.#depth) return;
    this.#held[this.#group]++;
    this.#group = (this.#group + 1) % this.#held.length;
    this.#left--;
  }

  /** A column is broadcast: all groups go on together. */
  takeColumn(): void {
    this.#held.forEach((held, group) => {
      this.#held[group] = held - 1;
    });
  }
}
