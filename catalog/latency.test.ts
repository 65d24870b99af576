import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveParameters } from "../sw-model/parameters.ts";
import { bcnnGenerator } from "./bcnn.ts";
import { bnnGenerator } from "./bnn.ts";
import { startGenerator } from "./execute.ts";

it.each([
  [["pes=3", "lanes=3"], 4],
  [["pes=3", "lanes=31", "popcountLevels=1"], 10],
  [["pes=2,2", "lanes=4,2"], 8],
  [["pes=2,4,2", "lanes=4,2,8", "popcountLevels=1"], 16],
])("a word leaves the pipeline %s after %i edges, as it says", async (sets, edges) => {
  const { parameters } = resolveParameters(bnnGenerator.spec, { sets: [...sets, "inputDepth=4"] });
  const row = (cols: number) => ({ rows: 1, cols, wordsPerRow: 1, words: new Uint32Array([1]) });
  const layers = Math.max(parameters.pes.length, parameters.lanes.length);
  const columns = (i: number) => (i === 0 ? parameters.lanes[0] : 1);
  const operation = {
    layers: Array.from({ length: layers }, (_, i) => ({
      weights: row(columns(i)),
      ...(i < layers - 1 ? { thresholds: [{ t: 1, flip: false }] } : {}),
    })),
    inputs: row(columns(0)),
  };
  const simulation = await startGenerator(bnnGenerator, { ...parameters }, "wasm");
  const { cycles } = await bnnGenerator.drive(simulation, parameters, operation);
  await simulation.close();
  expect([bnnGenerator.latency?.(parameters), cycles]).toEqual([edges, edges]);
});

it.each([
  [["results=bits"], 5],
  [["results=bits", "pool=2"], 6],
  [["results=dots", "popcountLevels=1"], 7],
])("the last result of a map follows its last pixel %s after %i edges, as it says", async (more, edges) => {
  // A window at a time, and so a pixel an edge.
  const sets = ["width=5", "height=5", "channels=2", "kernel=2", "outputs=3", "pool=1", "pes=3", "lanes=8", ...more];
  const { parameters } = resolveParameters(bcnnGenerator.spec, { sets });
  const [operation] = fc.sample(
    bcnnGenerator.cases.arbitrary(parameters).filter(({ inputs }) => inputs.length === 1),
    { numRuns: 1, seed: 4 },
  );
  const simulation = await startGenerator(bcnnGenerator, { ...parameters }, "wasm");
  const { cycles } = await bcnnGenerator.drive(simulation, parameters, operation);
  await simulation.close();
  expect([bcnnGenerator.latency?.(parameters), cycles - (5 * 5 - 1)]).toEqual([edges, edges]);
});
