import type { Ports } from "../../hdl/index.ts";
import { findTool } from "../../platform/tools.ts";
import { parameterList } from "../instance.ts";
import type { DesignUnderTest, GivenParameter, PortDescription } from "../simulation.ts";
import { refuseOtherPorts, type TypedDesign } from "../typed-design.ts";
import { type ControlOptions, findControls } from "./controls.ts";
import { probe } from "./interface.ts";
import { checkedParameters } from "./parameters.ts";
import { refuseOddPort } from "./refusals.ts";
import { gatherSources, type SourceOptions } from "./sources.ts";
import { readWithVerilator } from "./verilator.ts";
import { readWithYosys } from "./yosys.ts";

/** How to read Verilog that is not ours. */
export interface ImportOptions<D extends Ports = Ports> extends SourceOptions, ControlOptions {
  /** Parameters of the top module in place of its own defaults. Those of more than 32 bits are bigints. */
  readonly parameters?: Readonly<Record<string, GivenParameter>>;
  /**
   * The ports as a module of the language declares them, clocks and the one reset not among them: test benches are typed by it. It is an
   * error if the Verilog has others.
   */
  readonly ports?: D | undefined;
  /** How long the tool that reads the ports may take, in milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

/**
 * A module of Verilog-2005 files as a design for the engines `verilator` and `icarus`. Verilator reads its ports; where it is not
 * installed Yosys does, which knows synthesizable Verilog alone. Errors name file and line: `verilog-rejected`, `unknown-module`,
 * `unknown-parameter`, `bad-parameter`, `inout-port`, `odd-port`, `odd-port-name`, `which-clock`, `no-files`, `file-not-found`,
 * `file-unreadable`, and `ports-differ` for ports that are not as `ports` says.
 */
export async function importVerilog<const D extends Ports = Ports>(
  files: readonly string[],
  top: string,
  options: ImportOptions<D> = {},
): Promise<TypedDesign<D>> {
  const { timeoutMs = 120_000 } = options;
  const parameters = checkedParameters(top, options.parameters ?? {});
  const verilog = await gatherSources(files, options);
  const around = `module ${probe};\n  ${top} ${parameterList({ parameters })}dut ();\nendmodule\n`;
  const reading = { verilog, around, top, timeoutMs };
  const verilator = findTool("verilator");
  const outside = await (verilator === undefined ? readWithYosys(reading) : readWithVerilator(verilator, reading));
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
