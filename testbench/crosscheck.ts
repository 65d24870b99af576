import { existsSync } from "node:fs";
import { Turns } from "../platform/turns.ts";
import { UserError } from "../sw-model/errors.ts";
import { compareDeep, type Difference } from "./compare.ts";
import type { SimulationOptions } from "./engine-options.ts";
import type { DesignUnderTest, Simulation, Stalls } from "./simulation.ts";
import { type FailureWaves, failureWaves } from "./waves/failure.ts";

/** What the RTL made of an operation. */
export interface RunOutcome<Result> {
  readonly result: Result;
  readonly cycles: number;
  readonly ioCycles: number;
  /** What it came to each time that it ran once more, with stalls. */
  readonly stalled?: { readonly results: readonly Result[]; readonly stalls: Stalls };
}

/** What the golden model makes of it; `cycles` where it has a cycle model. */
export interface GoldenOutcome<Result> {
  readonly result: Result;
  readonly cycles?: number;
}

/** An operation to check. */
export interface CheckCase<Operation> {
  /** Says which one it is, for a directed case. */
  readonly name?: string;
  readonly operation: Operation;
}

/** What to check, and how. */
export interface CrossCheck<Operation, Result> {
  /** The generator. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Start the design; with `waves`, writing them. */
  start(options?: Pick<SimulationOptions, "waves">): Promise<Simulation>;
  run(simulation: Simulation, operation: Operation): Promise<RunOutcome<Result>>;
  golden(operation: Operation): GoldenOutcome<Result>;
  /** Gives the same operations each time it is iterated. */
  readonly operations: Iterable<CheckCase<Operation>>;
  /** What the caller drew the operations with. */
  readonly seed: number;
  /** The command that repeats this check. */
  readonly reproduce: string;
  /** Where to write waves of the first operation that fails, run anew on its own; none when absent. */
  readonly waves?: string;
  /** Do no more operations after one that fails. */
  readonly stopAtFirst?: boolean;
  readonly log?: (line: string) => void;
}

/** The first difference between RTL and golden model. */
export interface Mismatch {
  readonly operation: number;
  readonly name?: string;
  /** Which element of the result, e.g. "y[3]"; "cycles" when only the time taken differs. */
  readonly element: string;
  /** Clock edge since reset at which the operation had ended. */
  readonly cycle: number;
  readonly expected: unknown;
  readonly got: unknown;
  /** The hesitation of the ports with which it came to that, where the operation is right without. */
  readonly stalls?: Stalls;
  readonly seed: number;
  readonly reproduce: string;
  readonly waveform?: string;
  /** The end of that waveform: the last cycles of the operation. */
  readonly lastCycles?: FailureWaves;
}

/** The outcome of a check. */
export interface CrossCheckReport {
  readonly cases: number;
  /** Scalar values compared. */
  readonly compared: number;
  /** Operations whose result or cycles differ. */
  readonly mismatches: number;
  readonly first?: Mismatch;
  readonly cycles: number;
  readonly ioCycles: number;
}

/** Give the same operations to RTL and golden model, and compare what they make of them. */
export async function crossCheck<Operation, Result>(check: CrossCheck<Operation, Result>): Promise<CrossCheckReport> {
  const totals = { compared: 0, mismatches: 0, cycles: 0, ioCycles: 0 };
  let first: Mismatch | undefined;
  let cases = 0;
  const turns = new Turns();
  const simulation = await check.start();
  try {
    for (const { name, operation } of check.operations) {
      await turns.take();
      const index = cases++;
      const golden = check.golden(operation);
      const outcome = await check.run(simulation, operation).catch((error) => blame(check, index, error));
      totals.cycles += outcome.cycles;
      totals.ioCycles += outcome.ioCycles;
      const { compared, difference, stalls } = compareOutcomes(golden, outcome);
      totals.compared += compared;
      if (difference === undefined) continue;
      totals.mismatches++;
      first ??= {
        operation: index,
        ...(name === undefined ? {} : { name }),
        element: difference.path,
        cycle: simulation.edges,
        expected: difference.expected,
        got: difference.got,
        ...(stalls ? { stalls } : {}),
        seed: check.seed,
        reproduce: check.reproduce,
      };
      if (check.stopAtFirst) break;
    }
  } finally {
    await simulation.close();
  }
  if (first !== undefined) {
    first = { ...first, ...(await writeWaves(check, first.operation)) };
  }
  return { cases, ...totals, ...(first === undefined ? {} : { first }) };
}

function compareOutcomes<Result>(
  golden: GoldenOutcome<Result>,
  { result, cycles, stalled }: RunOutcome<Result>,
): { compared: number; difference?: Difference; stalls?: Stalls } {
  const { compared, first } = compareDeep(golden.result, result);
  if (first !== undefined) return { compared, difference: first };
  if (golden.cycles !== undefined && golden.cycles !== cycles) {
    return { compared, difference: { path: "cycles", expected: golden.cycles, got: cycles } };
  }
  if (!stalled) return { compared };
  const again = stalled.results.map((found) => compareDeep(golden.result, found));
  const difference = again.find(({ first }) => first)?.first;
  return {
    compared: again.reduce((sum, one) => sum + one.compared, compared),
    ...(difference ? { difference, stalls: stalled.stalls } : {}),
  };
}

/** A simulator that failed in the middle: the error also says in which operation and how to repeat it. */
async function blame<Operation, Result>(
  check: CrossCheck<Operation, Result>,
  index: number,
  error: unknown,
): Promise<never> {
  if (!(error instanceof UserError)) throw error;
  const { details, exitStatus } = error;
  const { waveform, lastCycles } = await writeWaves(check, index);
  const hints = [
    `repeat it with: ${check.reproduce}`,
    ...(waveform === undefined ? [] : [`waves: ${waveform}`]),
    ...(lastCycles === undefined ? [] : [`their last cycles: ${lastCycles.svg}, ${lastCycles.fst}`]),
    ...(details.hint === undefined ? [] : [details.hint]),
  ];
  const where = `${check.name}, operation ${index}, seed ${check.seed}`;
  throw new UserError({ ...details, where, hint: hints.join("; ") }, exitStatus, { cause: error });
}

/**
 * Run all operations up to the failing one again, on a design that writes waves: an error may need the state that
 * earlier operations left. Waves are a help; without them the report stands all the same.
 */
async function writeWaves<Operation, Result>(
  check: CrossCheck<Operation, Result>,
  last: number,
): Promise<Pick<Mismatch, "waveform" | "lastCycles">> {
  const { waves } = check;
  if (waves === undefined) return {};
  const say = (error: unknown) => {
    check.log?.(`while writing waves: ${error instanceof Error ? error.message : String(error)}`);
  };
  let design: DesignUnderTest | undefined;
  try {
    const simulation = await check.start({ waves });
    design = simulation.design;
    try {
      let index = 0;
      for (const { operation } of check.operations) {
        await check.run(simulation, operation);
        if (index++ === last) break;
      }
    } finally {
      await simulation.close();
    }
  } catch (error) {
    say(error);
  }
  if (!existsSync(waves)) return {};
  const lastCycles = design && (await failureWaves(waves, design).catch(say));
  return { waveform: waves, ...(lastCycles ? { lastCycles } : {}) };
}
