import { expect, it } from "vitest";
import { lnzdSpec } from "../sw-model/lnzd/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { startGenerator } from "./execute.ts";
import { lnzdGenerator } from "./lnzd.ts";
import { xnorGenerator } from "./xnor.ts";

const sizes: readonly (readonly [inputs: number, set: string])[] = [
  ...Array.from({ length: 15 }, (_, i) => [i + 1, "structure=uniform"] as const),
  [16, "structure=xc7"],
  [16, "structure=ice40"],
  [16, "structure=gates"],
  [16, "radix=3"],
  [16, "radix=4"],
  [12, "radix=5"],
];

/** All patterns of zeros among `inputs` values, against a plain loop. */
it.each(sizes)("%i inputs, %s: every pattern of zeros", async (inputs, set) => {
  const sets = [`inputs=${inputs}`, "width=1", "value=false", set];
  const { parameters } = resolveParameters(lnzdSpec, { sets });
  const simulation = await startGenerator(lnzdGenerator, { ...parameters }, "wasm");
  const vectors = Array.from({ length: 2 ** inputs }, (_, pattern) =>
    Array.from({ length: inputs }, (_, i) => BigInt((pattern >> i) & 1)),
  );
  const { result } = await lnzdGenerator.drive(simulation, parameters, { vectors });
  await simulation.close();
  const wrong = vectors.findIndex((vector, i) => {
    const first = vector.indexOf(1n);
    const { valid, index } = result.results[i];
    return first < 0 ? valid : !valid || index !== first;
  });
  expect(wrong).toBe(-1);
});

it.each([
  [["inputs=16", "radix=3", "levelsPerStage=1"], 3],
  [["inputs=16", "radix=4", "levelsPerStage=1"], 2],
  [["inputs=16"], 0],
])("lnzd %s has a latency of %i", (sets, edges) => {
  expect(lnzdGenerator.latency?.(resolveParameters(lnzdSpec, { sets }).parameters)).toBe(edges);
});

it("a vector of one word leaves the xnor array as late as it says", () => {
  const { parameters } = resolveParameters(xnorGenerator.spec, { sets: ["rows=4", "lanes=8", "popcountLevels=1"] });
  const row = { rows: 1, cols: 8, wordsPerRow: 1, words: new Uint32Array([7]) };
  const { cycles } = xnorGenerator.golden(parameters, { weights: row, inputs: row });
  expect(xnorGenerator.latency?.(parameters)).toBe(cycles);
});
