import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { check } from "./check.ts";
import { catalog, generatorNamed } from "./index.ts";

async function checked(name: string, sets: readonly string[], engine: string, cases: number, seed: number) {
  const generator = generatorNamed(name);
  const given = resolveParameters(generator.spec, { sets });
  const { mismatches, first, compared } = await check(generator, given, {
    engine,
    cases,
    seed,
    reproduce: `${name} ${sets.join(" ")}`,
  });
  expect({ mismatches, first }).toEqual({ mismatches: 0, first: undefined });
  expect(compared).toBeGreaterThan(0);
}

/** Points at which the array has little of everything, so that queues fill and accumulators saturate. */
const eiePoint = fc.record({
  pes: fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 12),
  queueDepth: fc.constantFrom(1, 2, 3, 5, 8),
  weightBits: fc.integer({ min: 1, max: 8 }),
  indexBits: fc.integer({ min: 1, max: 8 }),
  codebookBits: fc.integer({ min: 2, max: 32 }),
  activationBits: fc.integer({ min: 2, max: 32 }),
  accWidth: fc.integer({ min: 4, max: 64 }),
  productShift: fc.integer({ min: 0, max: 48 }),
  dropBits: fc.integer({ min: 0, max: 48 }),
  rounding: fc.constantFrom("nearest", "nearest-even", "truncate"),
  entriesPerWord: fc.constantFrom(1, 2, 4, 8, 16),
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

/** Points that break none of the spec's rules. */
const allowedPoint = eiePoint.filter((point) =>
  eieSpec.rules.every((rule) => rule.holds({ ...eieDefaults, ...withoutUndefined(point) })),
);
const eieDefaults = resolveParameters(eieSpec).parameters;

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}

describe("RTL equals golden model in results and cycles", () => {
  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in this process", async (name) => {
    await checked(name, [], "wasm", 1000, 6);
  });

  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in Verilator", async (name) => {
    await checked(name, [], "verilator", 200, 7);
  });

  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in Icarus", async (name) => {
    await checked(name, [], "icarus", 30, 8);
  });

  it.each([1, 2, 3, 7, 16, 33])("a leading-nonzero detector of %i inputs", async (inputs) => {
    await checked("lnzd", [`inputs=${inputs}`, "width=3"], "icarus", 50, inputs);
  });

  it.each([
    ["inputs=1", "levelsPerStage=1"],
    ["inputs=17", "levelsPerStage=1"],
    ["inputs=64", "radix=2", "levelsPerStage=4", "value=false"],
    ["inputs=200", "structure=xc7", "levelsPerStage=2", "width=1"],
    ["inputs=1024", "structure=ice40", "width=2"],
    ["inputs=1000", "structure=gates", "value=false", "levelsPerStage=1"],
  ])("a leading-nonzero detector with %s, %s", async (...sets) => {
    await checked("lnzd", [...sets], "wasm", 100, 11);
  });

  const samples = fc.sample(allowedPoint, { numRuns: 60, seed: 2016 });
  it.each(samples.map((point, i) => [i, JSON.stringify(point)] as const))("random array %i: %s", async (i, text) => {
    const sets = Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}=${value}`);
    await checked("eie", sets, "wasm", 60, i);
    await checked("eie", sets, "icarus", 4, i);
  });

  it("an array with more elements than column pointers", async () => {
    await checked("eie", ["pes=12", "columnDepth=3"], "wasm", 200, 12);
    await checked("eie", ["pes=64", "columnDepth=4"], "wasm", 100, 64);
  });

  it("an array of 64 in Verilator", async () => {
    await checked("eie", ["pes=64"], "verilator", 60, 64);
  });
});
