import type { Ports, VerilogParameter } from "../../hdl/index.ts";
import { findYosys, runYosys } from "../../platform/yosys.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import { parameterList } from "../instance.ts";
import type { DesignUnderTest, PortDescription } from "../simulation.ts";
import { refuseOtherPorts, type TypedDesign } from "../typed-design.ts";
import { type ControlOptions, findControls } from "./controls.ts";
import { type ForeignPort, moduleNames, readInterface, readParameters } from "./interface.ts";
import { gatherSources, type SourceOptions } from "./sources.ts";

/** How to read Verilog that is not ours. */
export interface ImportOptions<D extends Ports = Ports> extends SourceOptions, ControlOptions {
  /** Parameters of the top module in place of its own defaults. */
  readonly parameters?: Readonly<Record<string, VerilogParameter>>;
  /**
   * The ports as a module of the language declares them, clocks and the one reset not among them: test benches are typed by it. It is an
   * error if the Verilog has others.
   */
  readonly ports?: D | undefined;
  /** How long Yosys may read, in milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

const probe = "whittle_probe";

/**
 * A module of Verilog-2005 files as a design for the engines `verilator` and `icarus`. Yosys reads its ports: the one on PATH, or
 * the one that comes with the package. Errors name file and line: `verilog-rejected`, `unknown-module`, `unknown-parameter`,
 * `inout-port`, `which-clock`, `file-not-found`, and `ports-differ` for ports that are not as `ports` says.
 */
export async function importVerilog<const D extends Ports = Ports>(
  files: readonly string[],
  top: string,
  options: ImportOptions<D> = {},
): Promise<TypedDesign<D>> {
  const { parameters = {}, timeoutMs = 120_000 } = options;
  const verilog = await gatherSources(files, options);
  const around = `module ${probe};\n  ${top} ${parameterList({ parameters })}dut ();\nendmodule\n`;
  const outside = readInterface(await elaborated({ verilog, around, top, timeoutMs }), probe);
  for (const port of outside.ports) refuseOddPort(top, port);
  const controls = findControls(top, outside, options);
  const ports = outside.ports
    .filter(({ name }) => name !== controls.clock && name !== controls.reset)
    .map(({ name, direction, width, signed }) => ({ name, direction, width, signed }) as PortDescription);
  const design: DesignUnderTest = {
    top,
    verilog,
    ports,
    ...controls,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
  if (options.ports === undefined) return design;
  const clocks = design.clocks ?? [];
  refuseOtherPorts({ ...design, ports: ports.filter(({ name }) => !clocks.includes(name)) }, options.ports);
  return { ...design, declared: options.ports };
}

interface Reading {
  readonly verilog: string;
  /** A module with the instance `dut`, for Yosys to elaborate with its parameters. */
  readonly around: string;
  readonly top: string;
  readonly timeoutMs: number;
}

async function elaborated({ verilog, around, top, timeoutMs }: Reading): Promise<string> {
  const yosys = await findYosys();
  const read = async (script: string) => {
    const inputs = { "design.v": verilog, "probe.v": around };
    return (await runYosys(yosys, `${script}\nwrite_rtlil design.il`, inputs, ["design.il"], timeoutMs))["design.il"];
  };
  try {
    return await read(`read_verilog design.v probe.v\nhierarchy -check -top ${probe}`);
  } catch (error) {
    if (!(error instanceof UserError) || error.details.code !== "synthesis-failed") throw error;
    const found = String(error.details.found);
    const line = found.split("\n").find((text) => text.includes("ERROR:")) ?? found;
    if (/in cell `\\?dut'/.test(line)) {
      const modules = await read("read_verilog design.v");
      if (!moduleNames(modules).includes(top)) throw unknown("module", top, "the files have", moduleNames(modules));
      const parameter = /parameter named '(.*)'/.exec(line)?.[1];
      if (parameter !== undefined) throw unknown("parameter", parameter, `${top} has`, readParameters(modules, top));
    }
    throw rejected(top, line);
  }
}

function unknown(what: "module" | "parameter", name: string, who: string, names: readonly string[]): UserError {
  const near = nearestNames(name, names);
  return new UserError({
    code: `unknown-${what}`,
    message: `${who} no ${what} ${name}`,
    where: name,
    expected: names.length === 0 ? `no ${what}` : `one of ${names.join(", ")}`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}

/** What Yosys says is "FILE:LINE: ERROR: what", or without a place. */
function rejected(top: string, line: string): UserError {
  const match = /^(?:(.*:\d+): )?ERROR: (.*)$/.exec(line);
  const [, at, reason] = match ?? [undefined, undefined, line];
  return new UserError({
    code: "verilog-rejected",
    message: `${at ?? top}: ${reason}`,
    where: at ?? top,
    expected: "Verilog-2005 that can be elaborated",
    found: reason,
    ...(at !== undefined && /\.svh?:\d+$/.test(at) ? { hint: "SystemVerilog is not read" } : {}),
  });
}

function refuseOddPort(top: string, { name, direction, at }: ForeignPort): void {
  if (direction === "inout") {
    throw new UserError({
      code: "inout-port",
      message: `${top} has a bidirectional port ${name}`,
      where: at,
      expected: "inputs and outputs: a test bench cannot tell whose turn it is to drive a wire of both",
      found: `inout ${name}`,
      hint: "wrap it in a module with an input, an output and the enable of its driver",
    });
  }
  if (/^[A-Za-z_][\w$]*$/.test(name)) return;
  throw new UserError({
    code: "odd-port-name",
    message: `${top} has a port with an escaped name`,
    where: at,
    expected: "a name of letters, digits, _ and $",
    found: `\\${name} `,
    hint: "wrap it in a module with plain names",
  });
}
