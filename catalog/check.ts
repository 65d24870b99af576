import type { CoverageDatabase } from "../testbench/coverage/database.ts";
import { type CrossCheckReport, crossCheck } from "../testbench/crosscheck.ts";
import type { SimulationOptions } from "../testbench/engine.ts";
import { checked } from "./checked.ts";
import { type GivenParameters, startGenerator } from "./execute.ts";
import type { AnyGenerator } from "./generator.ts";

export interface CheckOptions {
  readonly engine: string;
  /** Random operations; the directed ones come on top. */
  readonly cases: number;
  readonly seed: number;
  /** The command that repeats the check. */
  readonly reproduce: string;
  /** Where to write a waveform of the first mismatch. */
  readonly waves?: string;
  /** Counts what the operations cover. */
  readonly coverage?: CoverageDatabase;
  readonly log?: (line: string) => void;
}

export interface Checked extends CrossCheckReport {
  readonly generator: string;
  readonly engine: string;
  readonly seed: number;
  readonly seconds: number;
}

/** Directed and random operations through RTL and golden model; results and cycles must be equal. */
export async function check(generator: AnyGenerator, given: GivenParameters, options: CheckOptions): Promise<Checked> {
  const { engine, cases, seed, reproduce, waves, coverage, log } = options;
  const started = performance.now();
  const parameters = generator.cases.parameters(given.parameters, given.explicit);
  const start = (extra?: SimulationOptions) =>
    startGenerator(generator, parameters, engine, {
      seed: (seed >>> 0) % 2 ** 31 || 1,
      ...(log ? { log } : {}),
      // What is run again for its waves has been counted.
      ...(coverage && extra?.waves === undefined ? { coverage } : {}),
      ...extra,
    });
  const report = await crossCheck({
    name: generator.spec.name,
    parameters,
    start,
    ...checked(generator, parameters, cases, seed),
    seed,
    reproduce,
    ...(waves ? { waves } : {}),
    ...(log ? { log } : {}),
  });
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  return { generator: generator.spec.name, engine, seed, ...report, seconds };
}
