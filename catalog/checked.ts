import fc from "fast-check";
import type { CheckCase, CrossCheck } from "../testbench/crosscheck.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { bothWays } from "./both-ways.ts";
import { fits } from "./fitting.ts";
import type { AnyGenerator } from "./generator.ts";

/** Of the generator's further cases one comes after so many random operations. */
const apart = 4;

/** Random cases are drawn a few at a time so that their number costs no memory. */
const atOnce = 32;

/** One of the generator's further cases, among operations. */
class Further {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * What a check compares: the directed operations, then random ones, and between these the generator's further cases. What the memories
 * do not hold is left out.
 */
export function checked(
  generator: AnyGenerator,
  parameters: Readonly<Record<string, unknown>>,
  count: number,
  seed: number,
): Pick<CrossCheck<unknown, unknown>, "operations" | "run" | "golden"> {
  const { further } = generator;
  const runOperation = bothWays(generator, parameters);
  const begun = new WeakSet<Simulation>();
  return {
    operations: operationsOf(generator, parameters, count, seed),
    async run(simulation, operation) {
      if (!begun.has(simulation)) await generator.tryReset?.(simulation, parameters);
      begun.add(simulation);
      return further && operation instanceof Further
        ? await further.run(simulation, parameters, operation.value)
        : await runOperation(simulation, operation);
    },
    golden: (operation) =>
      further && operation instanceof Further
        ? further.golden(parameters, operation.value)
        : generator.golden(parameters, operation),
  };
}

function operationsOf(
  generator: AnyGenerator,
  parameters: object,
  count: number,
  seed: number,
): Iterable<CheckCase<unknown>> {
  const { cases, further } = generator;
  return {
    *[Symbol.iterator]() {
      yield* cases.directed(parameters).filter(({ operation }) => fits(generator, parameters, operation));
      const others = further?.arbitrary(parameters);
      for (let drawn = 0; drawn < count; drawn += atOnce) {
        const numRuns = Math.min(atOnce, count - drawn);
        const from = (seed + drawn) | 0;
        const random = fc.sample(cases.arbitrary(parameters), { numRuns, seed: from });
        const between = others ? fc.sample(others, { numRuns: Math.ceil(numRuns / apart), seed: from }) : [];
        for (const [i, operation] of random.entries()) {
          if (i % apart === 0 && between.length > 0) yield { operation: new Further(between[i / apart]) };
          if (fits(generator, parameters, operation)) yield { operation };
        }
      }
    },
  };
}
