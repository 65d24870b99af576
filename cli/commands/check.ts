import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../catalog/check.ts";
import { commandLine } from "../../platform/command-line.ts";
import type { Mismatch } from "../../testbench/crosscheck.ts";
import {
  engineArgument,
  generatorAndParameters,
  integerArgument,
  type ParameterOptions,
  parameterFlags,
} from "../arguments.ts";
import { coverageArgument } from "../coverage.ts";
import { type Output, toJson } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle check G --cases N --seed S`. */
export async function checkCommand(
  name: string,
  options: ParameterOptions & { cases: string; seed: string; engine: string; coverage?: string },
  output: Output,
): Promise<CommandResult> {
  const { generator, given } = generatorAndParameters(name, options);
  const engine = engineArgument(options.engine, { golden: false });
  const cases = integerArgument("--cases", options.cases, 0, 1_000_000);
  const seed = integerArgument("--seed", options.seed, -(2 ** 31), 2 ** 31 - 1);
  const reproduce = commandLine([
    ...["check", name, ...parameterFlags(options)],
    ...["--engine", engine, "--cases", `${cases}`, "--seed", `${seed}`],
  ]);
  const waves = join(
    tmpdir(),
    `whittle-${[name, ...(options.preset ? [options.preset] : []), engine, seed].join("-")}.vcd`,
  );
  const coverage = coverageArgument(options.coverage, engine);
  const document = await check(generator, given, {
    ...{ engine, cases, seed, reproduce, waves, log: output.log },
    ...(coverage ? { coverage: coverage.database } : {}),
  });
  const covered = coverage?.write(`Coverage of ${reproduce}`);
  const { compared, mismatches, first, seconds } = document;
  const verdict = `${document.cases} operations, ${compared} values compared, ${mismatches} mismatches, ${seconds} s`;
  const told = covered ? `${verdict}\n${covered.text}` : verdict;
  return {
    document: covered ? { ...document, coverage: covered.summary } : document,
    text: first ? `${told}\nfirst mismatch:\n${describe(first)}` : told,
    exitStatus: mismatches > 0 ? 1 : 0,
  };
}

/** The mismatch, and the last cycles before it as they are to be looked at. */
function describe({ lastCycles, ...mismatch }: Mismatch): string {
  if (lastCycles === undefined) return toJson(mismatch);
  const { text, ...files } = lastCycles;
  return [toJson({ ...mismatch, lastCycles: files }), "the last cycles:", ...text].join("\n");
}
