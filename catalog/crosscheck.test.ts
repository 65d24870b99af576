import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../sw-model/parameters.ts";
import { eiePoint } from "../testbench/cases/eie-points.ts";
import { brief } from "./brief.ts";
import { check } from "./check.ts";
import type { AnyGenerator } from "./generator.ts";
import { catalog, generatorNamed } from "./index.ts";

async function checked(
  name: string,
  sets: readonly string[],
  engine: string,
  cases: number,
  seed: number,
  generator: AnyGenerator = generatorNamed(name),
) {
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

describe("RTL equals golden model in results and cycles", () => {
  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in this process", async (name) => {
    await checked(name, [], "wasm", 500, 6);
  });

  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in Verilator", async (name) => {
    await checked(name, [], "verilator", 200, 7);
  });

  // Icarus takes 30 to 800 microseconds a clock here. The long cases, of up to 131,072 clocks each, are run by the two engines above, and
  // by Icarus in the testbenches that are emitted.
  it.each(catalog.map(({ spec }) => spec.name))("%s at its defaults, in Icarus", async (name) => {
    await checked(name, [], "icarus", 6, 8, brief(generatorNamed(name)));
  });

  it.each([1, 2, 3, 7, 16, 33])("a leading-nonzero detector of %i inputs", async (inputs) => {
    await checked("lnzd", [`inputs=${inputs}`, "width=3"], "icarus", 50, inputs);
  });

  it.each([
    ["inputs=1", "levelsPerStage=1"],
    ["inputs=17", "levelsPerStage=1"],
    ["inputs=37", "levelsPerStage=1", "radix=3"],
    ["inputs=64", "radix=2", "levelsPerStage=4", "value=false"],
    ["inputs=200", "structure=xc7", "levelsPerStage=2", "width=1"],
    ["inputs=1024", "structure=ice40", "width=2"],
    ["inputs=1000", "structure=gates", "value=false", "levelsPerStage=1"],
  ])("a leading-nonzero detector with %s, %s", async (...sets) => {
    await checked("lnzd", [...sets], "wasm", 100, 11);
    // Registers without reset stay unknown to Icarus until a vector reaches them; it takes long for many inputs.
    if (sets.some((set) => set.startsWith("levels")) && !sets.includes("inputs=1000"))
      await checked("lnzd", [...sets], "icarus", 4, 11);
  });

  const samples = fc.sample(eiePoint, { numRuns: 60, seed: 2016 });
  it.each(samples.map((point, i) => [i, JSON.stringify(point)] as const))("random array %i: %s", async (i, text) => {
    const sets = Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}=${value}`);
    await checked("eie", sets, "wasm", 60, i);
    // To compile for Icarus takes longer than all 60 cases do in this process.
    if (i % 2 === 0) await checked("eie", sets, "icarus", 4, i);
  });

  it("an array with more elements than column pointers", async () => {
    await checked("eie", ["pes=12", "columnDepth=3"], "wasm", 200, 12);
    await checked("eie", ["pes=64", "columnDepth=4"], "wasm", 100, 64);
  });

  it("an array of 64 in Verilator", async () => {
    await checked("eie", ["pes=64"], "verilator", 60, 64);
  });
});
