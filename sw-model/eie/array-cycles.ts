import { clusteredCycles } from "./cluster-cycles.ts";
import type { PeColumns } from "./csc.ts";
import { groupCycles, type Handover, PeGroup } from "./pe-group-cycles.ts";
import { clusterCount, type EieParameters } from "./spec.ts";

/** Parameters of the array that its cycles depend on. */
export type CycleParameters = Pick<
  EieParameters,
  "pes" | "clusterPes" | "queueDepth" | "balance" | "productStages" | "activationBanks"
>;

/** Where a layer of a chain finds its inputs and leaves its results: rows of the activation memory. */
export interface LayerPlace {
  readonly sourceRow: number;
  readonly resultRow: number;
}

/** What the cycles of a layer depend on besides the array: how many entries each broadcast column has on each PE. */
export interface CycleLayer extends Partial<LayerPlace> {
  /** The encoded matrix, a store a PE. */
  readonly columns: readonly PeColumns[];
  /** Source activations, without the bias; those that are 0 are not broadcast. */
  readonly activations: ArrayLike<number>;
  /** The hardware broadcasts one more column after the activations. */
  readonly bias: boolean;
  /** Rows of the matrix; 0 where its sums stay in the accumulators. */
  readonly outputs: number;
}

/** The same with counts of entries: of column j on PE k at j · pes + k. */
export interface CountedLayer extends Omit<CycleLayer, "columns"> {
  readonly counts: Uint32Array;
}

export interface LayerCycles {
  /**
   * Clock edges from the one at which the layer is taken up to the one at which the next one is, or, of the last one, to the one at which the last
   * result is written back.
   */
  readonly cycles: number;
  /** Entries issued by all PEs, padding included. */
  readonly entries: number;
  /** Cycles in which a broadcast waited for a full queue. */
  readonly blocked: number;
  /** Cycles of PEs, until the last entry is done, in which a column could have been begun and none was queued. */
  readonly starved: number;
}

const nothingBefore: Handover = { starts: 0, settled: 0, columnsBegin: 0 };

/**
 * Cycle model of the array (the organisation of EIE, section IV, with column pointers read on the way to the queue), as times
 * at which things happen at the earliest, column after column, so that it takes no step for a cycle or an entry:
 *
 * - a cycle to take up the layer; then rows of one activation from every PE are scanned, one nonzero activation a cycle
 *   in ascending order; a row without any takes a cycle of its own, and so does taking up the first row;
 * - a found activation passes three broadcast stages; after the third it enters the queue of every PE on which its
 *   column has entries, each as soon as it has room; the stages hold until it has entered all of them;
 * - a PE takes the next queued column in the cycle in which it issues the last entry of the one before, and is busy for
 *   two more cycles after its last entry, and one for every stage of the product;
 * - when all is done, one cycle to notice, then a cycle for a row of every bank written back, and with `balance` one for rotating.
 *
 * The next layer is taken up as write-back begins. Its first row is read after the first rows are kept, which costs write-back a cycle, or, if it is one of
 * the others, after all of them; its other rows after all of them. PEs begin its columns when these meet no accumulator that is still to be cleared.
 *
 * In an array of clusters each one scans its own PEs by itself, and has broadcast stages of its own behind a buffer for two columns; what they
 * find goes through buffers for two, merged two by two. Commands and the end of work take an edge more on the way, and so does write-back.
 */
export function chainCycles(parameters: CycleParameters, layers: readonly CycleLayer[]): LayerCycles[] {
  return countedCycles(
    parameters,
    layers.map(({ columns, ...layer }) => ({ ...layer, counts: storedCounts(columns) })),
  );
}

/** The same of one layer by itself. */
export function layerCycles(parameters: CycleParameters, layer: CycleLayer): LayerCycles {
  return chainCycles(parameters, [layer])[0];
}

/** The same of counts of entries. */
export function countedCycles(parameters: CycleParameters, layers: readonly CountedLayer[]): LayerCycles[] {
  let before = nothingBefore;
  return layers.map((layer, i) => {
    const { drained, entries, blocked, held } = untilDrained(parameters, layer, before);
    // A PE that neither issues an entry nor holds a column back has none.
    const starved = parameters.pes * (drained + 1) - entries - held;
    const next = layers[i + 1];
    if (next) {
      before = layer.outputs === 0 ? nothingBefore : handover(parameters, layer, next);
      return { cycles: drained + 1, entries, blocked, starved };
    }
    return { cycles: drained + 1 + writeBackCycles(parameters, layer), entries, blocked, starved };
  });
}

/** When a layer has nothing left to do but to write results back. */
function untilDrained(
  parameters: CycleParameters,
  { counts, activations, bias }: CountedLayer,
  before: Handover,
): Omit<LayerCycles, "cycles" | "starved"> & { readonly drained: number; readonly held: number } {
  const { pes, clusterPes, queueDepth, productStages } = parameters;
  const clustered = clusterCount(parameters) > 1;
  // What control says reaches clusters an edge later.
  const later = clustered ? 1 : 0;
  const columnsBegin = before.columnsBegin + later;
  const groups = Array.from({ length: clusterCount(parameters) }, (_, c) => {
    const first = c * clusterPes;
    const count = Math.min(clusterPes, pes - first);
    return new PeGroup(counts, { pes, first, count, queueDepth, productStages, columnsBegin });
  });
  const { done, blocked } = clustered
    ? clusteredCycles(pes, groups, { activations, bias, before })
    : groupCycles(groups[0], { activations, bias, before });
  const sumOf = (count: (group: PeGroup) => number) => groups.reduce((sum, group) => sum + count(group), 0);
  const [entries, held] = [sumOf((group) => group.entries), sumOf((group) => group.held)];
  return { drained: Math.max(done, before.settled + later), entries, blocked, held };
}

/** Cycles in which the results of a layer are rounded, a row of every bank in each. */
function roundingCycles({ pes, activationBanks }: CycleParameters, { outputs }: Pick<CountedLayer, "outputs">): number {
  return Math.ceil(Math.ceil(outputs / pes) / activationBanks);
}

/** Cycles from the last entry's end to the last result's place in the activation memory. */
function writeBackCycles(parameters: CycleParameters, layer: CountedLayer): number {
  if (layer.outputs === 0) return 0;
  const settling = clusterCount(parameters) > 1 ? 1 : 0;
  return roundingCycles(parameters, layer) + (parameters.balance ? 1 : 0) + settling;
}

function handover(parameters: CycleParameters, layer: CountedLayer, next: CountedLayer): Handover {
  const { balance, productStages, activationBanks } = parameters;
  const blocks = roundingCycles(parameters, layer);
  const rotating = balance ? 1 : 0;
  const sourceBlock = Math.floor(((next.sourceRow ?? 0) - (layer.resultRow ?? 0)) / activationBanks);
  const waits = sourceBlock > 0 && sourceBlock < blocks;
  const gap = blocks > 1 && !waits ? 1 : 0;
  const settled = blocks + gap + rotating;
  // Columns begin so many edges before the last rows are rounded that their first entries meet clear accumulators.
  const last = Math.max(0, blocks - 4 - productStages);
  return {
    starts: waits ? settled : 1 + rotating,
    settled,
    columnsBegin: 1 + last + (last > 1 ? gap : 0),
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
