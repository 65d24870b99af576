import type { EieEvents } from "../sw-model/eie/counts.ts";
import { chainEvents } from "../sw-model/eie/counts.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { type EieParameters, vectorRows } from "../sw-model/eie/spec.ts";
import { type DrawnLayer, type PaperLayer, tilingOf } from "./eie-layers.ts";
import type { BenchRow } from "./row.ts";

/** What a layer does that takes energy, on all PEs, tiles added up. */
export type EnergyEvents = Pick<
  EieEvents,
  "broadcasts" | "followed" | "columns" | "issued" | "padding" | "wordReads"
> & {
  /** Activations read by the scan, and results written back. */
  readonly scanned: number;
  readonly written: number;
};

/** Picojoules at 45 nm: EIE table I, and for 16 bits its section VI.B (a product takes a fifth of one of 32 bits). */
const table = { add32: 0.1, multiply16: 3.1 / 5, sram32KbRead32: 5 } as const;

/**
 * Energy of an access to an SRAM in picojoules: table I's read of 32 bits from 32 KB, in proportion to the width and to the square
 * root of the capacity, as the length of its lines grows. A write takes as much as a read.
 */
export function sramPicojoules(widthBits: number, words: number): number {
  return table.sram32KbRead32 * (widthBits / 32) * Math.sqrt((widthBits * words) / (32 * 1024 * 8));
}

/** Every PE reads both ends of a column, but the second alone where it is next to the one before. */
function pointersRead({ pes }: EieParameters, { broadcasts, followed }: EnergyEvents): number {
  return pes * (2 * broadcasts - followed);
}

/** Energy of a layer in nanojoules: accesses to the SRAMs, and arithmetic with codebook, accumulators and queues. */
export function layerNanojoules(
  p: EieParameters,
  events: EnergyEvents,
): { readonly memory: number; readonly arithmetic: number } {
  const { activationBits, accWidth, codebookBits, entriesPerWord, activationDepth, activationBanks, queueDepth } = p;
  const pointerBits = Math.ceil(Math.log2(p.entryDepth + 1));
  const pointer = sramPicojoules(pointerBits, p.columnDepth / 2);
  const word = sramPicojoules((p.weightBits + p.indexBits) * entriesPerWord, p.entryDepth / entriesPerWord);
  const activation = sramPicojoules(activationBits, vectorRows(p) / activationBanks);
  const memory =
    pointersRead(p, events) * pointer + events.wordReads * word + (events.scanned + events.written) * activation;
  const codebook = sramPicojoules(codebookBits, 2 ** p.weightBits);
  const accumulator = sramPicojoules(accWidth, activationDepth);
  // A column in the queue: activation, first entry, and their number.
  const queued = sramPicojoules(
    activationBits + Math.ceil(Math.log2(p.entryDepth)) + Math.ceil(Math.log2(activationDepth + 1)),
    queueDepth,
  );
  const entry = table.multiply16 + (table.add32 * accWidth) / 32 + codebook + 2 * accumulator;
  const arithmetic = events.issued * entry + events.columns * 2 * queued + events.written * 2 * accumulator;
  return { memory: memory / 1000, arithmetic: arithmetic / 1000 };
}

/** Events of a layer in tiles, as the counters of the array count them. */
export function energyEvents(p: EieParameters, layer: DrawnLayer): EnergyEvents {
  const sum = { broadcasts: 0, followed: 0, columns: 0, issued: 0, padding: 0, wordReads: 0, scanned: 0, written: 0 };
  for (const tile of tilingOf(p, layer).loads.flatMap(({ tiles }) => tiles)) {
    const { rows: outputs, cols } = tile.matrix;
    const columns = encodeCsc(tile.matrix, { ...p, rotations: tile.rotations });
    const activations = layer.x.slice(tile.firstCol, tile.firstCol + cols);
    const [events] = chainEvents(p, [{ columns, activations, bias: false, outputs }]);
    for (const name of ["broadcasts", "followed", "columns", "issued", "padding", "wordReads"] as const)
      sum[name] += events[name];
    sum.scanned += Math.ceil(cols / p.pes) * p.pes;
    if (!tile.hold) sum.written += Math.ceil(outputs / p.pes) * p.pes;
  }
  return sum;
}

/** Of table II, milliwatts of a PE: all of it, its memories, its arithmetic unit. */
const paperMilliwatts = { all: 9.157, memory: 5.416 };

/** Reads and energy of a layer. The paper's energy is its power (table II) over its actual time (table IV) at 800 MHz. */
export function energyRows(p: EieParameters, layer: PaperLayer, drawn: DrawnLayer): BenchRow[] {
  const events = energyEvents(p, drawn);
  const { memory, arithmetic } = layerNanojoules(p, events);
  const row = (what: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => ({
    ...{ what: `${layer.name}/${what}`, value, unit },
    ...more,
  });
  const most = (bar: number, value: number) => ({ bar, met: value <= bar });
  const against = (value: number, milliwatts: number) => {
    const reference = (milliwatts * p.pes * layer.actual) / 800;
    return { reference, ratio: value / reference };
  };
  const words = events.wordReads / (events.issued / p.entriesPerWord + events.columns);
  const pointers = pointersRead(p, events) / events.columns;
  return [
    row("matrix-reads-over-bound", words, "times", most(1, words)),
    row("pointer-reads-per-column", pointers, "reads", most(2, pointers)),
    row("energy-nj", memory + arithmetic, "nJ", against(memory + arithmetic, paperMilliwatts.all)),
    row("energy-memories-nj", memory, "nJ", against(memory, paperMilliwatts.memory)),
  ];
}
