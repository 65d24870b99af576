import { blackBoxAboveBits, boxedBits } from "./memories.ts";
import type { SynthesisReport } from "./report.ts";
import type { FpgaCells, Target } from "./targets.ts";

/** The files that a run left, by their part in it. */
export interface RunOutput {
  /** `stat -json` of the Verilog. */
  readonly source: string;
  /** `stat -json` of the mapped netlist. */
  readonly mapped: string;
  /** `stat` in text, where JSON lacks the figure. */
  readonly text?: string;
  /** `ltp`. */
  readonly depth?: string;
}

type Figures = Omit<SynthesisReport, "target" | "tool" | "version">;
type Cells = Readonly<Record<string, number>>;

/** Turn what Yosys printed into figures; memories of more than `sramAboveBits` bits were left out. */
export function parseRun(target: Target, output: RunOutput, sramAboveBits = blackBoxAboveBits): Figures {
  const cells = readStatistics(output.mapped).cells;
  const memoryBits = readStatistics(output.source).memoryBits;
  switch (target.kind) {
    case "fpga": {
      const counts = { ...countFpga(cells, target.cells), ...logicCells(output.text) };
      return { ...counts, memoryBits, depth: longestPath(output.depth), cells, notes: [] };
    }
    case "gates":
      return {
        ff: sum(cells, (name) => /^\$_\w*DFF\w*_$/.test(name)),
        memoryBits,
        ...boxes(cells, sramAboveBits),
        depth: longestPath(output.depth),
        nand2: sum(cells, (name) => name === "$_NAND_" || name === "$_NOT_"),
        cells,
      };
    case "liberty": {
      const { flipFlops, nand2Area } = target.library;
      const areaUm2 = chipArea(output.text);
      return {
        ff: sum(cells, (name) => flipFlops.has(name)),
        memoryBits,
        ...boxes(cells, sramAboveBits),
        areaUm2,
        ...(nand2Area === undefined ? {} : { nand2: Math.round(areaUm2 / nand2Area) }),
        cells,
      };
    }
  }
}

interface Statistics {
  readonly cells: Cells;
  readonly memoryBits: number;
}

/** `stat -json`: the figures of the whole design stand under `design`, or in its only module. */
function readStatistics(json: string): Statistics {
  interface Counts {
    readonly num_memory_bits: number;
    readonly num_cells_by_type?: Cells;
  }
  const parsed = JSON.parse(json) as { modules: Record<string, Counts>; design?: Counts };
  const counts = parsed.design ?? Object.values(parsed.modules)[0];
  const entries = Object.entries(counts.num_cells_by_type ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return { cells: Object.fromEntries(entries), memoryBits: counts.num_memory_bits };
}

function countFpga(cells: Cells, kinds: FpgaCells) {
  const matching = (pattern: RegExp) => sum(cells, (name) => pattern.test(name));
  const weighted = (weights: Cells) => sum(cells, (name) => weights[name] ?? 0);
  return {
    lut: matching(kinds.lut),
    ff: matching(kinds.ff),
    carry: matching(kinds.carry),
    dsp: matching(kinds.dsp),
    bram: weighted(kinds.bram),
    lutram: weighted(kinds.lutram),
  };
}

function sum(cells: Cells, weight: (name: string) => number | boolean): number {
  return Object.entries(cells).reduce((total, [name, count]) => total + count * Number(weight(name)), 0);
}

function logicCells(text: string | undefined): { lc?: number } {
  const match = /Estimated number of LCs:\s+(\d+)/.exec(text ?? "");
  return match === null ? {} : { lc: Number(match[1]) };
}

/** Of `ltp`; it says -1 where nothing is combinational. */
function longestPath(text: string | undefined): number {
  return Number(/\(length=(\d+)\)/.exec(text ?? "")?.[1] ?? 0);
}

/** The area that `stat -liberty` tells. */
export function chipArea(text: string | undefined): number {
  const areas = [...(text ?? "").matchAll(/Chip area for (?:top )?module '[^']*': ([\d.]+)/g)];
  return Number(areas.at(-1)?.[1] ?? 0);
}

function boxes(cells: Cells, aboveBits: number): { blackBoxBits: number; notes: string[] } {
  const blackBoxBits = sum(cells, (name) => boxedBits(name) ?? 0);
  const rule = `memories of more than ${aboveBits} bits are left out as black boxes`;
  const notes = blackBoxBits === 0 ? [] : [`${rule}: ${blackBoxBits} bits; smaller ones count as flip-flops and gates`];
  return { blackBoxBits, notes };
}
