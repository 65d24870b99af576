import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import type { BinaryModel } from "../sw-model/model/model.ts";
import { loadModel, loadModelOf, saveModel } from "../sw-model/model/store.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { binaryLayer } from "../testbench/cases/binary.ts";
import { bnnGenerator } from "./bnn.ts";
import { run } from "./run.ts";

/** A stored network of random weights, with thresholds in the last layer or without. */
function modelOf(thresholded: boolean, seed: number): BinaryModel {
  const layers = fc.tuple(binaryLayer(12, 784, true), binaryLayer(9, 12, true), binaryLayer(10, 9, thresholded));
  return {
    kind: "binary",
    name: "random",
    summary: "random weights",
    data: {},
    training: {},
    inputThreshold: 0.5,
    layers: fc.sample(layers, { numRuns: 1, seed })[0],
  };
}

it.each([
  [false, "wasm", "pes=3,6,5", "popcountLevels=0"],
  [true, "wasm", "pes=3,6,5", "popcountLevels=1"],
  [false, "wasm", "pes=3,6,5", "scaling=shift"],
  [false, "icarus", "pes=6,3,2", "popcountLevels=2"],
])(
  "a stored binary network (thresholds in the last layer: %s) runs on %s as golden does, %s %s",
  async (thresholded, engine, ...sets) => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-bnn-"));
    try {
      saveModel(modelOf(thresholded, 7), folder);
      const given = resolveParameters(bnnSpec, { sets: [...sets, "lanes=49,3,3"] });
      const samples = engine === "wasm" ? 210 : 3;
      const report = await run(bnnGenerator, given, loadModel(folder), { engine, samples, reproduce: "" });
      expect(report).toMatchObject({ samples, mismatches: 0, compared: 10 * samples });
      expect(report.accuracy).toBe(report.goldenAccuracy);
      const golden = await run(bnnGenerator, given, loadModel(folder), { engine: "golden", samples, reproduce: "" });
      expect(golden.cycles).toBe(report.cycles);
      // Loading takes an edge for each word of weights: 784 columns by 49 lanes, 12 rows on 3 or 6 elements, and so on.
      expect(report.ioCycles).toBeGreaterThan(16 * 12 + 4 * 9 + 3 * 10);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

it.each([1, 2, 3, 4])("the first %i layers of the stored network give on hardware what golden gives", async (count) => {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bnn-"));
  try {
    const stored = loadModelOf("binary", "bnn-mnist");
    // With the float network's answers, which belong to the whole one, left out.
    const { floatPredictions: _, ...model } = { ...stored, layers: stored.layers.slice(0, count) };
    saveModel(model, folder);
    const given = resolveParameters(bnnSpec, { sets: ["pes=16", "lanes=64"] });
    const report = await run(bnnGenerator, given, loadModel(folder), { engine: "wasm", samples: 40, reproduce: "" });
    expect(report).toMatchObject({ mismatches: 0, compared: 40 * (count < 4 ? 512 : 10) });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
