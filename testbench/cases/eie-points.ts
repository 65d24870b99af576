import fc from "fast-check";
import { eieSpec } from "../../sw-model/eie/spec.ts";
import { resolveParameters } from "../../sw-model/parameters.ts";

/** Points at which the array has little of everything, so that queues fill and accumulators saturate. */
const anyPoint = fc.record({
  pes: fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 12),
  clusterPes: fc.constantFrom(1, 2, 3, 4, 64),
  queueDepth: fc.constantFrom(1, 2, 3, 5, 8),
  weightBits: fc.integer({ min: 1, max: 8 }),
  indexBits: fc.integer({ min: 1, max: 8 }),
  codebookBits: fc.integer({ min: 2, max: 32 }),
  activationBits: fc.integer({ min: 2, max: 32 }),
  accWidth: fc.integer({ min: 4, max: 64 }),
  productShift: fc.integer({ min: 0, max: 48 }),
  productStages: fc.constantFrom(1, 2),
  dropBits: fc.integer({ min: 0, max: 48 }),
  rounding: fc.constantFrom("nearest", "nearest-even", "truncate"),
  entriesPerWord: fc.constantFrom(1, 2, 4, 8, 16),
  activationBanks: fc.constantFrom(1, 1, 2, 4, 8, 16),
  codebooks: fc.integer({ min: 1, max: 16 }),
  layers: fc.integer({ min: 1, max: 64 }),
  balance: fc.boolean(),
  // Small odd memories, or those that the cases ask for.
  activationDepth: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  vectorDepth: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
  columnDepth: fc.option(fc.integer({ min: 2, max: 70 }), { nil: undefined }),
  entryDepth: fc.option(
    fc.integer({ min: 1, max: 40 }).map((words) => 16 * words),
    { nil: undefined },
  ),
});

/** Parameters set by hand, by name: points that break none of the spec's rules. */
export const eiePoint = anyPoint.filter((point) =>
  eieSpec.rules.every((rule) => rule.holds({ ...eieDefaults, ...withoutUndefined(point) })),
);
const eieDefaults = resolveParameters(eieSpec).parameters;

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
