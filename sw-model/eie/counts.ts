import { type CycleLayer, type CycleParameters, chainCycles, type LayerCycles } from "./array-cycles.ts";
import type { EieParameters } from "./spec.ts";

/** What the array counts of a layer, apart from saturations. */
export interface EieEvents {
  /** Cycles of the layer, and of these those in which a broadcast waited for a full queue. */
  readonly cycles: number;
  readonly blocked: number;
  /** Columns broadcast; for each, every PE reads two pointers. */
  readonly broadcasts: number;
  /** Of these, columns next to the one broadcast before: every PE reads one pointer. */
  readonly followed: number;
  /** Columns broadcast, on each PE, those that have entries there; summed over all PEs. */
  readonly columns: number;
  /** Entries issued by all PEs, and those with code 0: padding and stored zeros. */
  readonly issued: number;
  readonly padding: number;
  /** Cycles of PEs, until the last entry is done, in which a column could have been begun and none was queued. */
  readonly starved: number;
  /** Words read from the matrix memories of all PEs: at a column's start and at each word boundary inside it. */
  readonly wordReads: number;
}

type EventParameters = CycleParameters & Pick<EieParameters, "entriesPerWord">;

/** Events of layers that run back to back on an array, from the encoded matrices and the activations alone. */
export function chainEvents(parameters: EventParameters, layers: readonly CycleLayer[]): EieEvents[] {
  return chainCycles(parameters, layers).map((cycles, i) => layerEvents(parameters, layers[i], cycles));
}

function layerEvents(
  { entriesPerWord }: EventParameters,
  { columns: stores, activations, bias }: CycleLayer,
  { cycles, blocked, starved, entries }: LayerCycles,
): EieEvents {
  const broadcast = Array.from({ length: activations.length + (bias ? 1 : 0) }, (_, col) => col).filter(
    (col) => col === activations.length || activations[col] !== 0,
  );
  const followed = broadcast.filter((col, i) => i > 0 && broadcast[i - 1] === col - 1).length;
  let [columns, padding, wordReads] = [0, 0, 0];
  for (const { codes, pointers } of stores) {
    for (const col of broadcast) {
      const [from, to] = [pointers[col], pointers[col + 1]];
      if (from === to) continue;
      columns++;
      padding += codes.subarray(from, to).filter((code) => code === 0).length;
      wordReads += Math.floor((to - 1) / entriesPerWord) - Math.floor(from / entriesPerWord) + 1;
    }
  }
  return {
    cycles,
    blocked,
    broadcasts: broadcast.length,
    followed,
    columns,
    issued: entries,
    padding,
    starved,
    wordReads,
  };
}
