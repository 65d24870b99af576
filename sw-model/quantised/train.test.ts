import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { imageOf, loadMnist, pick } from "../data/mnist.ts";
import { goldenBinaryNetwork } from "../model/binary-network.ts";
import { goldenConvolutionalNetwork } from "../model/convolutional-network.ts";
import { argmax } from "../model/mlp.ts";
import { loadModelOf, saveModel } from "../model/store.ts";
import { ShiftAdaMax } from "../train/adamax.ts";
import { assembleConvolutional, assembleModel, goldenScores, shareRight, spreadOf, trainVariant } from "./evaluate.ts";
import { goldenInteger, toIntegerNetwork } from "./integer.ts";
import { bcnnPlans, bnnPlans, type Plans, type Variant } from "./plan.ts";
import { accuracyOfNetwork, inputOf, type QuantisedPlan, scoresOf, trainQuantised } from "./train.ts";

const all = loadMnist();
const first = (count: number) => Array.from({ length: count }, (_, i) => i);
const few = {
  train: pick(all.train, first(400)),
  validation: pick(all.validation, first(100)),
  test: pick(all.test, first(100)),
};
const quiet = () => undefined;

/** A plan made small. */
const small = (plan: QuantisedPlan): QuantisedPlan => ({
  ...plan,
  shape: { ...plan.shape, sizes: [784, 32, 24, 10] },
  schedule: { ...plan.schedule, epochs: 6, batch: 20 },
});
const plans = Object.fromEntries(Object.entries(bnnPlans).map(([name, plan]) => [name, small(plan)])) as Record<
  Variant,
  QuantisedPlan
>;

