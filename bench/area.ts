import { emitVerilog } from "../hdl/index.ts";
import type { SynthesisReport } from "../synth/report.ts";
import { synthesize } from "../synth/synthesize.ts";
import { type AreaFigure, areaBlocks, areaTargets } from "./area-blocks.ts";
import type { BenchRow } from "./row.ts";

/** What a row's figure is in a report, and its unit. */
const figures: Readonly<Record<AreaFigure, { read: (report: SynthesisReport) => number | undefined; unit: string }>> = {
  lut: { read: ({ lut }) => lut, unit: "LUT" },
  "lut-structural": { read: ({ lut }) => lut, unit: "LUT" },
  "lut-sites": { read: ({ lut = 0, lutram = 0 }) => lut + lutram, unit: "LUT, shift registers too" },
  cells: { read: ({ nand2 }) => nand2, unit: "NAND, NOT" },
  depth: { read: ({ depth }) => depth, unit: "gate" },
  ff: { read: ({ ff }) => ff, unit: "FF" },
  dsp: { read: ({ dsp }) => dsp, unit: "DSP block" },
  lutram: { read: ({ lutram }) => lutram, unit: "LUT as RAM or shift register" },
  bram: { read: ({ bram }) => bram, unit: "block RAM" },
};

/** The area of blocks on each target, one Yosys run a block and target. */
export async function benchArea(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, circuit, latency, rows: wanted } of areaBlocks) {
    for (const target of areaTargets) {
      const bars = wanted[target];
      if (bars === undefined) continue;
      const { text: verilog, top } = emitVerilog(circuit(target));
      const report = await synthesize({ verilog, top, target, log });
      for (const [figure, bar] of Object.entries(bars) as [AreaFigure, number | undefined][]) {
        const { read, unit } = figures[figure];
        const value = read(report);
        if (value === undefined) throw new Error(`synthesis for ${target} reports no ${figure} of ${name}`);
        const met = bar === undefined ? {} : { bar, met: value <= bar };
        rows.push({ what: `${name}/${target}/${figure}`, value, unit, ...met });
      }
      if (latency) rows.push({ what: `${name}/${target}/latency`, value: latency(target), unit: "edge" });
    }
  }
  return rows;
}
