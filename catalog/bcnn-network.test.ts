import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bcnnSpec } from "../sw-model/bcnn/spec.ts";
import { UserError } from "../sw-model/errors.ts";
import { randomConvolutional } from "../sw-model/model/fixtures/random-convolutional.ts";
import type { Model } from "../sw-model/model/model.ts";
import { loadModel, saveModel } from "../sw-model/model/store.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { bcnnGenerator } from "./bcnn.ts";
import { bnnGenerator } from "./bnn.ts";
import type { AnyGenerator } from "./generator.ts";
import { run } from "./run.ts";

const digits = { width: 28, height: 28, channels: 1 };
const options = { engine: "wasm", samples: 1, reproduce: "" };
const given = (sets: readonly string[] = []) => resolveParameters(bcnnSpec, { sets });

/** The model from a file, as the command has it. */
async function stored<T>(model: Model, use: (model: Model) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bcnn-"));
  try {
    saveModel(model, folder);
    return await use(loadModel(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each([
  ["wasm", 130, ["pes=2,3,1", "lanes=9,16,4"]],
  ["wasm", 5, []],
  ["icarus", 2, ["pes=4,9,5", "lanes=5,8,9", "popcountLevels=1"]],
])(
  "a stored convolutional network of random bits runs on %s as golden does, %i digits, %j",
  async (engine, samples, sets) => {
    await stored(randomConvolutional(digits, 7), async (model) => {
      const report = await run(bcnnGenerator, given(sets), model, { ...options, engine, samples });
      expect(report).toMatchObject({ samples, mismatches: 0, compared: 5 * samples });
      expect(report.accuracy).toBe(report.goldenAccuracy);
      expect(report.loadBalance).toBeGreaterThan(0);
      expect(report.loadBalance).toBeLessThanOrEqual(1);
      const golden = await run(bcnnGenerator, given(sets), model, { ...options, engine: "golden", samples });
      expect(golden.cycles).toBe(report.cycles);
    });
  },
);

it("the stored network recognises digits on hardware", async () => {
  const stored = loadModel("bcnn-mnist");
  const point = resolveParameters(bcnnSpec, { preset: "digits" });
  const report = await run(bcnnGenerator, point, stored, { ...options, samples: 12 });
  expect(report).toMatchObject({ mismatches: 0, compared: 120 });
  expect(report.accuracy).toBeGreaterThan(0.7);
  // The first layer takes a pixel of the 784 an edge.
  expect(Math.round(report.cycles / 12)).toBeLessThan(1000);
});

it("a network with thresholds in the last layer gives bits", async () => {
  const model = randomConvolutional(digits, 9);
  const layers = model.layers.map((layer, i) => {
    return i < 2 ? layer : { ...layer, thresholds: Array.from({ length: 5 }, (_, t) => ({ t: t + 2, flip: t === 1 })) };
  });
  await stored({ ...model, layers }, async (thresholded) => {
    const report = await run(bcnnGenerator, given(), thresholded, { ...options, samples: 4 });
    expect(report).toMatchObject({ mismatches: 0, compared: 20, parameters: { results: "bits" } });
  });
});

it("weights that differ are seen", async () => {
  const model = randomConvolutional(digits, 7);
  const network = bcnnGenerator.network;
  if (!network) throw new Error("bcnn runs networks");
  const wrong: AnyGenerator = {
    ...bcnnGenerator,
    network: {
      ...network,
      load: (simulation, parameters, right) => {
        const [first, ...rest] = (right as typeof model).layers;
        const words = first.weights.words.map((word) => word ^ 0x1ff);
        const layers = [{ ...first, weights: { ...first.weights, words } }, ...rest];
        return network.load(simulation, parameters, { ...right, layers });
      },
    },
  };
  const report = await run(wrong, given(), model, { ...options, samples: 10 });
  expect(report.mismatches).toBeGreaterThan(0);
});

describe("bcnn refuses", () => {
  const refusal = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (error instanceof UserError) return error.details;
      throw error;
    }
    return undefined;
  };
  const small = () => randomConvolutional({ width: 7, height: 6, channels: 2 }, 1);

  it.each<[string, () => Promise<unknown>, { code: string; where: string }]>([
    [
      "a dense network",
      () => run(bcnnGenerator, given(), loadModel("bnn-mnist"), options),
      { code: "model-conflict", where: "--on" },
    ],
    [
      "to be left out",
      () => run(bnnGenerator, { parameters: {}, explicit: new Set<string>() }, small(), options),
      { code: "model-conflict", where: "--on" },
    ],
    [
      "a network of other maps",
      () => run(bcnnGenerator, given(), small(), options),
      { code: "model-conflict", where: "input" },
    ],
    [
      "another kernel by hand",
      () => run(bcnnGenerator, given(["kernel=4,0,0"]), randomConvolutional(digits, 1), options),
      { code: "does-not-fit", where: "kernel[0]" },
    ],
    [
      "bits where the network gives dot products",
      () => run(bcnnGenerator, given(["results=bits"]), randomConvolutional(digits, 1), options),
      { code: "parameter-conflict", where: "results" },
    ],
    [
      "more digits than there are",
      () => run(bcnnGenerator, given(), randomConvolutional(digits, 1), { ...options, samples: 2001 }),
      { code: "too-many-samples", where: "--samples" },
    ],
  ])("%s", async (_, work, expected) => {
    expect(await refusal(work())).toMatchObject(expected);
  });
});
