import { type Circuit, emitVerilog } from "../hdl/index.ts";
import type { SynthesisReport } from "../synth/report.ts";
import { synthesize } from "../synth/synthesize.ts";

/** A module that a design holds many times, and how often, all levels counted. */
export interface Part {
  readonly name: string;
  readonly instances: number;
}

type Figure = "lut" | "lutram" | "ff" | "bram" | "dsp" | "nand2";

/**
 * Area of a design as the sum of its modules: each part once, times its instances, and the rest of the design. Parts are black
 * boxes where they stand in something else, so nothing is shared or left out across their borders.
 */
export async function areaByHierarchy(
  circuit: Circuit,
  parts: readonly Part[],
  target: string,
  log: (line: string) => void,
): Promise<Record<Figure, number>> {
  const { modules, top } = emitVerilog(circuit);
  const total: Record<Figure, number> = { lut: 0, lutram: 0, ff: 0, bram: 0, dsp: 0, nand2: 0 };
  for (const { name, instances } of [{ name: top, instances: 1 }, ...parts]) {
    const boxes = new Set(parts.map((part) => part.name).filter((part) => part !== name));
    const verilog = modules.map((module) => (boxes.has(module.name) ? stub(module.text) : module.text)).join("\n");
    const report: SynthesisReport = await synthesize({ verilog, top: name, target, log });
    for (const figure of Object.keys(total) as Figure[]) total[figure] += instances * (report[figure] ?? 0);
  }
  return total;
}

/** The module without what is inside. */
function stub(text: string): string {
  const header = text.slice(text.search(/^module /m));
  const end = header.search(/^\);/m);
  return `(* blackbox *)\n${header.slice(0, end)});\nendmodule\n`;
}
