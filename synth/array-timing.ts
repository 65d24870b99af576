import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../platform/cache.ts";
import { lastLines } from "../platform/children.ts";
import { requireTool, toolVersion } from "../platform/tools.ts";
import { withoutComments } from "../platform/verilog-text.ts";
import { findYosys, runYosys } from "../platform/yosys.ts";
import { type Macro, type MacroInput, type MacroOutput, macroLibrary } from "./macro-library.ts";
import { boxLargeMemories } from "./memories.ts";
import { files } from "./script.ts";
import { sramMacro, sramsOf, wholeWords, withoutDollars } from "./srams.ts";
import { abcScript, mappingForSpeed, netlist, runSta, type TimingRequest, timeoutMs, timingFailed } from "./timing.ts";

/** A module that holds many copies of another one. */
export interface ArrayRequest extends TimingRequest {
  /** The module that is mapped and timed by itself, once. */
  readonly part: string;
}

/** A path, and where it begins and ends. */
export interface TimedPath {
  readonly ns: number;
  readonly from: string;
  readonly to: string;
}

export interface ArrayTiming {
  /** The longest path within the part, SRAMs included, ports not. */
  readonly part: TimedPath;
  /** The longest path of the rest with the part's ports: it may begin and end in SRAMs of the part. */
  readonly array: TimedPath;
}

type Conditions = Pick<ArrayRequest, "target" | "clock" | "periodNs">;

interface Mapped {
  /** Verilog of cells of the library and of `macros`. */
  readonly text: string;
  readonly macros: readonly Macro[];
}

/** What registers drive is buffered, too: a command goes to all parts. */
const buffering = "buffer -c -p";

/** Registers behind memories go into them, as an SRAM has them, and those of more than a few bits stay out; `box` is a module to be left out as well. */
const elaboration = (module: string, box?: string) =>
  [
    `read_verilog ${files.verilog}`,
    `hierarchy -check -top ${module}`,
    "proc",
    ...(box === undefined ? [] : [`blackbox ${box}`]),
    ...["flatten", "opt_clean", "opt_expr", "opt_dff", "opt_clean", "memory -nomap", "opt_clean"],
    `write_rtlil ${files.elaborated}`,
  ].join("\n");

/**
 * Times an array by its part: the part is mapped and timed once, with SRAMs by `sramAccessNs`, and looks from outside like a block whose
 * inputs must be there, and whose outputs come, at the times of its longest paths. Then what is around the parts is mapped and timed
 * with these blocks. Clock ideal, no wires. Kept by content. Throws `UserError` tool-missing, timing-failed.
 */
export async function arrayTiming(request: ArrayRequest): Promise<ArrayTiming> {
  const sta = requireTool("sta");
  const { verilog, module, part, target, drivingCell, load, periodNs } = request;
  const [yosys, version] = await Promise.all([findYosys(), toolVersion("sta", sta)]);
  const facts = JSON.stringify({ module, part, drivingCell, load, periodNs, macro: macroLibrary([]) });
  const recipe = [
    elaboration(part),
    mappingForSpeed(part),
    abcScript(periodNs, buffering),
    abcScript(periodNs / 2, buffering),
    reportOf.toString(),
    portTcl.toString(),
    gated.toString(),
    wholeWords.toString(),
  ];
  const key = [yosys.tool, yosys.version, String(version), facts, ...recipe, withoutComments(verilog)];
  const folder = await cached("array-timing", [...key, target.library.text], async (folder) => {
    const inside = await mapped(request, part);
    const ports = portsOf(verilog, part);
    const model = await modelOf(request, inside, ports);
    const around = await mapped({ ...request, verilog: gated(verilog, part, ports) }, module, boxOf(part));
    const found: ArrayTiming = {
      part: await longestPath(request, { ...inside, module: part }),
      array: await longestPath(request, { ...around, macros: [...around.macros, model], module }),
    };
    await writeFile(join(folder, "timing.json"), JSON.stringify(found));
  });
  return JSON.parse(await readFile(join(folder, "timing.json"), "utf8")) as ArrayTiming;
}

async function mapped(request: ArrayRequest, module: string, box?: string): Promise<Mapped> {
  const { verilog, target, drivingCell, load, periodNs } = request;
  const yosys = await findYosys();
  const sources = { [files.verilog]: verilog };
  const script = elaboration(module, box);
  const { [files.elaborated]: rtlil } = await runYosys(yosys, script, sources, [files.elaborated], timeoutMs);
  const srams = sramsOf(rtlil);
  const given = {
    [files.elaborated]: wholeWords(boxLargeMemories(rtlil), srams),
    [files.library]: target.library.text,
    // ABC takes ports of blocks for registers without delay: around them it maps for what they leave of the period.
    "abc.script": abcScript(box === undefined ? periodNs : periodNs / 2, buffering),
    constraints: `set_driving_cell ${drivingCell}\nset_load ${load}\n`,
  };
  const made = await runYosys(yosys, mappingForSpeed(module), given, [files.text, netlist], timeoutMs);
  return { text: withoutDollars(made[netlist]), macros: srams.map(sramMacro) };
}

interface Port {
  readonly name: string;
  readonly width: number;
  readonly direction: "input" | "output";
}

/** The ports of a module of the Verilog that we emit, without clock and reset. */
function portsOf(verilog: string, module: string): Port[] {
  const [, header = ""] = new RegExp(`^module ${module} \\(([\\s\\S]*?)^\\);`, "m").exec(verilog) ?? [];
  return Array.from(
    header.matchAll(/^ *(input|output) (?:wire|reg) (?:signed )?(?:\[(\d+):0\] )?(\w+)/gm),
    (found) => ({
      direction: found[1] as Port["direction"],
      width: Number(found[2] ?? 0) + 1,
      name: found[3],
    }),
  ).filter(({ name }) => name !== "clock" && name !== "reset");
}

