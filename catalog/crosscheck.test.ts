import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
  pes: fc.constantFrom(1, 2, 3, 4, 5, 7, 8),
  queueDepth: fc.constantFrom(1, 2, 3, 8),
  weightBits: fc.integer({ min: 1, max: 6 }),
  indexBits: fc.integer({ min: 1, max: 6 }),
  codebookBits: fc.integer({ min: 2, max: 18 }),
  activationBits: fc.integer({ min: 2, max: 18 }),
  accWidth: fc.integer({ min: 20, max: 44 }),
  productShift: fc.integer({ min: 0, max: 3 }),
  dropBits: fc.integer({ min: 0, max: 16 }),
  rounding: fc.constantFrom("nearest", "nearest-even", "truncate"),
  entriesPerWord: fc.constantFrom(1, 2, 4, 8, 16),
});

describe("RTL equals golden model in results and cycles", () => {
  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in Verilator", async (name) => {
    await checked(name, [], "verilator", 200, 7);
  });

  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in Icarus", async (name) => {
    await checked(name, [], "icarus", 30, 8);
  });

  it.each([1, 2, 3, 7, 16, 33])("a leading-nonzero detector of %i inputs", async (inputs) => {
    await checked("lnzd", [`inputs=${inputs}`, "width=3"], "icarus", 50, inputs);
  });

  const samples = fc.sample(eiePoint, { numRuns: 24, seed: 2016 });
  it.each(samples.map((point, i) => [i, JSON.stringify(point)] as const))("random array %i: %s", async (i, text) => {
    const sets = Object.entries(JSON.parse(text)).map(([name, value]) => `${name}=${value}`);
    await checked("eie", sets, "icarus", 12, i);
  });

  it("an array of 64 in Verilator", async () => {
    await checked("eie", ["pes=64"], "verilator", 60, 64);
  });
});
