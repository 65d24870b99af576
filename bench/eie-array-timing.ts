import { eie } from "../generators/eie/eie.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { findTool } from "../platform/tools.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { arrayTiming } from "../synth/array-timing.ts";
import { findTarget } from "../synth/targets.ts";
import { libraryFile } from "./eie-area.ts";
import type { BenchRow } from "./row.ts";

/** The paper's clock, 800 MHz. */
const periodNs = 1.25;

/** How much longer the longest path of 256 PEs may be. */
const mostGrowth = 1.05;

/**
 * The longest paths of whole arrays with the resources of the preset `paper`, 64 PEs and 256, from and to SRAMs by a stated model, in Nangate45.
 * Without the rotation of results, which lies between registers of its own and takes long to map. Where there is no such library or no OpenSTA, no rows, and the log says so.
 */
export async function benchEieArray(log: (line: string) => void): Promise<BenchRow[]> {
  const library = libraryFile();
  const target = library === undefined ? undefined : await findTarget(library);
  if (target?.kind !== "liberty" || findTool("sta") === undefined) {
    log("no paths: they need a Liberty file of Nangate45 (WHITTLE_NANGATE45) and OpenSTA (sta)");
    return [];
  }
  const rows: BenchRow[] = [];
  let first: number | undefined;
  for (const pes of [64, 256]) {
    const { parameters } = resolveParameters(eieSpec, { preset: "paper", sets: [`pes=${pes}`, "balance=false"] });
    log(`${pes} PEs with Yosys and OpenSTA`);
    const { part, array } = await arrayTiming({
      ...{ verilog: emitVerilog(elaborate(eie, parameters)).text, module: "eie", part: "eie_pe", clock: "clock" },
      ...{ target, drivingCell: "BUF_X1", load: 3, periodNs },
    });
    log(`${pes} PEs: in a PE from ${part.from} to ${part.to}, between PEs from ${array.from} to ${array.to}`);
    const row = (what: string, value: number, more: Partial<BenchRow> = {}): BenchRow => ({
      ...{ what: `array${pes}/nangate45/${what}`, value, unit: "ns", ...more },
    });
    if (first === undefined) rows.push(row("pe-path-ns", part.ns, { reference: periodNs, ratio: part.ns / periodNs }));
    const whole = Math.max(part.ns, array.ns);
    const growth = first === undefined ? {} : { bar: mostGrowth * first, met: whole <= mostGrowth * first };
    rows.push(
      row("between-pes-path-ns", array.ns, { reference: periodNs, ratio: array.ns / periodNs }),
      row("critical-path-ns", whole, { reference: first ?? periodNs, ratio: whole / (first ?? periodNs), ...growth }),
    );
    first ??= whole;
  }
  return rows;
}
