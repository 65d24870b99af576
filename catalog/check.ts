import fc from "fast-check";
import type { CoverageDatabase } from "../testbench/coverage/database.ts";
import { type CheckCase, type CrossCheckReport, crossCheck } from "../testbench/crosscheck.ts";
import type { SimulationOptions } from "../testbench/engine.ts";
import { bothWays } from "./both-ways.ts";
import { type GivenParameters, startGenerator } from "./execute.ts";
import { fits } from "./fitting.ts";
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
    run: bothWays(generator, parameters),
    golden: (operation) => generator.golden(parameters, operation),
    operations: operationsOf(generator, parameters, cases, seed),
    seed,
    reproduce,
    ...(waves ? { waves } : {}),
    ...(log ? { log } : {}),
  });
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  return { generator: generator.spec.name, engine, seed, ...report, seconds };
}

/**
 * The directed operations, then random ones, drawn a few at a time so that their number costs no memory. What the memories do
 * not hold is left out.
 */
export function operationsOf(
  generator: AnyGenerator,
  parameters: object,
  count: number,
  seed: number,
): Iterable<CheckCase<unknown>> {
  const { cases } = generator;
  const atOnce = 32;
  return {
    *[Symbol.iterator]() {
      yield* cases.directed(parameters).filter(({ operation }) => fits(generator, parameters, operation));
      for (let drawn = 0; drawn < count; drawn += atOnce) {
        const numRuns = Math.min(atOnce, count - drawn);
        const random = fc.sample(cases.arbitrary(parameters), { numRuns, seed: (seed + drawn) | 0 });
        for (const operation of random) if (fits(generator, parameters, operation)) yield { operation };
      }
    },
  };
}
