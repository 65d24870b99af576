import { generatorNamed } from "../../catalog/index.ts";
import { planeOf } from "../../catalog/sweep/pareto.ts";
import { plotPareto } from "../../catalog/sweep/plot.ts";
import { pointsOf, readAxis } from "../../catalog/sweep/points.ts";
import { sweep } from "../../catalog/sweep/sweep.ts";
import { csvOf, tableOf } from "../../catalog/sweep/table.ts";
import { type FileToWrite, writeFilesAtomically } from "../../platform/atomic-write.ts";
import { UserError } from "../../sw-model/errors.ts";
import { parseJson, readJson } from "../../sw-model/json.ts";
import { readText } from "../../sw-model/read-file.ts";
import { findTarget } from "../../synth/targets.ts";
import {
  engineArgument,
  fileArgument,
  integerArgument,
  listArgument,
  type ParameterOptions,
  parameterFlags,
} from "../arguments.ts";
import { type BudgetOptions, budgetArguments } from "../budget.ts";
import { type Output, table } from "../output.ts";
import { countProgress } from "../progress.ts";
import type { CommandResult } from "../result.ts";

export interface SweepCommandOptions extends ParameterOptions, BudgetOptions {
  readonly vary: readonly string[];
  readonly target: readonly string[];
  readonly op?: string;
  readonly check?: string;
  readonly engine: string;
  readonly csv?: string;
  readonly svg?: string;
}

/** `whittle sweep G --vary key=v1,v2 --target T`. */
export async function sweepCommand(name: string, options: SweepCommandOptions, output: Output): Promise<CommandResult> {
  const generator = generatorNamed(name);
  const { preset, config, set, op } = options;
  if (options.vary.length === 0) throw missing("--vary", "what to vary, such as --vary width=8,16");
  const points = pointsOf(options.vary.map((text) => readAxis(generator.spec, text)));
  const targets = listArgument(options.target);
  for (const target of targets) await findTarget(target);
  if (targets.length === 0 && op === undefined && options.check === undefined) {
    throw missing("--target", "what to find out: --target T, --op FILE or --check N");
  }
  const operation = op === undefined ? undefined : { file: op, text: readText(op) };
  if (operation) parseJson(operation.text, operation.file);
  const engine = engineArgument(options.engine, { golden: false });
  const cases = options.check === undefined ? undefined : integerArgument("--check", options.check, 0, 1_000_000);
  for (const flag of ["csv", "svg"] as const) {
    const path = options[flag];
    if (path !== undefined) fileArgument(`--${flag}`, path);
  }
  const budget = budgetArguments(options);
  output.log(`${points.length} points, ${budget.jobs} at a time, ${budget.megabytesEach} MB each`);
  const progress = countProgress(output, points.length, "points");
  const { failed, ...document } = await sweep({
    ...{ ...budget, generator, points, targets, engine },
    common: {
      preset,
      sets: set,
      ...(config === undefined ? {} : { config: { value: readJson(config), file: config } }),
    },
    commonFlags: parameterFlags(options),
    ...(operation && { operation }),
    ...(cases === undefined ? {} : { cases }),
    onEnd: (_, done) => progress(done),
  });

  const figures = tableOf(document.points, targets);
  // What is nothing everywhere would only fill the screen; the CSV has it.
  const shown = figures.columns.filter((name) => name === "mismatches" || figures.rows.some((row) => row[name]));
  output.log(table([shown, ...figures.rows.map((row) => shown.map((column) => `${row[column] ?? "-"}`))]));
  const written: FileToWrite[] = [];
  if (options.csv !== undefined) written.push({ path: options.csv, content: csvOf(figures) });
  if (options.svg !== undefined) {
    const plane = planeOf(document.points, targets);
    written.push({ path: options.svg, content: plotPareto(plane, `${name}: ${plane.x} and ${plane.y}`) });
  }
  writeFilesAtomically(written);
  const errors = document.points.filter(({ error }) => error).length;
  const files = written.map(({ path }) => path).join(" and ");
  return {
    document,
    text: `${points.length} points${errors > 0 ? `, ${errors} with an error` : ""}${files ? `; wrote ${files}` : ""}`,
    exitStatus: failed > 0 ? 1 : 0,
  };
}

function missing(flag: string, expected: string): UserError {
  return new UserError({
    code: "bad-usage",
    message: `${flag} is missing`,
    where: "whittle sweep",
    expected,
    found: "nothing",
    hint: '"whittle help sweep" shows all flags',
  });
}
