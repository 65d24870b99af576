import { findTool, type ToolName } from "../platform/tools.ts";
import type { DesignUnderTest, EngineName } from "./simulation.ts";

const needed: Readonly<Record<EngineName, readonly ToolName[]>> = {
  wasm: [],
  verilator: ["verilator", "g++", "boost"],
  icarus: ["iverilog", "vvp"],
};

/** The engines that can run a design: its Verilog alone is nothing for wasm. */
export function enginesFor(design: DesignUnderTest): EngineName[] {
  return (Object.keys(needed) as EngineName[]).filter((engine) => engine !== "wasm" || design.circuit !== undefined);
}

/** The two engines that run a design in lockstep where nobody names them: the first two of those that can. */
export function engineOfEachSide(design: DesignUnderTest): [EngineName, EngineName] {
  const [first, second] = enginesFor(design);
  return [first, second];
}

/** The tools of an engine that are not installed. */
export function missingTools(engine: EngineName, env: NodeJS.ProcessEnv = process.env): ToolName[] {
  return needed[engine].filter((tool) => findTool(tool, env) === undefined);
}
