import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { GivenParameters } from "../catalog/execute.ts";
import type { AnyGenerator } from "../catalog/generator.ts";
import { generatorNamed } from "../catalog/index.ts";
import { UserError } from "../sw-model/errors.ts";
import { readJson } from "../sw-model/json.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { engineNames } from "../testbench/engine.ts";

/** Options that every command on a generator has. */
export interface ParameterOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
}

/**
 * The generator and its parameters: defaults < preset < configuration file < settings. With `operationFollows` rules on what an
 * operation decides are left to `execute`.
 */
export function generatorAndParameters(
  name: string,
  { preset, config, set }: ParameterOptions,
  { operationFollows = false } = {},
): { generator: AnyGenerator; given: GivenParameters } {
  const generator = generatorNamed(name);
  const given = resolveParameters(generator.spec, {
    preset,
    sets: set,
    operationFollows,
    ...(config === undefined ? {} : { config: { value: readJson(config), file: config } }),
  });
  return { generator, given };
}

/** The engine of this name; `golden` only where it says something. */
export function engineArgument(name: string, options: { golden: boolean }): string {
  const names = [...(options.golden ? ["golden"] : []), ...engineNames];
  if (names.includes(name)) return name;
  throw new UserError({
    code: "unknown-engine",
    message:
      name === "golden"
        ? "the golden model is what the RTL is checked against, not an engine to check"
        : `there is no engine ${name}`,
    where: "--engine",
    expected: `one of ${names.join(", ")}`,
    found: name,
  });
}

/** A whole number from the command line. */
export function integerArgument(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text.trim()) && value >= min && value <= max) return value;
  throw new UserError({
    code: "bad-number",
    message: `${flag} ${text} is out of range or no whole number`,
    where: flag,
    expected: `a whole number from ${min} to ${max}`,
    found: text,
  });
}

/** A share from the command line, above 0 and at most 1. */
export function shareArgument(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= 1) return value;
  throw new UserError({
    code: "bad-number",
    message: `${flag} ${text} is no share`,
    where: flag,
    expected: "a number above 0, at most 1",
    found: text,
  });
}

/** A word from the command line that is one of `choices`. */
export function choiceArgument<const Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((word) => word === text);
  if (choice !== undefined) return choice;
  throw new UserError({
    code: "bad-usage",
    message: `${flag} ${text} is not known`,
    where: flag,
    expected: `one of ${choices.join(", ")}`,
    found: text,
  });
}

/** One value for all layers, or one for each with commas between. */
export function perLayer(flag: string, text: string, layers: number): string[] {
  const values = text.split(",").map((word) => word.trim());
  if (values.length === 1) return Array.from({ length: layers }, () => values[0]);
  if (values.length === layers) return values;
  const expected = `one value, or ${layers}: one a layer`;
  throw new UserError({
    code: "bad-usage",
    message: `${flag}: expected ${expected}`,
    where: flag,
    expected,
    found: `${values.length} values`,
  });
}

/** The flags that repeat the given parameters. */
export function parameterFlags({ preset, config, set }: ParameterOptions): string[] {
  return [
    ...(preset === undefined ? [] : ["--preset", preset]),
    ...(config === undefined ? [] : ["--config", config]),
    ...set.flatMap((setting) => ["--set", setting]),
  ];
}

/** Values of a flag that can be repeated, and can hold several with commas between; each once. */
export function listArgument(values: readonly string[]): string[] {
  return [...new Set(values.flatMap((value) => value.split(",").map((word) => word.trim())))];
}

/** A file to be written at the end: told now when it cannot be one, not after the work. */
export function fileArgument(flag: string, path: string): string {
  const folder = dirname(resolve(path));
  const reason =
    path.trim() === ""
      ? "no name"
      : existsSync(path) && statSync(path).isDirectory()
        ? "a folder"
        : existsSync(folder) && !statSync(folder).isDirectory()
          ? `${folder} is no folder`
          : undefined;
  if (reason === undefined) return path;
  throw new UserError({
    code: "cannot-write",
    message: `${flag} names a file to write`,
    where: `${flag} ${path}`,
    expected: "the path of a file",
    found: reason,
  });
}
