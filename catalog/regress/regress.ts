import { join } from "node:path";
import PQueue from "p-queue";
import { commandLine } from "../../platform/command-line.ts";
import { Turns } from "../../platform/turns.ts";
import type { ErrorDetails } from "../../sw-model/errors.ts";
import { generatorNamed } from "../index.ts";
import { checkKey } from "../keys.ts";
import { type Budget, type CachedOutcome, work } from "../work.ts";
import { caseParameters, checkWords, type RegressionCase } from "./plan.ts";

export interface RegressOptions extends Budget {
  /** Run also what passed before and has not changed. */
  readonly fresh: boolean;
  /** A folder into which each case writes what it covered, by its number (`caseFolder`); such cases are run in any event. */
  readonly coverage?: string;
  /** Engines that cannot run, each with the reason. */
  readonly missing: ReadonlyMap<string, string>;
  /** Called after each case, in the order in which they end. */
  readonly onEnd?: (outcome: CaseOutcome, done: number) => void;
}

/** What became of a case. */
export interface CaseOutcome extends RegressionCase {
  readonly status: "passed" | "failed" | "skipped";
  /** It passed before, and nothing that it depends on has changed since. */
  readonly cached: boolean;
  /** The command that does the same again. */
  readonly reproduce: string;
  /** Values compared, values that differ, the first of them, and the time it took: as `check` tells. */
  readonly compared?: number;
  readonly mismatches?: number;
  readonly first?: unknown;
  readonly seconds?: number;
  /** Why it came to no comparison. */
  readonly error?: ErrorDetails;
  /** Why it was skipped. */
  readonly reason?: string;
}

export interface RegressReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** In the order of the plan. */
  readonly cases: readonly CaseOutcome[];
}

/** Runs each case as `whittle check` in a process of its own, some side by side; none that passed before and has not changed. */
export async function regress(
  cases: readonly RegressionCase[],
  { jobs, megabytesEach, fresh, coverage, missing, onEnd }: RegressOptions,
): Promise<RegressReport> {
  const queue = new PQueue({ concurrency: jobs });
  const turns = new Turns();
  let done = 0;
  const one = async (regressionCase: RegressionCase, index: number): Promise<CaseOutcome> => {
    const words = checkWords(regressionCase);
    const common = { ...regressionCase, reproduce: commandLine(words) };
    const reason = missing.get(regressionCase.engine);
    if (reason !== undefined) return { ...common, status: "skipped", cached: false, reason };
    await turns.take();
    const generator = generatorNamed(regressionCase.generator);
    const { preset, engine, seed } = regressionCase;
    const key = await checkKey(generator, caseParameters(generator, preset), engine, seed, regressionCase.cases);
    const counting = coverage === undefined ? undefined : caseFolder(coverage, index, engine);
    const flags = counting === undefined ? [] : ["--coverage", counting];
    const options = { megabytes: megabytesEach, key, fresh: fresh || counting !== undefined };
    return outcomeOf(common, await work([...words, ...flags], options));
  };
  // Equal models are as far apart as can be, so that the second one finds what the first one built.
  const order = cases.map((_, i) => i).sort((a, b) => rank(cases, a) - rank(cases, b) || a - b);
  const outcomes: CaseOutcome[] = new Array(cases.length);
  await Promise.all(
    order.map((i) =>
      queue.add(async () => {
        outcomes[i] = await one(cases[i], i);
        onEnd?.(outcomes[i], ++done);
      }),
    ),
  );
  const count = (status: CaseOutcome["status"]) => outcomes.filter((outcome) => outcome.status === status).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped"), cases: outcomes };
}

/** Where a case writes what it covered, within a folder; undefined on an engine that does not count. */
export function caseFolder(folder: string, index: number, engine: string): string | undefined {
  return engine === "icarus" ? undefined : join(folder, `${index}`);
}

/** Which of the seeds of its model a case has. */
function rank(cases: readonly RegressionCase[], index: number): number {
  const { generator, preset, engine } = cases[index];
  let rank = 0;
  for (let i = index - 1; i >= 0; i--, rank++) {
    const before = cases[i];
    if (before.generator !== generator || before.preset !== preset || before.engine !== engine) break;
  }
  return rank;
}

function outcomeOf(common: RegressionCase & { reproduce: string }, outcome: CachedOutcome): CaseOutcome {
  const { cached } = outcome;
  if (outcome.kind === "error") return { ...common, status: "failed", cached, error: outcome.error };
  const { compared, mismatches, first, seconds } = outcome.document as unknown as Required<CaseOutcome>;
  const figures = { compared, mismatches, seconds, ...(first === undefined ? {} : { first }) };
  return { ...common, status: outcome.exitStatus === 0 ? "passed" : "failed", cached, ...figures };
}
