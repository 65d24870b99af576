import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { UserError } from "../sw-model/errors.ts";
import { describeSpec, type ParameterDescription, resolveParameters } from "../sw-model/parameters.ts";
import type { GeneratorSpec } from "../sw-model/spec.ts";
import { catalog } from "./index.ts";

/** Parameters that multiply hardware, and what they may multiply it by here. */
const copies = ["rows", "cols", "lanes", "pes", "channels", "leaves", "inputs"];
const mostCopies = 300;

/** Values at the ends of a range and around the powers of two in it. */
function integerIn(min: number, max: number): fc.Arbitrary<number> {
  const nearPower = fc
    .tuple(fc.nat(Math.floor(Math.log2(Math.max(1, max)))), fc.integer({ min: -1, max: 1 }))
    .map(([power, offset]) => Math.min(max, Math.max(min, 2 ** power + offset)));
  return fc.oneof(fc.integer({ min, max: Math.min(max, min + 3) }), nearPower, fc.constant(max));
}

/** Of a generator with many parameters more stay at their default, or its rules would refuse nearly all that is drawn. */
function settingOf(
  parameter: ParameterDescription,
  _: number,
  { length: count }: readonly unknown[],
): fc.Arbitrary<string> {
  const { name, default: preset, values, min = 0, max = 0, length } = parameter;
  const one = (values ? fc.constantFrom(...values) : integerIn(min, max)).map(String);
  const any = length === undefined ? one : fc.array(one, { minLength: 1, maxLength: Math.min(3, length) }).map(String);
  const kept = { weight: Math.ceil(count / 12), arbitrary: fc.constant(String(preset)) };
  return fc.oneof(kept, { weight: 1, arbitrary: any }).map((value) => `${name}=${value}`);
}

/** Parameters that the command line takes. */
function legal<P extends object>(spec: GeneratorSpec<P>): fc.Arbitrary<P> {
  const resolved = (sets: readonly string[]) => {
    try {
      return resolveParameters(spec, { sets }).parameters;
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  };
  return fc
    .tuple(...describeSpec(spec).parameters.map(settingOf))
    .map(resolved)
    .filter((parameters) => parameters !== undefined)
    .filter((parameters) => {
      const factors = Object.entries(parameters).filter(([name]) => copies.includes(name));
      return factors.reduce((product, [, factor]) => product * Number(factor), 1) <= mostCopies;
    });
}

describe("whatever parameters are legal, there is hardware", () => {
  it.each(catalog.map((generator) => [generator.spec.name, generator] as const))("%s", (_, { spec, module }) => {
    fc.assert(
      fc.property(legal(spec), (parameters) => {
        expect(elaborate(module, parameters).modules.length).toBeGreaterThan(0);
      }),
      { numRuns: 12 },
    );
  });
});
