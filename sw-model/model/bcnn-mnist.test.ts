import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Digits, imageOf, loadMnist } from "../data/mnist.ts";
import { type Spread, shareRight } from "../quantised/evaluate.ts";
import { goldenConvolutionalNetwork } from "./convolutional-network.ts";
import { argmax } from "./mlp.ts";
import { loadModelOf, modelsFolder } from "./store.ts";

const model = loadModelOf("binary-convolutional", "bcnn-mnist");
const { test, validation } = loadMnist();
const evaluation = model.training.testAccuracy as Record<string, Spread>;

describe("the stored binary convolutional network", () => {
  it("reaches the accuracies that it states, on test and validation digits", () => {
    const share = (digits: Digits) => {
      const images = Array.from({ length: digits.count }, (_, i) => imageOf(digits, i));
      return shareRight(goldenConvolutionalNetwork(model, images).map(argmax), digits);
    };
    expect(share(test)).toBe(model.accuracy?.test.golden);
    expect(share(validation)).toBe(model.accuracy?.validation.golden);
    expect(shareRight(model.floatPredictions ?? [], test)).toBe(model.accuracy?.test.float);
    const seed = (model.training.seeds as number[]).indexOf(model.training.seed as number);
    expect(evaluation.binary.each[seed]).toBe(model.accuracy?.test.golden);
    expect(evaluation.float.each[seed]).toBe(model.accuracy?.test.float);
  });

  it("recognises more than nineteen of twenty test digits", () => {
    expect(evaluation.binary.mean).toBeGreaterThan(0.95);
  });

  it("is small", () => {
    const bits = model.layers.reduce((sum, { weights }) => sum + weights.rows * weights.cols, 0);
    expect(bits).toBe(25 * 16 + 144 * 32 + 800 * 64 + 64 * 10);
    expect(statSync(join(modelsFolder(), "bcnn-mnist", "model.json")).size).toBeLessThan(16384);
  });
});
