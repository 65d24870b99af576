/** Netlists that Yosys makes of the Verilog, simulated by Icarus. */
import { dirname, join } from "node:path";
import { findYosys, runYosys } from "../../platform/yosys.ts";
import { type FuzzCase, topOf } from "../case.ts";
import type { Trace } from "../trace.ts";
import { designVerilog } from "./bench-verilog.ts";
import { simulateVerilog } from "./icarus.ts";

/** A way to synthesise. */
export interface SynthesisTarget {
  readonly name: string;
  readonly command: string;
  /** The cells of its netlists as Yosys has them for simulation; absent: gates that Verilog has operators for. */
  readonly cells?: string;
}

/** Generic gates, and a family of FPGA. */
export const synthesisTargets: readonly SynthesisTarget[] = [
  { name: "gates", command: "synth -flatten" },
  { name: "ice40", command: "synth_ice40", cells: "ice40/cells_sim.v" },
];

const timeoutMs = 600_000;

export async function runNetlists(
  cases: readonly FuzzCase[],
  { command, cells }: SynthesisTarget = synthesisTargets[0],
): Promise<Trace[]> {
  const yosys = await findYosys("system");
  const designs = cases.map(({ circuit }, i) => [`design${i}.v`, designVerilog(circuit, `c${i}_`)]);
  const script = cases.flatMap(({ circuit }, i) => [
    "design -reset",
    `read_verilog design${i}.v`,
    `${command} -top c${i}_${topOf(circuit).name}`,
    `write_verilog -noattr netlist${i}.v`,
  ]);
  const netlists = cases.map((_, i) => `netlist${i}.v`);
  const texts = await runYosys(yosys, script.join("\n"), Object.fromEntries(designs), netlists, timeoutMs);
  // The library gives ports default values where it may, and Icarus does not know them.
  const libraries = cells
    ? ["-DNO_ICE40_DEFAULT_ASSIGNMENTS", join(dirname(yosys.command[0]), "..", "share", "yosys", cells)]
    : [];
  return await simulateVerilog(cases, (_, __, i) => texts[netlists[i]], libraries);
}
