import { type Digits, imageOf, type SplitName, splitSeed } from "../data/mnist.ts";
import { createMlp, type Mlp, Pass } from "../model/mlp.ts";
import type { ModelAccuracy, SparseModel } from "../model/model.ts";
import { goldenNetwork } from "../model/network.ts";
import { Random } from "../random.ts";
import { Adam } from "./adam.ts";
import { accuracyOf, type Schedule, trainEpochs } from "./epochs.ts";
import { KeptPass, keptWeights, scatter } from "./kept.ts";
import type { TrainingPlan } from "./plan.ts";
import { magnitudeMask } from "./prune.ts";
import { chooseFormats, quantiseLayer } from "./quantise.ts";
import { centroidGradient, expand, type SharedWeights, shareWeights } from "./share.ts";

/** A step of training as it is recorded in the model; accuracies are of the validation digits, in float. */
export interface TrainingStep {
  readonly step: string;
  readonly epochs: number;
  readonly loss: number;
  readonly validation: number;
}

/**
 * Trains, prunes, shares and quantises a network (Deep Compression, sections 2 and 3). The test digits are looked at
 * once, at the end. `report` gets a line for each step.
 */
export async function trainModel(
  plan: TrainingPlan,
  data: Readonly<Record<SplitName, Digits>>,
  report: (line: string) => void,
): Promise<SparseModel> {
  const random = new Random(plan.seed);
  const steps: TrainingStep[] = [];
  const mlp = createMlp(plan.sizes, random);
  const record = (step: string, epochs: number, loss: number) => {
    const validation = accuracyOf(mlp, data.validation);
    steps.push({ step, epochs, loss, validation });
    report(`${step}: ${epochs} epochs, loss ${loss.toFixed(4)}, validation accuracy ${validation.toFixed(4)}`);
  };

  record("dense", plan.dense.epochs, await trainDense(plan, mlp, data.train, random));
  const dense: Mlp = { sizes: mlp.sizes, weights: mlp.weights.map((weights) => weights.slice()) };
  for (const { keep, schedule } of plan.pruning) {
    record(
      `prune to ${keep.join(", ")}`,
      schedule.epochs,
      await pruneOnce(plan, mlp, data.train, random, keep, schedule),
    );
  }
  const shared = mlp.weights.map((weights) => shareWeights(weights, 2 ** plan.formats.weightBits));
  record("share", plan.sharing.epochs, await tuneShared(plan, mlp, shared, data.train, random, plan.sharing));

  const formats = chooseFormats(mlp, data.train, plan.formats);
  const last = plan.sizes.length - 2;
  const layers = shared.map((weights, i) => quantiseLayer(weights, plan.sizes[i + 1], i < last, formats));
  const { name, summary, seed, decay, augmentation, dense: schedule, pruning, sharing } = plan;
  const model = {
    kind: "sparse" as const,
    name,
    summary,
    formats,
    layers,
    dense,
    data: { package: "mnist 1.1", splitSeed, ...countsOf(data) },
    training: { method: "adam", seed, decay, augmentation, dense: schedule, pruning, sharing, steps },
  };
  const accuracy = { validation: accuracies(model, data.validation), test: accuracies(model, data.test) };
  report(`test accuracy: float ${accuracy.test.float}, golden ${accuracy.test.golden}`);
  return { ...model, accuracy };
}

/** Accuracies of the dense float network and of the golden compressed one. */
export function accuracies(model: Pick<SparseModel, "dense" | "formats" | "layers">, digits: Digits): ModelAccuracy {
  let right = 0;
  for (let i = 0; i < digits.count; i++) {
    if (goldenNetwork(model, imageOf(digits, i)).prediction === digits.labels[i]) right++;
  }
  return { float: accuracyOf(model.dense, digits), golden: right / digits.count };
}

function trainDense(plan: TrainingPlan, mlp: Mlp, digits: Digits, random: Random): Promise<number> {
  const adam = new Adam(mlp.weights, plan.decay);
  return trainEpochs(
    new Pass(mlp),
    mlp.weights,
    digits,
    plan.dense,
    plan.augmentation,
    random,
    (gradients, rate, count) => {
      adam.step(mlp.weights, gradients, rate, 1 / count);
    },
  );
}

/** Prunes to the given shares and retrains what is left, in place; returns the loss. */
export async function pruneOnce(
  { decay, augmentation }: Pick<TrainingPlan, "decay" | "augmentation">,
  mlp: Mlp,
  digits: Digits,
  random: Random,
  keep: readonly number[],
  schedule: Schedule,
): Promise<number> {
  const masks = mlp.weights.map((weights, layer) => magnitudeMask(weights, keep[layer]));
  const kept = keptWeights(mlp, masks);
  const values = kept.map((layer) => layer.values);
  const adam = new Adam(values, decay);
  const pass = new KeptPass(kept);
  const loss = await trainEpochs(pass, values, digits, schedule, augmentation, random, (gradients, rate, count) => {
    adam.step(values, gradients, rate, 1 / count);
  });
  scatter(kept, mlp);
  return loss;
}

/** Shares the weights of a pruned network and tunes the shared values, in place; returns the loss. */
export async function tuneShared(
  { augmentation }: Pick<TrainingPlan, "augmentation">,
  mlp: Mlp,
  shared: readonly SharedWeights[],
  digits: Digits,
  random: Random,
  schedule: Schedule,
): Promise<number> {
  const kept = keptWeights(
    mlp,
    shared.map(({ codes }) => codes.map((code) => (code === 0 ? 0 : 1))),
  );
  const members = shared.map(({ codes, centroids }) => ({ codes: codes.filter((code) => code !== 0), centroids }));
  const spread = () => {
    members.forEach((layer, i) => {
      expand(layer, kept[i].values);
    });
  };
  spread();
  const values = kept.map((layer) => layer.values);
  const centroids = shared.map((layer) => layer.centroids);
  const adam = new Adam(centroids, 0);
  const pass = new KeptPass(kept);
  const loss = await trainEpochs(pass, values, digits, schedule, augmentation, random, (gradients, rate, count) => {
    const sums = members.map((layer, i) => centroidGradient(layer, gradients[i]));
    adam.step(centroids, sums, rate, 1 / count);
    spread();
  });
  scatter(kept, mlp);
  return loss;
}

function countsOf(data: Readonly<Record<SplitName, Digits>>): Record<SplitName, number> {
  return { train: data.train.count, validation: data.validation.count, test: data.test.count };
}
