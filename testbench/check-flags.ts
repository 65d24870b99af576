import { propertyMacro } from "../hdl/verilog/property.ts";
import type { DesignUnderTest } from "./simulation.ts";

/** Flags of a compiler that switch the checks in the Verilog on; `broken` is the statement that ends the run. None for a design without. */
export function checkFlags(design: DesignUnderTest, checks: boolean, broken: string): string[] {
  const macro = propertyMacro["for simulation"];
  return checks && design.verilog.includes(`\`ifdef ${macro}`) ? [`-D${macro}=${broken}`] : [];
}