const boxOf = (part: string) => `${part}_box`;

/**
 * The Verilog with a gate before each input of a part, held open by a block of each part's own. ABC leaves nets alone that go to ports, however
 * many; so it sees nets that drive gates, and buffers them.
 */
function gated(verilog: string, part: string, ports: readonly Port[]): string {
  const declared = ports.map(
    ({ direction, width, name }) => `  ${direction} wire ${width === 1 ? "" : `[${width - 1}:0] `}${name}`,
  );
  const connected = ports.map(({ direction, width, name }) =>
    direction === "input" ? `.${name}(${name} & {${width}{open}})` : `.${name}(${name})`,
  );
  return [
    verilog.replace(new RegExp(`^module ${part} \\(`, "m"), `module ${boxOf(part)} (`),
    `module ${part} (\n  input wire clock,\n  input wire reset,\n${declared.join(",\n")}\n);`,
    `  wire open;\n  ${boxOf(part)} box (.clock(clock), .reset(reset), ${connected.join(", ")});`,
    `  ${boxOf(part)}_gate gate (.open(open));`,
    "endmodule",
    `(* blackbox *)\nmodule ${boxOf(part)}_gate (output wire open);\nendmodule`,
    "",
  ].join("\n");
}

const pattern = ({ name, width }: Port) => `[get_ports {${name}${width === 1 ? "" : "[*]"}}]`;

/** Commands that tell one slack after another: of every output from the clock, of every output from every input, of every input to the clock. */
function portTcl(ports: readonly Port[]): string[] {
  const inputs = ports.filter(({ direction }) => direction === "input");
  const outputs = ports.filter(({ direction }) => direction === "output");
  const report = (name: string, ends: string) => [
    `puts "@@ ${name}"`,
    `report_checks -path_delay max -digits 4 ${ends}`,
  ];
  return [
    ...outputs.map((port) => `set_output_delay 0 -clock clock ${pattern(port)}`),
    ...outputs.flatMap((port) => report(`clock ${port.name}`, `-to ${pattern(port)}`)),
    ...inputs.map((port) => `set_input_delay 0 -clock clock ${pattern(port)}`),
    ...inputs.flatMap((from) =>
      outputs.flatMap((to) => report(`${from.name} ${to.name}`, `-from ${pattern(from)} -to ${pattern(to)}`)),
    ),
    // Outputs are never what is late now.
    ...outputs.map((port) => `set_output_delay -1000 -clock clock ${pattern(port)}`),
    ...inputs.flatMap((port) => report(`${port.name} clock`, `-from ${pattern(port)}`)),
  ];
}

async function modelOf(request: ArrayRequest, inside: Mapped, ports: readonly Port[]): Promise<Macro> {
  const report = await reportOf(request, { ...inside, module: request.part }, portTcl(ports));
  const times = new Map<string, number>();
  for (const section of report.split(/^@@ /m).slice(1)) {
    const slack = /^\s*(-?[\d.]+)\s+slack\b/m.exec(section)?.[1];
    if (slack !== undefined)
      times.set(section.slice(0, section.indexOf("\n")).trim(), request.periodNs - Number(slack));
  }
  const named = (direction: Port["direction"]) => ports.filter((port) => port.direction === direction);
  const inputs = named("input").map(
    ({ name, width }): MacroInput => ({ name, width, setupNs: times.get(`${name} clock`) }),
  );
  const outputs = named("output").map(({ name, width }): MacroOutput => {
    const through = inputs.flatMap((input) => {
      const ns = times.get(`${input.name} ${name}`);
      return ns === undefined ? [] : [{ input, ns }];
    });
    return { name, width, clockNs: times.get(`clock ${name}`), through };
  });
  const reset = { name: "reset", width: 1 };
  return {
    name: boxOf(request.part),
    clocks: [request.clock],
    inputs: [...inputs, reset],
    outputs,
    inputLoad: request.load,
  };
}

/** The longest path of a netlist of gates and blocks, ports not counted. */
export async function longestPath(
  request: Conditions,
  design: Mapped & { readonly module: string },
): Promise<TimedPath> {
  const report = await reportOf(request, design, ["report_checks -path_delay max -digits 4"]);
  const slack = /^\s*(-?[\d.]+)\s+slack\b/m.exec(report)?.[1];
  if (slack === undefined) throw timingFailed(lastLines(report));
  const end = (what: string) => new RegExp(`^${what}: (\\S+)`, "m").exec(report)?.[1] ?? "";
  return {
    ns: Math.round((request.periodNs - Number(slack)) * 1000) / 1000,
    ...{ from: end("Startpoint"), to: end("Endpoint") },
  };
}

function reportOf(
  { target, clock, periodNs }: Conditions,
  { text, macros, module }: Mapped & { readonly module: string },
  commands: readonly string[],
): Promise<string> {
  const script = [
    `read_liberty ${files.library}`,
    "read_liberty macros.lib",
    `read_verilog ${netlist}`,
    `link_design ${module}`,
    `create_clock -name clock -period ${periodNs} [get_ports ${clock}]`,
    ...commands,
    "exit",
    "",
  ].join("\n");
  const inputs = { [files.library]: target.library.text, "macros.lib": macroLibrary(macros), [netlist]: text };
  return runSta(requireTool("sta"), { ...inputs, "timing.tcl": script });
}
