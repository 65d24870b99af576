import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../platform/cache.ts";
import { lastLines, spawnChild, within } from "../platform/children.ts";
import { temporaryFolder } from "../platform/temporary.ts";
import { requireTool, toolVersion } from "../platform/tools.ts";
import { withoutComments } from "../platform/verilog-text.ts";
import { findYosys, runYosys } from "../platform/yosys.ts";
import { UserError } from "../sw-model/errors.ts";
import { boxLargeMemories } from "./memories.ts";
import { chipArea } from "./parser.ts";
import { elaborationScript, files } from "./script.ts";
import type { LibertyTarget } from "./targets.ts";

/** What to map for speed, and to which clock. */
export interface TimingRequest {
  /** Verilog-2005, complete. */
  readonly verilog: string;
  /** The module to look at, and its clock. */
  readonly module: string;
  readonly clock: string;
  readonly target: LibertyTarget;
  /** The cell that drives inputs, and the load of outputs in the unit of the library: ABC sizes and buffers by them. */
  readonly drivingCell: string;
  readonly load: number;
  readonly periodNs: number;
}

/** The longest path between registers of a mapped module, with ideal clock and no wires, and the area of the same netlist. */
export interface TimingReport {
  /** From clock edge to clock edge, setup included: the shortest period. */
  readonly criticalPathNs: number;
  readonly areaUm2: number;
}

/** Of one Yosys or OpenSTA run; both take seconds. */
export const timeoutMs = 600_000;

/**
 * ABC's usual script for a clock, but without `dc2`: that makes graphs smaller by turning parallel-prefix adders back into ripple
 * adders, which costs a multiplier of 16 bits a fifth of its speed.
 */
export const abcScript = (periodNs: number, buffering = "buffer -c") => {
  const clock = `-D ${Math.round(periodNs * 1000)}`;
  const sizes = [`upsize ${clock}`, `dnsize ${clock}`];
  return ["strash", "ifraig", "scorr", "dch -f", `map -B 0.9 ${clock}`, "topo", buffering, ...sizes, ""].join("\n");
};

/** File name of a mapped netlist. */
export const netlist = "mapped.v";

/** Maps with Yosys to the library for a clock. */
export function mappingForSpeed(module: string): string {
  return [
    `read_rtlil ${files.elaborated}`,
    `synth -flatten -top ${module}`,
    `dfflibmap -liberty ${files.library}`,
    `abc -liberty ${files.library} -constr constraints -script abc.script`,
    "opt_clean",
    `tee -q -o ${files.text} stat -liberty ${files.library}`,
    `write_verilog -noattr -noexpr -nohex ${netlist}`,
  ].join("\n");
}

function analysis({ module, clock, periodNs }: Omit<Netlist, "netlist" | "library">): string {
  return [
    `read_liberty ${files.library}`,
    `read_verilog ${netlist}`,
    `link_design ${module}`,
    `create_clock -name clock -period ${periodNs} [get_ports ${clock}]`,
    "report_checks -path_delay max -digits 4",
    "exit",
    "",
  ].join("\n");
}

/** A module mapped for speed. Kept by content, as what OpenSTA makes of it: `kind` tells which of both. */
async function keptMapping(
  kind: "timing" | "mapping",
  request: TimingRequest,
  further: readonly string[],
  reportOf: (mapped: { readonly netlist: string; readonly areaUm2: number }) => Promise<object>,
): Promise<string> {
  const { verilog, module, target, drivingCell, load, periodNs } = request;
  const yosys = await findYosys();
  const constraints = `set_driving_cell ${drivingCell}\nset_load ${load}\n`;
  const scripts = [elaborationScript(module, target.kind), mappingForSpeed(module), abcScript(periodNs), constraints];
  const key = [yosys.tool, yosys.version, ...scripts, ...further];
  const folder = await cached(kind, [...key, withoutComments(verilog), target.library.text], async (folder) => {
    const elaborated = await runYosys(
      yosys,
      elaborationScript(module, target.kind),
      { [files.verilog]: verilog },
      [files.elaborated],
      timeoutMs,
    );
    const given = {
      [files.elaborated]: boxLargeMemories(elaborated[files.elaborated]),
      ...{ [files.library]: target.library.text, "abc.script": abcScript(periodNs), constraints },
    };
    const mapped = await runYosys(yosys, mappingForSpeed(module), given, [files.text, netlist], timeoutMs);
    const report = await reportOf({ netlist: mapped[netlist], areaUm2: chipArea(mapped[files.text]) });
    await writeFile(join(folder, "report.json"), JSON.stringify(report));
  });
  return await readFile(join(folder, "report.json"), "utf8");
}

/**
 * Maps a module for speed and times it with OpenSTA. Paths that begin or end at a port or in a memory that was left out as SRAM do not
 * count. Kept by content. Throws `UserError` tool-missing without OpenSTA, timing-failed where it finds no path.
 */
export async function criticalPath(request: TimingRequest): Promise<TimingReport> {
  const version = await toolVersion("sta", requireTool("sta"));
  const report = await keptMapping("timing", request, [String(version), analysis(request)], async (mapped) => {
    const library = request.target.library.text;
    const criticalPathNs = await longestPathNs({ ...request, netlist: mapped.netlist, library });
    return { criticalPathNs, areaUm2: mapped.areaUm2 };
  });
  return JSON.parse(report) as TimingReport;
}

/** The area of a module mapped for speed, in square micrometres, also where no path leads from register to register. */
export async function areaAtSpeed(request: TimingRequest): Promise<number> {
  const report = await keptMapping("mapping", request, [], async ({ areaUm2 }) => ({ areaUm2 }));
  return (JSON.parse(report) as { areaUm2: number }).areaUm2;
}

/** A netlist of cells of a library. */
export interface Netlist extends Pick<TimingRequest, "module" | "clock" | "periodNs"> {
  readonly netlist: string;
  /** Liberty. */
  readonly library: string;
}

/** The longest path between registers, as `criticalPath` tells it, in a module that is mapped already. */
export async function longestPathNs(design: Netlist): Promise<number> {
  const inputs = { [files.library]: design.library, [netlist]: design.netlist, "timing.tcl": analysis(design) };
  const report = await runSta(requireTool("sta"), inputs);
  const slack = /^\s*(-?[\d.]+)\s+slack\b/m.exec(report)?.[1];
  if (slack === undefined) throw timingFailed(lastLines(report));
  return Math.round((design.periodNs - Number(slack)) * 1000) / 1000;
}

/** Runs OpenSTA on `timing.tcl` among the given files; its report. */
export async function runSta(program: string, inputs: Readonly<Record<string, string>>): Promise<string> {
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-sta-${randomBytes(8).toString("hex")}`));
  try {
    const write = ([name, text]: [string, string]) => writeFile(join(temporary.path, name), text);
    await Promise.all(Object.entries(inputs).map(write));
    const options = { cwd: temporary.path, all: true, stdin: "ignore" } as const;
    const child = spawnChild(program, ["-no_init", "-no_splash", "-exit", "timing.tcl"], options);
    const { result, late } = await within(child, timeoutMs);
    const output = String(result.all ?? "");
    if (late || result.failed) throw timingFailed(lastLines(output) || String(result.shortMessage));
    return output;
  } finally {
    await temporary.remove();
  }
}

export const timingFailed = (found: string) =>
  new UserError(
    {
      code: "timing-failed",
      message: "OpenSTA found no longest path",
      where: "sta",
      expected: "a module with a path between two registers, and a Liberty file with their timing",
      found,
    },
    1,
  );
