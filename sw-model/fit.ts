import { UserError } from "./errors.ts";
import { describeSpec } from "./parameters.ts";
import type { GeneratorSpec } from "./spec.ts";

/**
 * The parameters with sizes that hold an operation: a size below its need is raised, to a power of two so that builds are
 * shared. `beyond` says what to do where a need is beyond the parameter's range. Throws `UserError` does-not-fit there, and
 * where the size was set by hand (it is in `explicit`).
 */
export function raised<P extends object>(
  spec: GeneratorSpec<P>,
  parameters: P,
  explicit: ReadonlySet<string>,
  needs: Readonly<Partial<Record<keyof P & string, number>>>,
  beyond: (name: string) => string,
): P {
  const fitted = { ...parameters };
  for (const [name, need] of Object.entries(needs) as [keyof P & string, number][]) {
    const have = parameters[name] as number;
    if (have >= need) continue;
    if (explicit.has(name)) {
      const hint = `set ${name} to ${need} or more, or leave it unset to have it raised`;
      throw doesNotFit(name, need, have, "set by hand", hint);
    }
    const { max = 0 } = describeSpec(spec).parameters.find((parameter) => parameter.name === name) ?? {};
    if (need > max) throw doesNotFit(name, need, max, "the largest there is", beyond(name));
    fitted[name] = Math.min(max, 2 ** Math.ceil(Math.log2(need))) as P[keyof P & string];
  }
  return fitted;
}

/** The error for an operation that needs more of a parameter than there is. */
export function doesNotFit(name: string, need: number, have: number, why: string, hint: string): UserError {
  return new UserError({
    code: "does-not-fit",
    message: `the operation needs ${name} ${need}, there is ${have} (${why})`,
    where: name,
    expected: `at least ${need}`,
    found: `${have}`,
    hint,
  });
}
