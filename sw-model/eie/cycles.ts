import { encodeCsc, type PeColumns } from "./csc.ts";
import { type EieOperation, matrixOf } from "./operation.ts";
import type { EieParameters } from "./spec.ts";

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
}

/** Cycles of one operation. */
export function eieCycles(parameters: EieParameters, operation: EieOperation): LayerCycles {
  const columns = encodeCsc(matrixOf(operation), parameters);
  return layerCycles(parameters, { columns, activations: operation.x, bias: false, outputs: operation.rows });
}

/**
 * Cycle model of the array (the organisation of EIE, section IV, with column pointers read on the way to the queue):
 *
 * - a cycle to take up the layer; then rows of one activation from every PE are scanned, one nonzero activation a cycle
 *   in ascending order; a row without any takes a cycle of its own, and so does taking up the first row;
 * - a found activation passes two broadcast stages; after the second it enters the queue of every PE on which its
 *   column has entries; both stages hold while such a queue is full;
 * - a PE takes the next queued column in the cycle in which it issues the last entry of the one before, and is busy for
 *   four more cycles after its last entry;
 * - when all is done, one cycle to notice, then a cycle for every row written back.
 */
export function layerCycles(
  { pes, queueDepth }: Pick<EieParameters, "pes" | "queueDepth">,
  layer: CycleLayer,
): LayerCycles {
  const { columns, activations, bias, outputs } = layer;
  const pipelineDepth = 4;
  const count = (pe: number, col: number) => columns[pe].pointers[col + 1] - columns[pe].pointers[col];

  const queue = Array.from({ length: pes }, () => new Uint32Array(queueDepth));
  const head = new Uint32Array(pes);
  const held = new Uint32Array(pes);
  const remaining = new Uint32Array(pes);
  const lastIssue = new Float64Array(pes).fill(Number.NEGATIVE_INFINITY);

  const rows = Math.ceil(activations.length / pes);
  let row = 0;
  let pending: number[] = [];
  let first = -1;
  let second = -1;
  let phase: "scan" | "bias" | "drain" = "scan";
  let entries = 0;

  for (let cycle = 1; ; cycle++) {
    // What is seen before the edge.
    let blocked = false;
    let working = false;
    for (let pe = 0; pe < pes; pe++) {
      if (second >= 0 && held[pe] === queueDepth && count(pe, second) > 0) blocked = true;
      if (held[pe] > 0 || remaining[pe] > 0 || cycle - lastIssue[pe] <= pipelineDepth) working = true;
    }
    const done = phase === "drain" && first < 0 && second < 0 && !working;
    if (done) return { cycles: cycle + 1 + Math.ceil(outputs / pes), entries };
    const send = first >= 0 && !blocked;
    const firstFree = first < 0 || send;

    // Each PE issues an entry, and takes its next column beside the last one.
    for (let pe = 0; pe < pes; pe++) {
      if (remaining[pe] > 0) {
        remaining[pe]--;
        entries++;
        lastIssue[pe] = cycle;
      }
      const queued = held[pe];
      if (remaining[pe] === 0 && queued > 0) {
        remaining[pe] = queue[pe][head[pe]];
        head[pe] = (head[pe] + 1) % queueDepth;
        held[pe]--;
      }
      if (second >= 0 && !blocked && count(pe, second) > 0) {
        queue[pe][(head[pe] + held[pe]) % queueDepth] = count(pe, second);
        held[pe]++;
      }
    }

    // Broadcast stages and scan.
    if (!blocked) second = send ? first : -1;
    if (send) first = -1;
    if (phase === "bias" && firstFree) {
      first = activations.length;
      phase = "drain";
    } else if (phase === "scan") {
      const granted = pending.length > 0 && firstFree;
      if (granted) first = pending.shift() as number;
      if (pending.length > 0) continue;
      if (row < rows) {
        pending = nonzeros(activations, row * pes, pes);
        row++;
      } else phase = bias ? "bias" : "drain";
    }
  }
}

/** Positions of the nonzeros among `length` values from `start` on. */
function nonzeros(values: ArrayLike<number>, start: number, length: number): number[] {
  const found: number[] = [];
  for (let i = start; i < Math.min(start + length, values.length); i++) if (values[i] !== 0) found.push(i);
  return found;
}
