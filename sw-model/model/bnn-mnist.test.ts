import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadMnist } from "../data/mnist.ts";
import { goldenScores, type Spread, shareRight } from "../quantised/evaluate.ts";
import { argmax } from "./mlp.ts";
import { loadModelOf, modelsFolder } from "./store.ts";

const model = loadModelOf("binary", "bnn-mnist");
const { test, validation } = loadMnist();
const evaluation = model.training.testAccuracy as Record<string, Spread>;

describe("the stored binary network", () => {
  it("reaches the accuracies that it states, on test and validation digits", () => {
    const share = (digits: typeof test) =>
      shareRight(goldenScores(model.layers, model.inputThreshold, digits).map(argmax), digits);
    expect(share(test)).toBe(model.accuracy?.test.golden);
    expect(share(validation)).toBe(model.accuracy?.validation.golden);
    expect(shareRight(model.floatPredictions ?? [], test)).toBe(model.accuracy?.test.float);
    const seed = (model.training.seeds as number[]).indexOf(model.training.seed as number);
    expect(evaluation.binary.each[seed]).toBe(model.accuracy?.test.golden);
    expect(evaluation.float.each[seed]).toBe(model.accuracy?.test.float);
  });

  it("is within a point and a half of the float network, as means over three seeds", () => {
    expect(evaluation.binary.each).toHaveLength(3);
    expect(evaluation.float.mean - evaluation.binary.mean).toBeLessThanOrEqual(0.015);
    expect(evaluation.floatOnBinaryInputs.mean - evaluation.binary.mean).toBeLessThanOrEqual(0.015);
  });

  it("is small", () => {
    const bits = model.layers.reduce((sum, { weights }) => sum + weights.rows * weights.cols, 0);
    expect(statSync(join(modelsFolder(), "bnn-mnist", "model.json")).size).toBeLessThan((2 * bits) / 8);
  });
});
