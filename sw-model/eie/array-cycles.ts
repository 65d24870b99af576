import { clusteredCycles } from "./cluster-cycles.ts";
import type { PeColumns } from "./csc.ts";
import { groupCycles, PeGroup } from "./pe-group-cycles.ts";
import { clusterCount, type EieParameters } from "./spec.ts";

/** Parameters of the array that its cycles depend on. */
export type CycleParameters = Pick<
  EieParameters,
  "pes" | "clusterPes" | "queueDepth" | "balance" | "productStages" | "activationBanks"
>;

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

/**
 * Cycle model of the array (the organisation of EIE, section IV, with column pointers read on the way to the queue), as times
 * at which things happen at the earliest, column after column, so that it takes no step for a cycle or an entry:
 *
 * - a cycle to take up the layer; then rows of one activation from every PE are scanned, one nonzero activation a cycle
 *   in ascending order; a row without any takes a cycle of its own, and so does taking up the first row;
 * - a found activation passes three broadcast stages; after the third it enters the queue of every PE on which its
 *   column has entries, each as soon as it has room; the stages hold until it has entered all of them;
 * - a PE takes the next queued column in the cycle in which it issues the last entry of the one before, and is busy for
 *   three more cycles after its last entry, and one for every stage of the product;
 * - when all is done, one cycle to notice, then a cycle for a row of every bank written back, and with `balance` one for rotating.
 *
 * In an array of clusters each one scans its own PEs by itself, and has broadcast stages of its own behind a buffer for two columns; what they
 * find goes through buffers for two, merged two by two. Commands and the end of work take an edge more on the way, and so does write-back.
 */
export function layerCycles(parameters: CycleParameters, { columns, ...layer }: CycleLayer): LayerCycles {
  return countedCycles(parameters, { counts: storedCounts(columns), ...layer });
}

/** The same of counts of entries: of column j on PE k at j · pes + k. */
export function countedCycles(
  parameters: CycleParameters,
  { counts, activations, bias, outputs }: Omit<CycleLayer, "columns"> & { readonly counts: Uint32Array },
): LayerCycles {
  const { pes, clusterPes, queueDepth, balance, productStages, activationBanks } = parameters;
  const groups = Array.from({ length: clusterCount(parameters) }, (_, c) => {
    const first = c * clusterPes;
    return new PeGroup(counts, { pes, first, count: Math.min(clusterPes, pes - first), queueDepth, productStages });
  });
  const { done, blocked } =
    groups.length === 1 ? groupCycles(groups[0], activations, bias) : clusteredCycles(pes, groups, activations, bias);
  const settling = groups.length > 1 && outputs > 0 ? 1 : 0;
  const rotating = balance && outputs > 0 ? 1 : 0;
  const entries = groups.reduce((sum, group) => sum + group.entries, 0);
  return {
    cycles: done + 1 + Math.ceil(Math.ceil(outputs / pes) / activationBanks) + rotating + settling,
    entries,
    blocked,
  };
}

function storedCounts(columns: readonly PeColumns[]): Uint32Array {
  const counts = new Uint32Array((columns[0].pointers.length - 1) * columns.length);
  columns.forEach(({ pointers }, k) => {
    for (let col = 0; col + 1 < pointers.length; col++) {
      counts[col * columns.length + k] = pointers[col + 1] - pointers[col];
    }
  });
  return counts;
}
