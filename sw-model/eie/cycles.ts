import { encodeCsc, type PeColumns } from "./csc.ts";
import { storedMatrix } from "./fill.ts";
import type { EieOperation } from "./operation.ts";
import type { EieParameters } from "./spec.ts";
import type { Tiling } from "./tiles.ts";

/** What the cycles of a layer depend on besides the array: how many entries each broadcast column has on each PE. */
export interface CycleLayer {
  /** The encoded matrix, a store a PE. */
  readonly columns: readonly PeColumns[];
  /** Source activations, without the bias; those that are 0 are not broadcast. */
  readonly activations: ArrayLike<number>;
  /** The hardware broadcasts one more column after the activations. */
  readonly bias: boolean;
  /** Rows of the matrix. */
  readonly outputs: number;
}

export interface LayerCycles {
  /** Clock edges from the one at which computing starts to the one at which the last result is written back. */
  readonly cycles: number;
  /** Entries issued by all PEs, padding included. */
  readonly entries: number;
  /** Cycles in which a broadcast waited for a full queue. */
  readonly blocked: number;
}

/** Cycles of a matrix in tiles; loading between them is not counted. */
export function tiledCycles(
  parameters: Pick<EieParameters, "pes" | "queueDepth" | "indexBits" | "balance" | "productStages">,
  { loads }: Tiling,
  x: readonly number[],
): LayerCycles {
  return loads.flat().reduce(
    (sum, { matrix, rotations, firstCol, hold }) => {
      const columns = encodeCsc(matrix, { ...parameters, rotations });
      const activations = x.slice(firstCol, firstCol + matrix.cols);
      const outputs = hold ? 0 : matrix.rows;
      const { cycles, entries, blocked } = layerCycles(parameters, { columns, activations, bias: false, outputs });
      return { cycles: sum.cycles + cycles, entries: sum.entries + entries, blocked: sum.blocked + blocked };
    },
    { cycles: 0, entries: 0, blocked: 0 },
  );
}

/** Cycles of one operation. */
export function eieCycles(parameters: EieParameters, operation: EieOperation): LayerCycles {
  const { matrix, rotations } = storedMatrix(operation, parameters);
  const columns = encodeCsc(matrix, { ...parameters, rotations });
  return layerCycles(parameters, { columns, activations: operation.x, bias: false, outputs: operation.rows });
}

/** Edges from a PE's last entry to the one at which its sum is written, apart from those that the product takes. */
const pipelineDepth = 3;

/**
 * Cycle model of the array (the organisation of EIE, section IV, with column pointers read on the way to the queue), as times
 * at which things happen at the earliest, column after column, so that it takes no step for a cycle or an entry:
 *
 * - a cycle to take up the layer; then rows of one activation from every PE are scanned, one nonzero activation a cycle
 *   in ascending order; a row without any takes a cycle of its own, and so does taking up the first row;
 * - a found activation passes two broadcast stages; after the second it enters the queue of every PE on which its
 *   column has entries; both stages hold while such a queue is full;
 * - a PE takes the next queued column in the cycle in which it issues the last entry of the one before, and is busy for
 *   three more cycles after its last entry, and one for every stage of the product;
 * - when all is done, one cycle to notice, then a cycle for every row written back, and with `balance` one for rotating.
 */
export function layerCycles(
  { pes, queueDepth, balance, productStages }: Pick<EieParameters, "pes" | "queueDepth" | "balance" | "productStages">,
  layer: CycleLayer,
): LayerCycles {
  const { columns, activations, bias, outputs } = layer;
  // Of each PE: when it took each of its last `queueDepth` columns, a ring; how many it has had; when it is free for another.
  const taken = new Float64Array(pes * queueDepth).fill(Number.NEGATIVE_INFINITY);
  const place = new Uint32Array(pes);
  const free = new Float64Array(pes).fill(Number.NEGATIVE_INFINITY);
  let entries = 0;
  let blocked = 0;
  // When the last column was found, entered the second stage, and the queues.
  let sent = Number.NEGATIVE_INFINITY;
  let pushed = Number.NEGATIVE_INFINITY;

  const broadcast = (col: number, found: number) => {
    const stage = Math.max(found + 1, pushed);
    let push = stage + 1;
    for (let pe = 0; pe < pes; pe++) {
      const { pointers } = columns[pe];
      if (pointers[col] === pointers[col + 1]) continue;
      const room = taken[pe * queueDepth + place[pe]] + 1;
      if (room > push) push = room;
    }
    for (let pe = 0; pe < pes; pe++) {
      const { pointers } = columns[pe];
      const count = pointers[col + 1] - pointers[col];
      if (count === 0) continue;
      const take = Math.max(push + 1, free[pe]);
      taken[pe * queueDepth + place[pe]] = take;
      place[pe] = place[pe] + 1 === queueDepth ? 0 : place[pe] + 1;
      free[pe] = take + count;
      entries += count;
    }
    blocked += push - stage - 1;
    sent = stage;
    pushed = push;
  };

  // When a row is taken up, and when the last activation of it was found.
  let row = 1;
  const { length } = activations;
  for (let start = 0; start < length; start += pes) {
    let found = row;
    for (let col = start; col < Math.min(start + pes, length); col++) {
      if (activations[col] === 0) continue;
      found = Math.max(found + 1, sent);
      broadcast(col, found);
    }
    row = found === row ? row + 1 : found;
  }
  if (bias) {
    row = Math.max(row + 1, sent);
    broadcast(length, row);
  }
  let done = Math.max(row, pushed) + 1;
  for (let pe = 0; pe < pes; pe++) done = Math.max(done, free[pe] + pipelineDepth + productStages + 1);
  const rotating = balance && outputs > 0 ? 1 : 0;
  return { cycles: done + 1 + Math.ceil(outputs / pes) + rotating, entries, blocked };
}
