import { elaborate } from "../hdl/index.ts";
import { readJson } from "../sw-model/json.ts";
import { designOf } from "../testbench/design.ts";
import { type SimulationOptions, startSimulation } from "../testbench/engine.ts";
import type { Simulation } from "../testbench/simulation.ts";
import type { AnyGenerator } from "./generator.ts";

/** The parameters of a command, and which of them were set by hand. */
export interface GivenParameters {
  // biome-ignore lint/suspicious/noExplicitAny: the generator's own type
  readonly parameters: any;
  readonly explicit: ReadonlySet<string>;
}

export interface Executed {
  readonly generator: string;
  readonly engine: string;
  readonly result: unknown;
  readonly cycles: number;
  readonly ioCycles: number;
}

/** Starts a generator's RTL on an engine. */
export function startGenerator(
  { module }: AnyGenerator,
  parameters: Record<string, unknown>,
  engine: string,
  options: SimulationOptions = {},
): Promise<Simulation> {
  return startSimulation(engine, designOf(elaborate(module, parameters)), options);
}

/** Runs the operation in a JSON file on an engine, or on the golden model with its cycle model. */
export async function execute(
  generator: AnyGenerator,
  given: GivenParameters,
  operationFile: string,
  engine: string,
  options: SimulationOptions = {},
): Promise<Executed> {
  const operation = generator.operation.parse(readJson(operationFile), given.parameters, operationFile);
  const parameters = generator.operation.fit(given.parameters, given.explicit, operation);
  const common = { generator: generator.spec.name, engine };
  if (engine === "golden") return { ...common, ...generator.golden(parameters, operation), ioCycles: 0 };
  const simulation = await startGenerator(generator, parameters, engine, options);
  try {
    return { ...common, ...(await generator.drive(simulation, parameters, operation)) };
  } finally {
    await simulation.close();
  }
}
