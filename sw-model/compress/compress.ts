import type { Digits, SplitName } from "../data/mnist.ts";
import type { Mlp } from "../model/mlp.ts";
import { Random } from "../random.ts";
import { denseSparseDense } from "../train/dense-sparse-dense.ts";
import { accuracyOf } from "../train/epochs.ts";
import { magnitudeMask } from "../train/prune.ts";
import { energySensitivity, keepsForDensity, keepWithin, lossSensitivity } from "../train/sensitivity.ts";
import { type SharedWeights, shareWeights } from "../train/share.ts";
import { pruneOnce, tuneShared } from "../train/train.ts";
import { layerBits } from "./encode.ts";
import { type CompressedLayer, type CompressedNetwork, sparseCodes } from "./layer.ts";
import { freeWeights, mlpOf } from "./mlp.ts";
import type { DenseLayer, DenseNetwork } from "./network.ts";
import type { CompressionPlan, Retraining } from "./plan.ts";

/** Digits that the sensitivity of the layers is measured with. */
const sensitivityDigits = 500;

export type Splits = Readonly<Record<SplitName, Digits>>;

/**
 * Deep Compression (Han, Mao and Dally, ICLR 2016) of a network: prunes by magnitude, shares the weights that are left, and picks
 * what the container needs. With retraining, which takes a chained network for the digits, the weights adapt after each step; the
 * test digits are not looked at. `report` gets a line for each step.
 */
export async function compressNetwork(
  network: DenseNetwork,
  plan: CompressionPlan,
  data: Splits | undefined,
  report: (line: string) => void,
): Promise<CompressedNetwork> {
  const random = new Random(plan.seed);
  const weights = network.layers.map((layer) => layer.weights.slice());
  const sharing = (values: Float32Array, i: number) =>
    shareWeights(values, 2 ** plan.weightBits[i], { initialisation: plan.initialisation, random });
  let shared: SharedWeights[];
  if (plan.retraining && data) {
    const mlp = mlpOf(network);
    await prune(network, mlp, plan, plan.retraining, data, random, report);
    shared = mlp.weights.map(sharing);
    const { sharing: schedule } = plan.retraining;
    const loss = await tuneShared(plan.retraining, mlp, shared, data.train, random, schedule);
    reportStep(report, "share and tune", mlp, data, schedule.epochs, loss);
  } else {
    const keeps = await keepsOf(network.layers, plan, undefined);
    weights.forEach((values, i) => {
      const mask = magnitudeMask(values, keeps[i]);
      for (let at = 0; at < values.length; at++) if (mask[at] === 0) values[at] = 0;
    });
    shared = weights.map(sharing);
  }
  return {
    chained: network.chained,
    layers: network.layers.map((layer, i) => compressedLayer(layer, shared[i], plan.weightBits[i], plan.indexBits)),
  };
}

/** Dense-sparse-dense where it is asked for, then all rounds of pruning, in place. */
async function prune(
  network: DenseNetwork,
  mlp: Mlp,
  plan: CompressionPlan,
  retraining: Retraining,
  data: Splits,
  random: Random,
  report: (line: string) => void,
): Promise<void> {
  const { denseSparseDense: phases, rounds } = retraining;
  if (phases) {
    const loss = await denseSparseDense(retraining, mlp, freeWeights(network), data.train, random, phases);
    reportStep(report, "dense, sparse, dense", mlp, data, phases.sparse.epochs + phases.dense.epochs, loss);
  }
  const keeps = await keepsOf(network.layers, plan, { mlp, digits: data.train });
  for (const [round, schedule] of rounds.entries()) {
    const shares = keeps.map((keep) => keep ** ((round + 1) / rounds.length));
    const loss = await pruneOnce(retraining, mlp, data.train, random, shares, schedule);
    const text = shares.map((share) => share.toFixed(3)).join(", ");
    reportStep(report, `prune to ${text}`, mlp, data, schedule.epochs, loss);
  }
}

/** The shares of the layers' weights to keep. */
async function keepsOf(
  layers: readonly DenseLayer[],
  { keep }: CompressionPlan,
  trained: { readonly mlp: Mlp; readonly digits: Digits } | undefined,
): Promise<readonly number[]> {
  if (keep.by === "layer") return keep.shares;
  const energy = () => layers.map(({ weights }) => energySensitivity(weights));
  if (keep.by === "energy") return energy().map((layer) => keepWithin(layer, keep.dropped));
  if (!trained) return keepsForDensity(energy(), keep.density);
  const few = { ...trained.digits, count: Math.min(sensitivityDigits, trained.digits.count) };
  return keepsForDensity(await lossSensitivity(trained.mlp, few), keep.density);
}

function compressedLayer(
  { name, inputs, outputs, bias, relu }: DenseLayer,
  { codes, centroids }: SharedWeights,
  weightBits: number,
  indexBits: number | undefined,
): CompressedLayer {
  const cols = inputs + (bias ? 1 : 0);
  const { codes: used, codebook } = withoutUnused(codes.subarray(0, cols * outputs), centroids);
  const matrix = sparseCodes(used, outputs);
  const candidates = indexBits === undefined ? [1, 2, 3, 4, 5, 6, 7, 8] : [indexBits];
  const layers = candidates.map((bits): CompressedLayer => {
    return { name, matrix, bias, relu, weightBits, indexBits: bits, codebook };
  });
  const sizes = layers.map((layer) => Object.values(layerBits(layer)).reduce((a, b) => a + b, 0));
  return layers[sizes.indexOf(Math.min(...sizes))];
}

/** Codes that stand for no weight are left out, and the others numbered anew. */
function withoutUnused(codes: Uint8Array, centroids: Float32Array): { codes: Uint8Array; codebook: Float32Array } {
  const isUsed = new Uint8Array(centroids.length).fill(1, 0, 1);
  for (const code of codes) isUsed[code] = 1;
  const renamed = new Uint8Array(centroids.length);
  for (let code = 1; code < centroids.length; code++) renamed[code] = renamed[code - 1] + isUsed[code];
  return { codes: codes.map((code) => renamed[code]), codebook: centroids.filter((_, code) => isUsed[code] === 1) };
}

function reportStep(
  report: (line: string) => void,
  step: string,
  mlp: Mlp,
  data: Splits,
  epochs: number,
  loss: number,
): void {
  const accuracy = accuracyOf(mlp, data.validation).toFixed(4);
  report(`${step}: ${epochs} epochs, loss ${loss.toFixed(4)}, validation accuracy ${accuracy}`);
}
