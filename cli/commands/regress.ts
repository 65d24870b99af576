import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog, generatorNamed } from "../../catalog/index.ts";
import { junitXml } from "../../catalog/regress/junit.ts";
import { presetsOf, type RegressionCase, regressionCases } from "../../catalog/regress/plan.ts";
import { type CaseOutcome, caseFolder, type RegressReport, regress } from "../../catalog/regress/regress.ts";
import { writeFileAtomically } from "../../platform/atomic-write.ts";
import { type TemporaryFolder, temporaryFolder } from "../../platform/temporary.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import { type CoverageData, dataFile, readCoverage } from "../../testbench/coverage/data.ts";
import { mergeCoverage } from "../../testbench/coverage/merge.ts";
import { engineNames } from "../../testbench/engine.ts";
import { engineVersions } from "../../testbench/engine-versions.ts";
import { engineArgument, fileArgument, integerArgument, listArgument } from "../arguments.ts";
import { type BudgetOptions, budgetArguments } from "../budget.ts";
import { coverageTarget } from "../coverage.ts";
import { type Output, table } from "../output.ts";
import { countProgress } from "../progress.ts";
import type { CommandResult } from "../result.ts";

export interface RegressCommandOptions extends BudgetOptions {
  readonly preset: readonly string[];
  readonly engine: readonly string[];
  readonly seed: readonly string[];
  readonly cases: string;
  readonly fresh?: boolean;
  readonly junit?: string;
  readonly coverage?: string;
}

/** `whittle regress [G…]`. */
export async function regressCommand(
  names: readonly string[],
  options: RegressCommandOptions,
  output: Output,
): Promise<CommandResult> {
  const generators = names.length === 0 ? catalog : [...new Set(names)].map(generatorNamed);
  const presets = presetArguments(listArgument(options.preset), generators.flatMap(presetsOf));
  const named = listArgument(options.engine).map((name) => engineArgument(name, { golden: false }));
  const seeds = listArgument(options.seed).map((seed) => integerArgument("--seed", seed, -(2 ** 31), 2 ** 31 - 1));
  const cases = integerArgument("--cases", options.cases, 0, 1_000_000);
  const budget = budgetArguments(options);
  if (options.junit !== undefined) fileArgument("--junit", options.junit);
  const coverage = options.coverage === undefined ? undefined : coverageTarget(options.coverage);
  const engines = named.length > 0 ? named : engineNames;
  const missing = await missingEngines(engines);
  if (named.length > 0) refuseMissing(named, missing);

  const plan = regressionCases({
    ...{ generators, engines, cases },
    ...(presets.length > 0 ? { presets } : {}),
    seeds: seeds.length > 0 ? [...new Set(seeds)] : [1],
  });
  const share = `${budget.jobs} at a time, ${budget.megabytesEach} MB each`;
  output.log(`${plan.length} cases, ${share}`);
  for (const [engine, { message }] of missing) output.log(`SKIPPED: every case on ${engine}, since ${message}`);
  const counted = coverage && (await temporaryFolder(join(tmpdir(), `whittle-coverage-${process.pid}`)));
  const progress = countProgress(output, plan.length, "cases");
  const report = await regress(plan, {
    ...budget,
    fresh: options.fresh === true,
    ...(counted ? { coverage: counted.path } : {}),
    missing: new Map([...missing].map(([engine, { message }]) => [engine, message])),
    onEnd: (outcome, done) => {
      if (outcome.status === "failed") output.log(failureText(outcome));
      progress(done);
    },
  });
  if (options.junit !== undefined) writeFileAtomically(options.junit, junitXml(report));
  const covered = counted && coverage?.(await gathered(plan, counted), "Coverage of whittle regress");
  const text = [reportText(report), ...(covered ? [covered.text] : [])].join("\n");
  const document = covered ? { ...report, coverage: covered.summary } : report;
  return { document, text, exitStatus: report.failed > 0 ? 1 : 0 };
}

/** What all cases covered that came to their end. */
async function gathered(plan: readonly RegressionCase[], { path, remove }: TemporaryFolder): Promise<CoverageData> {
  const files = plan.flatMap(({ engine }, i) => {
    const folder = caseFolder(path, i, engine);
    return folder !== undefined && existsSync(join(folder, dataFile)) ? [join(folder, dataFile)] : [];
  });
  try {
    return mergeCoverage(files.map(readCoverage));
  } finally {
    await remove();
  }
}

function presetArguments(names: readonly string[], known: readonly string[]): readonly string[] {
  const all = [...new Set(known)];
  for (const name of names) {
    if (all.includes(name)) continue;
    const near = nearestNames(name, all);
    throw new UserError({
      code: "unknown-preset",
      message: `none of these generators has a preset "${name}"`,
      where: "--preset",
      expected: `one of ${all.join(", ")}`,
      found: name,
      hint: `${near.length > 0 ? `did you mean ${near.join(" or ")}? ` : ""}"whittle list" shows all presets`,
    });
  }
  return names;
}

/** The engines whose tools are not there, each with the error that says so. */
async function missingEngines(engines: readonly string[]): Promise<Map<string, UserError>> {
  const missing = new Map<string, UserError>();
  for (const engine of engines) {
    try {
      await engineVersions(engine);
    } catch (error) {
      if (!(error instanceof UserError) || error.exitStatus !== 3) throw error;
      missing.set(engine, error);
    }
  }
  return missing;
}

function refuseMissing(named: readonly string[], missing: ReadonlyMap<string, UserError>): void {
  const [first] = missing;
  if (!first) return;
  const [engine, error] = first;
  const there = named.filter((name) => !missing.has(name));
  throw new UserError(
    {
      code: "engine-missing",
      message: `the engine ${engine} is not there: ${error.message}`,
      where: "--engine",
      expected: `engines that are there: ${there.length > 0 ? there.join(", ") : "wasm"}`,
      found: engine,
      ...(error.details.hint === undefined ? {} : { hint: error.details.hint }),
    },
    3,
    { cause: error },
  );
}

function failureText({ generator, preset, engine, seed, error, first, reproduce }: CaseOutcome): string {
  const what = error ? `${error.message} [${error.code}]` : `mismatch at ${(first as { element?: string })?.element}`;
  return `FAILED ${generator} ${preset} on ${engine}, seed ${seed}: ${what}\n  repeat it with: ${reproduce}`;
}

function reportText({ passed, failed, skipped, cases }: RegressReport): string {
  const kept = cases.filter(({ cached }) => cached).length;
  const skips = skipped > 0 ? `, ${skipped} SKIPPED (their engine is not there)` : "";
  const counts = `${passed} passed (${kept} of them before, unchanged since), ${failed} failed${skips}`;
  const failures = cases.filter(({ status }) => status === "failed");
  return [counts, ...(failures.length > 0 ? [table(failures.map(({ reproduce }) => [`  ${reproduce}`]))] : [])].join(
    "\n",
  );
}
