import { instanceOf } from "../instance.ts";
import type { DesignUnderTest, PortDescription } from "../simulation.ts";

/** Name of the Verilog module around the design. Its ports have names that mean nothing in Verilog or C++. */
export const shellTop = "whittle_shell";

const range = ({ width }: PortDescription) => (width === 1 ? "" : `[${width - 1}:0] `);

/**
 * A module around the design whose ports are called clk, rst, p0, p1 and so on. Verilator renames ports that C++
 * reserves or that hold two underscores; behind the shell no name of the user reaches C++.
 */
export function shellVerilog(design: DesignUnderTest): string {
  const declarations = [
    ...(design.clock === undefined ? [] : ["  input clk"]),
    ...(design.reset === undefined ? [] : ["  input rst"]),
    ...design.ports.map((port, index) => `  ${port.direction} ${range(port)}p${index}`),
  ];
  return `module ${shellTop}(\n${declarations.join(",\n")});\n${instanceOf(design)
    .map((line) => `  ${line}\n`)
    .join("")}endmodule\n`;
}

/** The C++ that hands the ports of the Verilated shell to the harness. */
export function shellCpp(design: DesignUnderTest, { snapshots }: { readonly snapshots: boolean }): string {
  const ports = design.ports.map(
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
    ...(design.reset === undefined ? [] : ["  dut->reset = &dut->top.rst;"]),
    "  dut->ports = {",
    ...ports,
    "  };",
    "  return dut;",
    "}",
    "",
  ].join("\n");
}
