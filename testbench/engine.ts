import { nearestNames, UserError } from "../sw-model/errors.ts";
import type { SimulationOptions } from "./engine-options.ts";
import { startIcarus } from "./icarus/index.ts";
import type { DesignUnderTest, EngineName, Simulation } from "./simulation.ts";
import { startVerilator } from "./verilator/index.ts";
import { startWasm } from "./wasm.ts";

export type { SimulationOptions } from "./engine-options.ts";

type Start = (design: DesignUnderTest, options?: SimulationOptions) => Promise<Simulation>;

const engines: Readonly<Record<EngineName, Start>> = {
  wasm: startWasm,
  verilator: startVerilator,
  icarus: startIcarus,
};

/** The engines that run a design, in the order in which they are offered. */
export const engineNames = Object.keys(engines) as readonly EngineName[];

/** Those that run a design from its Verilog alone, in a process of their own. */
export const verilogEngineNames = engineNames.filter((name) => name !== "wasm");

/** The engine of this name; an error (exit status 2) names those that are there. */
export function engineNamed(name: string): EngineName {
  const known = engineNames.find((engine) => engine === name);
  if (known !== undefined) return known;
  const near = nearestNames(name, engineNames);
  throw new UserError({
    code: "unknown-engine",
    message: `there is no engine ${name}`,
    where: "--engine",
    expected: `one of ${engineNames.join(", ")}`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}

/** Start a design on an engine by name. */
export async function startSimulation<D extends DesignUnderTest>(
  engine: string,
  design: D,
  options: SimulationOptions = {},
): Promise<Simulation & { readonly design: D }> {
  return (await engines[engineNamed(engine)](design, options)) as Simulation & { readonly design: D };
}
