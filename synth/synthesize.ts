import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../platform/cache.ts";
import { withoutComments } from "../platform/verilog-text.ts";
import { findYosys, runYosys, type Yosys, type YosysChoice } from "../platform/yosys.ts";
import { nearestNames, UserError } from "../sw-model/errors.ts";
import { boxLargeMemories } from "./memories.ts";
import { parseRun, type RunOutput } from "./parser.ts";
import type { SynthesisReport } from "./report.ts";
import { elaborationScript, files, mappingScript } from "./script.ts";
import { findTarget, type Target } from "./targets.ts";

export type { SynthesisReport } from "./report.ts";

/** What to synthesize, and for what. */
export interface SynthesisRequest {
  /** Verilog-2005, complete. */
  readonly verilog: string;
  readonly top: string;
  /** Modules that the design takes from the library of a device, as Verilog for targets that have no such library. */
  readonly foreign?: string;
  /** `xc7`, `xcup`, `ice40`, `ecp5`, `gates`, or the path of a Liberty file. */
  readonly target: string;
  /** Synthesize this module of the design instead of the top. */
  readonly module?: string;
  /**
   * Map every module once, and put the hierarchy together afterwards: far quicker where many instances are equal, at the price of
   * what could be simplified across their borders. FPGAs only.
   */
  readonly hierarchical?: boolean;
  /** Choose cells for area alone, whatever the delay; otherwise ABC looks for a short path first. Liberty only. */
  readonly smallest?: boolean;
  /** Memories of more bits than this are left out as SRAM; default `blackBoxAboveBits`. Gates and Liberty only. */
  readonly sramAboveBits?: number;
  /** Default: the Yosys on PATH, else the embedded one. */
  readonly yosys?: YosysChoice;
  /** Default half an hour. */
  readonly timeoutMs?: number;
  /** Gets progress in words. */
  readonly log?: (line: string) => void;
}

/** Map a design with Yosys and count what it became. What Yosys printed is kept by content. */
export async function synthesize(given: SynthesisRequest): Promise<SynthesisReport> {
  const top = given.module ?? given.top;
  requireModule(given.verilog, top);
  const [target, yosys] = await Promise.all([findTarget(given.target), findYosys(given.yosys)]);
  const hasLibrary = target.kind === "fpga" && target.library !== undefined;
  const request = hasLibrary || !given.foreign ? given : { ...given, verilog: `${given.verilog}\n${given.foreign}` };
  const key = [
    ...[yosys.tool, yosys.version],
    ...[elaborationScript(top, target.kind), mappingScript(target, top, request)],
    ...(request.sramAboveBits === undefined ? [] : [`memories above ${request.sramAboveBits} bits left out`]),
    ...[withoutComments(request.verilog), target.kind === "liberty" ? target.library.text : ""],
  ];
  const folder = await cached("synth", key, async (folder) => {
    request.log?.(`synthesizing ${top} for ${target.name} with ${yosys.tool} ${yosys.version}`);
    const output = await run(request, target, top, yosys);
    await writeFile(join(folder, "output.json"), JSON.stringify(output));
  });
  const output = JSON.parse(await readFile(join(folder, "output.json"), "utf8")) as RunOutput;
  return {
    target: target.name,
    tool: yosys.tool,
    version: yosys.version,
    ...parseRun(target, output, request.sramAboveBits),
  };
}

async function run(request: SynthesisRequest, target: Target, top: string, yosys: Yosys): Promise<RunOutput> {
  const { verilog, timeoutMs = 1_800_000 } = request;
  const inputs = { [files.verilog]: verilog };
  const map = mappingScript(target, top, request);
  const yosysRun = (script: string, given: Readonly<Record<string, string>>, wanted: readonly string[]) =>
    runYosys(yosys, script, given, wanted, timeoutMs);

  if (target.kind === "fpga") {
    const output = await yosysRun(map, inputs, [files.source, files.mapped, files.text, files.depth]);
    const [source, mapped] = [output[files.source], output[files.mapped]];
    return { source, mapped, text: output[files.text], depth: output[files.depth] };
  }
  const elaborated = await yosysRun(elaborationScript(top, target.kind), inputs, [files.source, files.elaborated]);
  const given = {
    [files.elaborated]: boxLargeMemories(elaborated[files.elaborated], request.sramAboveBits),
    ...(target.kind === "liberty" ? { [files.library]: target.library.text } : {}),
  };
  const extra = target.kind === "gates" ? files.depth : files.text;
  const output = await yosysRun(map, given, [files.mapped, extra]);
  const figures = { source: elaborated[files.source], mapped: output[files.mapped] };
  return target.kind === "gates" ? { ...figures, depth: output[extra] } : { ...figures, text: output[extra] };
}

function requireModule(verilog: string, name: string): void {
  const names = [...withoutComments(verilog).matchAll(/^\s*module\s+(\w+)/gm)].map((match) => match[1]);
  if (names.includes(name)) return;
  const near = nearestNames(name, names);
  throw new UserError({
    code: "unknown-module",
    message: `the design has no module ${name}`,
    where: "--module",
    expected: `one of ${names.join(", ")}`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}
