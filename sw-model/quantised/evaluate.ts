import { packBits } from "../binary/bits.ts";
import type { BinaryLayer } from "../binary/layer.ts";
import { goldenBnn } from "../bnn/golden.ts";
import { type Digits, imageOf, type SplitName, splitSeed } from "../data/mnist.ts";
import { goldenConvolutionalNetwork } from "../model/convolutional-network.ts";
import { argmax } from "../model/mlp.ts";
import type { BinaryModel, ConvolutionalModel } from "../model/model.ts";
import { resultRows } from "../xnor/golden.ts";
import { toBinaryLayers, withWindows } from "./fold.ts";
import type { Network } from "./network.ts";
import type { Plans, Variant } from "./plan.ts";
import type { NetworkShape } from "./shape.ts";
import { inkThreshold, type QuantisedPlan, scoresOf, trainQuantised } from "./train.ts";

/** What one training gives: the class of each digit, and of a binary network its layers. */
export interface Outcome {
  readonly variant: Variant;
  readonly seed: number;
  readonly validation: readonly number[];
  readonly test: readonly number[];
  readonly layers?: readonly BinaryLayer[];
}

type Data = Readonly<Record<SplitName, Digits>>;

/** Trains one network; `report` gets a line an epoch. */
export function trainVariant(
  variant: Variant,
  plan: QuantisedPlan,
  seed: number,
  data: Data,
  report: (line: string) => void,
): Outcome {
  const network = trainQuantised(plan, seed, data.train, (epoch, loss) => {
    report(`${variant}, seed ${seed}: epoch ${epoch} of ${plan.schedule.epochs}, loss ${loss.toFixed(4)}`);
  });
  const classes = (digits: Digits) => scoresOf(network, plan.input, digits).map(argmax);
  const outcome = { variant, seed, validation: classes(data.validation), test: classes(data.test) };
  return variant === "binary" ? { ...outcome, layers: checkedLayers(network, data.validation) } : outcome;
}

/** The folded layers; their golden scores are those of the network on every digit. */
function checkedLayers(network: Network, digits: Digits): BinaryLayer[] {
  const layers = toBinaryLayers(network);
  const { scores } = network.shape;
  const scale = scores === "normalised" ? 1 : scores.scale;
  const float = scoresOf(network, "binary", digits);
  goldenOf(network.shape, layers, digits).forEach((dots, i) => {
    if (dots.some((dot, c) => Math.fround(dot * scale) !== float[i][c])) {
      throw new Error(`the folded network differs from the trained one at digit ${i}`);
    }
  });
  return layers;
}

/** The last layer's dot products of a network of this shape, dense or convolutional, for each digit. */
function goldenOf(shape: NetworkShape, layers: readonly BinaryLayer[], digits: Digits): number[][] {
  if (!shape.convolutions) return goldenScores(layers, inkThreshold, digits);
  const { input } = shape.convolutions;
  const images = Array.from({ length: digits.count }, (_, i) => imageOf(digits, i));
  return goldenConvolutionalNetwork(
    { input, inputThreshold: inkThreshold, layers: withWindows(shape, layers) },
    images,
  );
}

/** The last layer's dot products for each digit. */
export function goldenScores(layers: readonly BinaryLayer[], threshold: number, digits: Digits): number[][] {
  if (digits.count === 0) return [];
  const rows = Array.from({ length: digits.count }, (_, i) =>
    Array.from(imageOf(digits, i), (pixel) => (pixel >= threshold ? 1 : 0)),
  );
  return resultRows(goldenBnn({ layers, inputs: packBits(rows) }));
}

/** Mean and deviation (of a sample, n - 1) of accuracies over seeds. */
export interface Spread {
  readonly each: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

export function spreadOf(each: readonly number[]): Spread {
  const mean = each.reduce((a, b) => a + b, 0) / each.length;
  const squares = each.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const round = (value: number) => Math.round(value * 1e6) / 1e6;
  return { each, mean: round(mean), deviation: round(each.length > 1 ? Math.sqrt(squares / (each.length - 1)) : 0) };
}

/** Share of `classes` that are the digits' labels. */
export function shareRight(classes: readonly number[], { labels }: Digits): number {
  return classes.filter((value, i) => value === labels[i]).length / classes.length;
}

/**
 * The facts of a model of several trainings: the binary network with the best validation accuracy (the first of equals), the float
 * network of the same seed beside it, and what every seed reached on the test digits.
 */
function evaluated(outcomes: readonly Outcome[], plans: Plans, data: Data) {
  const of = (variant: Variant) => outcomes.filter((outcome) => outcome.variant === variant);
  const accuracy = ({ validation, test }: Outcome) => ({
    validation: shareRight(validation, data.validation),
    test: shareRight(test, data.test),
  });
  const binary = of("binary");
  const best = argmax(binary.map((outcome) => accuracy(outcome).validation));
  const stored = binary[best];
  const float = of("float")[best];
  if (!stored.layers) throw new Error("a binary outcome has layers");
  const [binaryAccuracy, floatAccuracy] = [accuracy(stored), accuracy(float)];
  const variants = Object.keys(plans) as Variant[];
  const evaluation = variants.map((variant) => [variant, spreadOf(of(variant).map((o) => accuracy(o).test))] as const);
  const { augmentation, inkSwing, schedule, optimiser, shape, spread } = plans.binary;
  return {
    data: {
      package: "mnist 1.1",
      splitSeed,
      train: data.train.count,
      validation: data.validation.count,
      test: data.test.count,
    },
    training: {
      method: "straight-through estimator, clipped latent weights",
      seed: stored.seed,
      shape,
      schedule,
      optimiser,
      augmentation,
      inkSwing,
      spread,
      float: { input: plans.float.input, rate: plans.float.schedule.rate },
      seeds: binary.map(({ seed }) => seed),
      testAccuracy: Object.fromEntries(evaluation),
    },
    accuracy: {
      validation: { float: floatAccuracy.validation, golden: binaryAccuracy.validation },
      test: { float: floatAccuracy.test, golden: binaryAccuracy.test },
    },
    inputThreshold: inkThreshold,
    layers: stored.layers,
    floatPredictions: float.test,
  };
}

/** The model of several trainings of a dense network. */
export function assembleModel(outcomes: readonly Outcome[], plans: Plans, data: Data): BinaryModel {
  return {
    kind: "binary",
    name: "bnn-mnist",
    summary: "binary network on binarised MNIST digits, batch normalisation folded into thresholds",
    ...evaluated(outcomes, plans, data),
  };
}

/** The model of several trainings of a convolutional network. */
export function assembleConvolutional(outcomes: readonly Outcome[], plans: Plans, data: Data): ConvolutionalModel {
  const { shape } = plans.binary;
  const { layers, ...facts } = evaluated(outcomes, plans, data);
  if (!shape.convolutions) throw new Error("a convolutional network has convolutions");
  return {
    kind: "binary-convolutional",
    name: "bcnn-mnist",
    summary: "binary convolutional network on binarised MNIST digits, batch normalisation folded into thresholds",
    ...facts,
    input: shape.convolutions.input,
    layers: withWindows(shape, layers),
  };
}
