import { existsSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { elaborate } from "../hdl/index.ts";
import { writeFileAtomically } from "../platform/atomic-write.ts";
import { interruptible } from "../platform/interruptible.ts";
import { temporaryFolder } from "../platform/temporary.ts";
import { UserError } from "../sw-model/errors.ts";
import { parseJson } from "../sw-model/json.ts";
import { checkRules } from "../sw-model/parameters.ts";
import { readText } from "../sw-model/read-file.ts";
import { designOf } from "../testbench/design.ts";
import { type SimulationOptions, startSimulation } from "../testbench/engine.ts";
import type { Simulation } from "../testbench/simulation.ts";
import type { AnyGenerator } from "./generator.ts";

/** The parameters of a command, and which of them were set by hand. */
export interface GivenParameters {
  // biome-ignore lint/suspicious/noExplicitAny: the generator's own type
  readonly parameters: any;
  readonly explicit: ReadonlySet<string>;
  /** Those that a preset decided. */
  readonly fromPreset?: ReadonlySet<string>;
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
  const text = readText(operationFile);
  const { operation, parameters } = await interruptible(() => {
    const operation = generator.operation.parse(parseJson(text, operationFile), given.parameters, operationFile);
    const fit = () => generator.operation.fit(given.parameters, given.explicit, operation, given.fromPreset);
    return { operation, parameters: placedIn(operationFile, fit) };
  });
  checkRules(generator.spec, parameters);
  const common = { generator: generator.spec.name, engine };
  if (engine === "golden") {
    if (options.waves !== undefined) throw noWaves(options.waves);
    return { ...common, ...(await interruptible(() => generator.golden(parameters, operation))), ioCycles: 0 };
  }
  return await withWaves(options.waves, async (waves) => {
    const simulation = await startGenerator(generator, parameters, engine, { ...options, ...(waves ? { waves } : {}) });
    try {
      return { ...common, ...(await interruptible(() => generator.drive(simulation, parameters, operation))) };
    } finally {
      await simulation.close();
    }
  });
}

/** What does not suit the parameters is told with its file, as what is wrong in itself. */
function placedIn<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError && error.details.where?.startsWith("$"))) throw error;
    const where = `${file}: ${error.details.where}`;
    throw new UserError({ ...error.details, where }, error.exitStatus, { cause: error });
  }
}

/** Lets a simulator write its waves to a temporary file, and puts them whole where they were asked for. */
async function withWaves<T>(target: string | undefined, work: (waves: string | undefined) => Promise<T>): Promise<T> {
  if (target === undefined) return await work(undefined);
  if (target.trim() === "" || (existsSync(target) && statSync(target).isDirectory())) throw noFile(target);
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-waves-${process.pid}`));
  const waves = join(temporary.path, "waves.vcd");
  try {
    return await work(waves);
  } finally {
    // Waves of an operation that failed are the more welcome.
    if (existsSync(waves)) writeFileAtomically(target, readFileSync(waves));
    await temporary.remove();
  }
}

function noFile(target: string): UserError {
  return new UserError({
    code: "cannot-write",
    message: "waves go to a file",
    where: `--waves ${target}`,
    expected: "the path of a file, such as run.vcd",
    found: target.trim() === "" ? "no name" : "a folder",
  });
}

function noWaves(target: string): UserError {
  return new UserError({
    code: "no-waves",
    message: "the golden model has no signals and so no waves",
    where: `--waves ${target}`,
    expected: "an engine that simulates: wasm, verilator or icarus",
    found: "--engine golden",
  });
}