describe("trainVariant", () => {
  const outcomes = (Object.keys(plans) as Variant[]).flatMap((variant) =>
    [1, 2].map((seed) => trainVariant(variant, plans[variant], seed, few, quiet)),
  );

  it("gives the same network each time, another by another seed, and never minds the test digits", () => {
    const again = trainVariant("binary", plans.binary, 1, few, quiet);
    expect(again).toEqual(outcomes[0]);
    expect(outcomes[1].layers).not.toEqual(outcomes[0].layers);
    const other = { ...few, test: pick(all.test, first(200).slice(100)) };
    expect(trainVariant("binary", plans.binary, 1, other, quiet).layers).toEqual(outcomes[0].layers);
  });

  it("learns, and makes a model whose golden network is what was trained", () => {
    const model = assembleModel(outcomes, plans, few);
    const seed = model.training.seed as number;
    const stored = outcomes[seed - 1];
    expect(shareRight(stored.test, few.test)).toBe(model.accuracy?.test.golden);
    expect(model.accuracy?.test.golden).toBeGreaterThan(0.55);
    expect(goldenScores(model.layers, 0.5, few.test).map(argmax)).toEqual(stored.test);
    expect(first(100).map((i) => goldenBinaryNetwork(model, imageOf(few.test, i)).prediction)).toEqual(stored.test);
    const folder = mkdtempSync(join(tmpdir(), "whittle-bnn-"));
    saveModel(model, folder);
    const text = readFileSync(join(folder, "model.json"));
    saveModel(loadModelOf("binary", folder), folder);
    expect(readFileSync(join(folder, "model.json")).equals(text)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe("a convolutional network", () => {
  const smaller = (plan: QuantisedPlan): QuantisedPlan => ({
    ...plan,
    shape: { ...plan.shape, sizes: [784, 8, 8, 10] },
    schedule: { ...plan.schedule, epochs: 4, batch: 20 },
  });
  const { binary, float, floatOnBinaryInputs } = bcnnPlans;
  const plans: Plans = {
    binary: smaller(binary),
    float: smaller(float),
    floatOnBinaryInputs: smaller(floatOnBinaryInputs),
  };
  const train = (variant: Variant) => trainVariant(variant, plans[variant], 1, few, quiet);

  it("trains to the same network each time, which golden computes, and is stored in the same bytes", () => {
    const outcomes = [train("binary"), train("float"), train("floatOnBinaryInputs")];
    expect(train("binary")).toEqual(outcomes[0]);
    const model = assembleConvolutional(outcomes, plans, few);
    expect(model.accuracy?.test.golden).toBe(shareRight(outcomes[0].test, few.test));
    expect(model.accuracy?.test.golden).toBeGreaterThan(0.4);
    const images = first(100).map((i) => imageOf(few.test, i));
    expect(goldenConvolutionalNetwork(model, images).map(argmax)).toEqual(outcomes[0].test);
    const folder = mkdtempSync(join(tmpdir(), "whittle-bcnn-"));
    saveModel(model, folder);
    const text = readFileSync(join(folder, "model.json"));
    saveModel(loadModelOf("binary-convolutional", folder), folder);
    expect(readFileSync(join(folder, "model.json")).equals(text)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe("trainQuantised", () => {
  const learns = (changes: Partial<QuantisedPlan>, shape: Partial<QuantisedPlan["shape"]>) => {
    const plan = { ...plans.binary, ...changes, shape: { ...plans.binary.shape, ...shape } };
    return { plan, network: trainQuantised(plan, 1, few.train) };
  };
  const stochastic = { kind: "binary", stochastic: true } as const;

  it.each<[string, Partial<QuantisedPlan>, Partial<QuantisedPlan["shape"]>]>([
    ["stochastic activations", {}, { activations: stochastic }],
    ["stochastic weights", { schedule: { epochs: 12, rate: 0.05, batch: 20 } }, { weights: stochastic }],
    ["squared hinge", {}, { loss: "squared-hinge" }],
    ["shifts for products", { optimiser: "shift-adamax" }, { normalisation: "shift" }],
    ["ternary weights", {}, { weights: { kind: "ternary", threshold: 0.05 } }],
    [
      "three-bit weights, two-bit activations",
      { input: "bytes" },
      { weights: { kind: "uniform", bits: 3 }, activations: { kind: "uniform", bits: 2 } },
    ],
  ])("learns with %s, and integers give the same scores", (_, changes, shape) => {
    const { plan, network } = learns(changes, shape);
    // Chance is 0.1, with a deviation of 0.03; a network this small, on 400 digits, does not get far.
    expect(accuracyOfNetwork(network, plan.input, few.validation)).toBeGreaterThan(0.25);
    const scale = plan.shape.scores === "normalised" ? 1 : plan.shape.scores.scale;
    const unit = plan.shape.weights.kind === "ternary" ? 2 ** -8 : 1;
    const integers = toIntegerNetwork(network, 255);
    scoresOf(network, plan.input, few.validation).forEach((scores, i) => {
      const x = Array.from(imageOf(few.validation, i), (pixel) => inputOf(plan.input, pixel));
      expect(goldenInteger(integers, x).map((sum) => Math.fround(sum * unit * scale))).toEqual(Array.from(scores));
    });
  });

  it("keeps latent weights in [-1, 1]", () => {
    const { network } = learns({ schedule: { epochs: 2, rate: 0.3, batch: 20 } }, {});
    for (const { latent } of network.layers) {
      const largest = latent.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      expect(largest).toBe(1);
    }
  });
});

describe("ShiftAdaMax", () => {
  it("changes parameters by powers of two times the mean gradient, and finds a minimum", () => {
    const weights = [Float32Array.of(1)];
    new ShiftAdaMax(weights).step(weights, [Float32Array.of(-3)], 2 ** -10, 1);
    // Mean 3 / 8, rate 2^-10 / (1/8), 1 / peak as a power of two: 1 / 3 is nearest to 1 / 4 in the logarithm.
    expect(weights[0][0]).toBeCloseTo(1 + (3 / 8) * 2 ** -7 * 2 ** -2, 7);
    const pair = [Float32Array.of(5, -3)];
    const optimiser = new ShiftAdaMax(pair);
    for (let i = 0; i < 4000; i++) {
      optimiser.step(pair, [Float32Array.of(pair[0][0] - 1, 10 * (pair[0][1] - 2))], 2 ** -8, 1);
    }
    expect(pair[0][0]).toBeCloseTo(1, 1);
    expect(pair[0][1]).toBeCloseTo(2, 1);
  });
});

describe("spreadOf", () => {
  it("is mean and sample deviation", () => {
    expect(spreadOf([0.9, 0.92, 0.94])).toEqual({ each: [0.9, 0.92, 0.94], mean: 0.92, deviation: 0.02 });
    expect(spreadOf([0.5])).toEqual({ each: [0.5], mean: 0.5, deviation: 0 });
  });
});
