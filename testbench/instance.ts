import { printParameter } from "../hdl/verilog/parameter.ts";
import { pinsOf } from "./program.ts";
import type { DesignUnderTest } from "./simulation.ts";

/** The design as an instance `dut` in Verilog, its pins on nets p0, p1 and so on, its clock on `clk`. */
export function instanceOf(design: DesignUnderTest): string[] {
  const { top, clock } = design;
  const connections = [
    ...(clock === undefined ? [] : [`.${clock}(clk)`]),
    ...pinsOf(design).map((port, index) => `.${port.name}(p${index})`),
  ];
  const last = connections.length - 1;
  return [
    `${top} ${parameterList(design)}dut (`,
    ...connections.map((line, i) => `  ${line}${i === last ? "" : ","}`),
    ");",
  ];
}

/** ` #(.W(8)) ` where the design is given parameters, else nothing. */
export function parameterList({ parameters = {} }: Pick<DesignUnderTest, "parameters">): string {
  const given = Object.entries(parameters).map(([name, value]) => `.${name}(${printParameter(value)})`);
  return given.length === 0 ? "" : `#(${given.join(", ")}) `;
}
