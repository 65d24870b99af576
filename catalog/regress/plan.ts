import { resolveParameters } from "../../sw-model/parameters.ts";
import type { GivenParameters } from "../execute.ts";
import type { AnyGenerator } from "../generator.ts";

/** The name of the parameters without a preset, among presets. */
export const defaults = "defaults";

/** One run of `check`. */
export interface RegressionCase {
  readonly generator: string;
  /** The name of a preset, or "defaults". */
  readonly preset: string;
  readonly engine: string;
  readonly seed: number;
  /** Random operations, besides the directed ones. */
  readonly cases: number;
}

export interface Plan {
  readonly generators: readonly AnyGenerator[];
  /** Of each generator those that it has; all, and the defaults, when absent. */
  readonly presets?: readonly string[];
  readonly engines: readonly string[];
  readonly seeds: readonly number[];
  readonly cases: number;
}

/** All combinations, in the order of the lists. */
export function regressionCases({ generators, presets, engines, seeds, cases }: Plan): RegressionCase[] {
  return generators.flatMap((generator) =>
    presetsOf(generator)
      .filter((preset) => presets === undefined || presets.includes(preset))
      .flatMap((preset) =>
        engines.flatMap((engine) =>
          seeds.map((seed) => ({ generator: generator.spec.name, preset, engine, seed, cases })),
        ),
      ),
  );
}

/** "defaults", and the presets of a generator. */
export const presetsOf = ({ spec }: AnyGenerator): string[] => [defaults, ...Object.keys(spec.presets)];

/** The parameters with which `check` runs a case. */
export function caseParameters(generator: AnyGenerator, preset: string): Record<string, unknown> {
  const given: GivenParameters = resolveParameters(generator.spec, preset === defaults ? {} : { preset });
  return generator.cases.parameters(given.parameters, given.explicit);
}

/** The words of the command line that is the case. */
export function checkWords({ generator, preset, engine, seed, cases }: RegressionCase): string[] {
  const chosen = preset === defaults ? [] : ["--preset", preset];
  return ["check", generator, ...chosen, "--engine", engine, "--cases", `${cases}`, "--seed", `${seed}`];
}
