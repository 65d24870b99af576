import { type MutateReport, mutate, type Survivor } from "../../catalog/mutate/mutate.ts";
import { UserError } from "../../sw-model/errors.ts";
import { verilogEngineNames } from "../../testbench/engine.ts";
import { engineArgument, generatorAndParameters, integerArgument, type ParameterOptions } from "../arguments.ts";
import { type BudgetOptions, budgetArguments } from "../budget.ts";
import type { Output } from "../output.ts";
import { countProgress } from "../progress.ts";
import type { CommandResult } from "../result.ts";

export interface MutateCommandOptions extends ParameterOptions, Pick<BudgetOptions, "jobs"> {
  readonly module?: string;
  readonly count: string;
  readonly seed: string;
  readonly cases: string;
  readonly engine: string;
  readonly atLeast: string;
}

/** `whittle mutate G`. */
export async function mutateCommand(
  name: string,
  options: MutateCommandOptions,
  output: Output,
): Promise<CommandResult> {
  const { generator, given } = generatorAndParameters(name, options);
  const engine = engineArgument(options.engine, { golden: false });
  if (!verilogEngineNames.some((each) => each === engine)) throw notFromVerilog(engine);
  const count = integerArgument("--count", options.count, 1, 1_000_000);
  const seed = integerArgument("--seed", options.seed, 1, 2 ** 31 - 1);
  const cases = integerArgument("--cases", options.cases, 0, 1_000_000);
  const bar = shareArgument("--at-least", options.atLeast);
  const { jobs } = budgetArguments(options);
  let progress: ((done: number) => void) | undefined;
  const document = await mutate(generator, given, {
    ...{ engine, count, seed, cases, jobs, log: output.log },
    ...(options.module === undefined ? {} : { module: options.module }),
    onEnd(done, all) {
      progress ??= countProgress(output, all, "mutants");
      progress(done);
    },
  });
  return { document, text: textOf(document), exitStatus: document.rate < bar ? 1 : 0 };
}

function textOf({ module, mutants, killed, equivalent, rate, survivors, cases, seed }: MutateReport): string {
  const percent = `${(100 * rate).toFixed(1)} %`;
  return [
    `${module}: ${killed} of ${mutants} mutants killed by ${cases} operations, ${equivalent} proven equivalent: ${percent} (seed ${seed})`,
    ...survivors.filter((survivor) => !survivor.equivalent).map(survivorText),
    ...survivors.filter((survivor) => survivor.equivalent).map(survivorText),
  ].join("\n");
}

function survivorText({ equivalent, mode, module, pin, decidedBy, cell, net, sources }: Survivor): string {
  const by = decidedBy === undefined ? "" : ` by bit ${decidedBy} of its pin`;
  const what = `${mode}${by} at ${net ?? `${cell} ${pin}`} in ${module}`;
  return `  ${equivalent ? "equivalent" : "SURVIVED"} ${what}: ${sources.join(", ") || "no line"}`;
}

function shareArgument(flag: string, text: string): number {
  const value = Number(text);
  if (/^(\d+(\.\d*)?|\.\d+)$/.test(text.trim()) && value <= 1) return value;
  throw new UserError({
    code: "bad-number",
    message: `${flag} ${text} is no share`,
    where: flag,
    expected: "a number from 0 to 1",
    found: text,
  });
}

function notFromVerilog(engine: string): UserError {
  return new UserError({
    code: "conflicting-flags",
    message: "mutants are Verilog, which the engine wasm does not run",
    where: "--engine",
    expected: verilogEngineNames.join(" or "),
    found: engine,
  });
}
