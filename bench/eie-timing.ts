import { findTool } from "../platform/tools.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { synthesize } from "../synth/synthesize.ts";
import { findTarget } from "../synth/targets.ts";
import { areaAtSpeed, criticalPath } from "../synth/timing.ts";
import { libraryFile, paperPeLogic, verilogOf } from "./eie-area.ts";
import type { BenchRow } from "./row.ts";

/** The paper's clock, 800 MHz. */
const periodNs = 1.25;

/** A PE of the preset `paper`, and one whose products form in one cycle. */
const variants = [
  { what: "pe", sets: [] },
  { what: "pe-product-stage1", sets: ["productStages=1"] },
] as const;

/**
 * The longest path of a PE: in nanoseconds in the Nangate45 library, mapped for the paper's clock, beside the area of the same
 * netlist; in cells on an FPGA. Where there is no such library or no OpenSTA, no rows in nanoseconds, and the log says so.
 */
export async function timingRows(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const library = libraryFile();
  const found = library === undefined ? undefined : await findTarget(library);
  const missing =
    found?.kind !== "liberty"
      ? "no Liberty file of Nangate45; name one in WHITTLE_NANGATE45"
      : findTool("sta") === undefined
        ? "OpenSTA (sta) is not installed"
        : undefined;
  if (missing !== undefined) log(`no critical path: ${missing}`);
  for (const { what, sets } of variants) {
    const { parameters } = resolveParameters(eieSpec, { preset: "paper", sets: [...sets] });
    const { text: verilog } = verilogOf(parameters);
    const gated = sets.length === 0;
    if (missing === undefined && found?.kind === "liberty") {
      // Loads are in femtofarads in this library.
      const conditions = { target: found, drivingCell: "BUF_X1", load: 3, periodNs };
      log(`timing ${what} with Yosys and OpenSTA`);
      const timing = await criticalPath({ verilog, module: "eie_pe", clock: "clock", ...conditions });
      const bar = (value: number, most: number) => (gated ? { bar: most, met: value <= most } : {});
      rows.push(
        {
          ...{ what: `${what}/nangate45/critical-path-ns`, value: timing.criticalPathNs, unit: "ns" },
          ...bar(timing.criticalPathNs, periodNs),
        },
        {
          ...{ what: `${what}/nangate45/area-at-speed-um2`, value: timing.areaUm2, unit: "um2" },
          ...{ reference: paperPeLogic, ratio: timing.areaUm2 / paperPeLogic },
          ...bar(timing.areaUm2, paperPeLogic),
        },
      );
      if (gated) {
        // Its registers lie between other registers and ports: no path begins and ends in it.
        const rotation = await areaAtSpeed({ verilog, module: "eie_rotate", clock: "clock", ...conditions });
        const value = timing.areaUm2 + (rotation * parameters.activationBanks) / parameters.pes;
        rows.push({
          ...{ what: `${what}+rotation/nangate45/area-at-speed-um2`, value, unit: "um2" },
          ...{ reference: paperPeLogic, ratio: value / paperPeLogic },
        });
      }
    }
    const { depth, dsp } = await synthesize({ verilog, top: "eie_pe", target: "xc7", log });
    if (depth === undefined || dsp === undefined) throw new Error("synthesis for xc7 reports no depth");
    rows.push(
      { what: `${what}/xc7/depth`, value: depth, unit: "cell" },
      { what: `${what}/xc7/dsp`, value: dsp, unit: "DSP block" },
    );
  }
  return rows;
}
