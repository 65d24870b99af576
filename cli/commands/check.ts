import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../catalog/check.ts";
import {
  commandLine,
  engineArgument,
  generatorAndParameters,
  integerArgument,
  type ParameterOptions,
  parameterFlags,
} from "../arguments.ts";
import { type Output, toJson } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle check G --cases N --seed S`. */
export async function checkCommand(
  name: string,
  options: ParameterOptions & { cases: string; seed: string; engine: string },
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
  const waves = join(tmpdir(), `whittle-${name}-${engine}-${seed}.vcd`);
  const document = await check(generator, given, { engine, cases, seed, reproduce, waves, log: output.log });
  const { compared, mismatches, first, seconds } = document;
  const verdict = `${document.cases} operations, ${compared} values compared, ${mismatches} mismatches, ${seconds} s`;
  return {
    document,
    text: first ? `${verdict}\nfirst mismatch:\n${toJson(first)}` : verdict,
    exitStatus: mismatches > 0 ? 1 : 0,
  };
}
