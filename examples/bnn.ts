/** The stored binary network: what it reached, what it takes, how it is read, and its form for FINN. */
import { packBits } from "../sw-model/binary/bits.ts";
import { placesOf, shapeOfLayer } from "../sw-model/conv/spec.ts";
import { imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import { exportFinn } from "../sw-model/finn/export.ts";
import { type Account, accountOf } from "../sw-model/model/account.ts";
import { goldenBinaryNetwork } from "../sw-model/model/binary-network.ts";
import type { Model } from "../sw-model/model/model.ts";
import { loadModelOf } from "../sw-model/model/store.ts";
import type { Spread } from "../sw-model/quantised/evaluate.ts";

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const table = (rows: readonly (readonly string[])[]) => {
  const [head, ...rest] = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return [head, `|${"---|".repeat(rows[0].length)}`, ...rest].join("\n");
};

// #region classify
export function classify(index: number): string {
  const model = loadModelOf("binary", "bnn-mnist");
  const { test } = loadMnist();
  const { outputs, prediction } = goldenBinaryNetwork(model, imageOf(test, index));
  return `digit ${test.labels[index]}, taken for ${prediction}: dot products ${outputs.at(-1)?.join(" ")}`;
}
// #endregion

/** Test digits recognised, by kind of network and seed. */
export function accuracies(): string {
  return accuracyTable(loadModelOf("binary", "bnn-mnist"));
}

/** The same for the convolutional network. */
export function convolutionalAccuracies(): string {
  return accuracyTable(loadModelOf("binary-convolutional", "bcnn-mnist"));
}

function accuracyTable({ training }: Pick<Model, "training">): string {
  const spreads = training.testAccuracy as Record<string, Spread>;
  const names: Record<string, string> = {
    binary: "binary, on binarised pixels",
    float: "float, on grey pixels",
    floatOnBinaryInputs: "float, on binarised pixels",
  };
  const seeds = training.seeds as number[];
  const rows = Object.entries(spreads).map(([name, { each, mean, deviation }]) => [
    names[name],
    ...each.map(percent),
    percent(mean),
    (100 * deviation).toFixed(2),
  ]);
  const head = ["network", ...seeds.map((seed) => `seed ${seed}`), "mean", "deviation, points"];
  // Of one seed there is neither mean nor deviation.
  return table([head, ...rows].map((cells) => (seeds.length > 1 ? cells : cells.slice(0, 2))));
}

/** Memory and energy of an inference, in float32 and in bits. */
export function account(): string {
  return accountTable(accountOf(loadModelOf("binary", "bnn-mnist").layers));
}

/** The same for the convolutional network, whose kernels are read for every window. */
export function convolutionalAccount(): string {
  const { layers, input } = loadModelOf("binary-convolutional", "bcnn-mnist");
  let shape = input;
  const windows = layers.map((layer) => {
    const { map, output } = shapeOfLayer(shape, { ...layer, outputs: layer.weights.rows });
    shape = output;
    return placesOf(map);
  });
  return accountTable(accountOf(layers, windows));
}

function accountTable({ macs, footprint, float, binary }: Account): string {
  const count = (value: number) => Math.round(value).toLocaleString("en");
  const row = (name: string, a: number, b: number) => [name, count(a), count(b), (a / b).toFixed(1)];
  const nanojoules = (name: string, a: number, b: number) => {
    return [name, (a / 1000).toFixed(1), (b / 1000).toFixed(1), (a / b).toFixed(1)];
  };
  return table([
    ["", "float32", "binary", "ratio"],
    row("multiply-accumulates", macs, macs),
    row("bytes of weights", footprint.floatWeightBytes, footprint.binaryWeightBytes),
    row("bytes with biases, or thresholds and flips", footprint.floatBytes, footprint.binaryBytes),
    nanojoules("arithmetic, nJ", float.arithmeticPj, binary.arithmeticPj),
    nanojoules("reading the weights, nJ", float.readPj, binary.readPj),
    nanojoules("together, nJ", float.totalPj, binary.totalPj),
  ]);
}

/** The manifest of a network of two layers. */
export function finnManifest(): string {
  const thresholds = [0, 2, 4, 5].map((t) => ({ t, flip: false }));
  const hidden = { weights: packBits([0, 3, 5, 6].map((word) => [8, 4, 2, 1].map((bit) => word & bit))), thresholds };
  const last = {
    weights: packBits([
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ]),
  };
  const facts = { name: "small", summary: "", data: {}, training: {}, inputThreshold: 0.5 };
  const choices = { layout: "folded", weightDataType: "BIPOLAR", accumulator: "dot" } as const;
  const [manifest] = exportFinn(
    { kind: "binary", ...facts, layers: [hidden, last] },
    { ...choices, fold: (_, i) => (i === 0 ? { pe: 2, simd: 4 } : { pe: 1, simd: 2 }) },
  );
  return manifest.content.toString();
}
