import { instanceOf } from "../instance.ts";
import { pinsOf } from "../program.ts";
import type { DesignUnderTest, PortDescription } from "../simulation.ts";

/** Name of the Verilog module around the design. Its ports have names that mean nothing in Verilog or C++. */
export const shellTop = "whittle_shell";

const range = ({ width }: PortDescription) => (width === 1 ? "" : `[${width - 1}:0] `);

/** What the shell is made for besides. */
interface ShellOptions {
  readonly snapshots?: boolean;
  readonly covered?: boolean;
}

const isClockless = ({ clock, clocks = [] }: DesignUnderTest) => clock === undefined && clocks.length === 0;

/** The event of an edge of any clock, for modules without one; of a design without clocks an input that rises where an edge would be. */
export function anyEdge(design: DesignUnderTest): string {
  if (isClockless(design)) return `posedge ${shellTop}.sample`;
  if (design.clock !== undefined) return `posedge ${shellTop}.clk`;
  const places = design.ports.flatMap(({ name }, index) => (design.clocks?.includes(name) ? [index] : []));
  return places.map((index) => `posedge ${shellTop}.p${index}`).join(" or ");
}

/**
 * A module around the design whose ports are called clk, p0, p1 and so on. Verilator renames ports that C++
 * reserves or that hold two underscores; behind the shell no name of the user reaches C++.
 */
export function shellVerilog(design: DesignUnderTest, { covered = false }: ShellOptions = {}): string {
  const declarations = [
    ...(covered && isClockless(design) ? ["  input sample"] : []),
    ...(design.clock === undefined ? [] : ["  input clk"]),
    ...pinsOf(design).map((port, index) => `  ${port.direction} ${range(port)}p${index}`),
  ];
  return `module ${shellTop}(\n${declarations.join(",\n")});\n${instanceOf(design)
    .map((line) => `  ${line}\n`)
    .join("")}endmodule\n`;
}

/** The C++ that hands the ports of the Verilated shell to the harness. */
export function shellCpp(design: DesignUnderTest, { snapshots = false, covered = false }: ShellOptions): string {
  const ports = pinsOf(design).map(
    ({ direction, signed, width }, index) =>
      `      {${direction === "input"}, ${signed}, ${width}, &dut->top.p${index}},`,
  );
  return [
    `#define WHITTLE_SNAPSHOTS ${snapshots ? 1 : 0}`,
    '#include "Vdut.h"',
    '#include "verilated_dut.h"',
    "",
    "std::unique_ptr<whittle::Model> whittle::makeModel(VerilatedContext& context) {",
    "  auto dut = std::make_unique<whittle::VerilatedDut<Vdut>>(context);",
    ...(design.clock === undefined ? [] : ["  dut->clock = &dut->top.clk;"]),
    // The reset is the last of the pins.
    ...(design.reset === undefined ? [] : [`  dut->reset = &dut->top.p${design.ports.length};`]),
    ...(design.resetActiveLow ? ["  dut->resetActive = 0;"] : []),
    ...(covered && isClockless(design) ? ["  dut->sample = &dut->top.sample;"] : []),
    "  dut->ports = {",
    ...ports,
    "  };",
    "  return dut;",
    "}",
    "",
  ].join("\n");
}
