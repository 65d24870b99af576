import { createHash } from "node:crypto";
import { writeFileAtomically } from "../../platform/atomic-write.ts";
import { commandLine } from "../../platform/command-line.ts";
import { compressNetwork } from "../../sw-model/compress/compress.ts";
import { decodeNetwork } from "../../sw-model/compress/decode.ts";
import { knowsDigits, takesDigits, testAccuracy } from "../../sw-model/compress/digits.ts";
import { encodeNetwork } from "../../sw-model/compress/encode.ts";
import { layouts } from "../../sw-model/compress/from-npz.ts";
import { decodedMlp, mlpOf } from "../../sw-model/compress/mlp.ts";
import type { DenseNetwork } from "../../sw-model/compress/network.ts";
import { type CompressionPlan, retrainingFor } from "../../sw-model/compress/plan.ts";
import { readNetwork } from "../../sw-model/compress/read-network.ts";
import { type NetworkSizes, sizesOf } from "../../sw-model/compress/sizes.ts";
import { loadMnist } from "../../sw-model/data/mnist.ts";
import { UserError } from "../../sw-model/errors.ts";
import { initialisations } from "../../sw-model/train/share.ts";
import { choiceArgument, fileArgument, integerArgument, perLayer, shareArgument } from "../arguments.ts";
import { type Output, table } from "../output.ts";
import type { CommandResult } from "../result.ts";

export interface CompressOptions {
  readonly output?: string;
  readonly keep?: string;
  readonly density?: string;
  readonly drop?: string;
  readonly weightBits: string;
  readonly indexBits?: string;
  readonly initialisation: string;
  readonly epochs?: string;
  readonly denseSparseDense?: string;
  readonly seed: string;
  readonly layout?: string;
}

/** What retraining can bring back, found by trying (docs/deep-compression.md); and what needs none. */
const densityWithRetraining = 0.08;
const droppedWithoutRetraining = 0.05;
const usualEpochs = 54;

/** `whittle compress MODEL`: Deep Compression of fully connected layers. */
export async function compressCommand(model: string, options: CompressOptions, output: Output): Promise<CommandResult> {
  const layout = options.layout === undefined ? undefined : choiceArgument("--layout", options.layout, layouts);
  const file = options.output === undefined ? undefined : fileArgument("-o", options.output);
  const network = readNetwork(model, layout);
  const data = takesDigits(network) ? loadMnist() : undefined;
  const known = data !== undefined && knowsDigits(network, data);
  const plan = planOf(model, network, options, known);
  const report = (line: string) => output.log(line);
  if (plan.retraining) report("retraining on the training digits (--epochs 0 leaves it out)");
  else if (data && !known) report("not retrained: the network does not know the digits");
  const compressed = await compressNetwork(network, plan, plan.retraining ? data : undefined, report);
  const bytes = encodeNetwork(compressed);
  // What is measured is what comes out of the file again.
  const decoded = decodeNetwork(bytes, file ?? model);
  const accuracyBefore = data ? testAccuracy(mlpOf(network), data) : null;
  const accuracyAfter = data ? testAccuracy(decodedMlp(decoded), data) : null;
  if (file !== undefined) writeFileAtomically(file, bytes);
  const sizes = sizesOf(decoded);
  const document = {
    model: network.name,
    ...sizes,
    accuracyBefore,
    accuracyAfter,
    plan,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...(file === undefined ? {} : { file }),
    reproduce: commandLine(["compress", model, ...flagsOf(options)]),
  };
  return { document, text: textOf(network.name, sizes, accuracyBefore, accuracyAfter, file) };
}

function planOf(model: string, network: DenseNetwork, options: CompressOptions, known: boolean): CompressionPlan {
  const layers = network.layers.length;
  const epochs = integerArgument("--epochs", options.epochs ?? (known ? `${usualEpochs}` : "0"), 0, 10000);
  if (epochs > 0 && !takesDigits(network)) throw cannotRetrain(model, network);
  const freed = options.denseSparseDense;
  if (freed !== undefined && epochs === 0) {
    throw conflict("--dense-sparse-dense", "retraining: --epochs above 0, on a network for the digits", freed);
  }
  const retraining =
    epochs === 0
      ? undefined
      : retrainingFor(epochs, freed === undefined ? undefined : shareArgument("--dense-sparse-dense", freed));
  const weightBits = perLayer("--weight-bits", options.weightBits, layers).map((text) =>
    integerArgument("--weight-bits", text, 1, 8),
  );
  return {
    seed: integerArgument("--seed", options.seed, 0, 2 ** 32 - 1),
    keep: keepOf(options, layers, retraining !== undefined),
    weightBits,
    indexBits: options.indexBits === undefined ? undefined : integerArgument("--index-bits", options.indexBits, 1, 8),
    initialisation: choiceArgument("--initialisation", options.initialisation, initialisations),
    retraining,
  };
}

function keepOf({ keep, density, drop }: CompressOptions, layers: number, trains: boolean): CompressionPlan["keep"] {
  const given = Object.entries({ "--keep": keep, "--density": density, "--drop": drop }).filter(([, text]) => text);
  if (given.length > 1) throw conflict(given[1][0], `only one of ${given.map(([flag]) => flag).join(" and ")}`, "both");
  if (keep !== undefined) {
    const shares = perLayer("--keep", keep, layers).map((text) => shareArgument("--keep", text));
    return { by: "layer", shares };
  }
  if (density !== undefined) return { by: "density", density: shareArgument("--density", density) };
  if (drop !== undefined) return { by: "energy", dropped: shareArgument("--drop", drop) };
  if (trains) return { by: "density", density: densityWithRetraining };
  return { by: "energy", dropped: droppedWithoutRetraining };
}

function flagsOf(options: CompressOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return typeof value === "string" ? [flag, value] : [];
  });
}

function textOf(
  name: string,
  sizes: NetworkSizes,
  accuracyBefore: number | null,
  accuracyAfter: number | null,
  file: string | undefined,
): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const bytes = (count: number) => `${count.toLocaleString("en")}`;
  const head = [
    "layer",
    "weights",
    "kept",
    "weight bits",
    "coded",
    "index bits",
    "coded",
    "before",
    "P",
    "P+Q",
    "P+Q+H",
  ];
  const rows = sizes.layers.map((layer) => [
    `${layer.name} (${layer.outputs} x ${layer.inputs}${layer.bias ? " + 1" : ""})`,
    bytes(layer.weights),
    percent(layer.keptShare),
    `${layer.weightBits}`,
    layer.codedWeightBits.toFixed(2),
    `${layer.indexBits}`,
    layer.codedIndexBits.toFixed(2),
    ...[layer.bytesBefore, layer.bytesPruned, layer.bytesShared, layer.bytesAfter].map(bytes),
  ]);
  const { bytesBefore, bytesPruned, bytesShared, bytesAfter } = sizes;
  const total = [
    "total (file)",
    ...Array(6).fill(""),
    ...[bytesBefore, bytesPruned, bytesShared, bytesAfter].map(bytes),
  ];
  const rates = [bytesPruned, bytesShared, bytesAfter].map((size) => `${(bytesBefore / size).toFixed(1)} x`);
  const lines = [
    `${name}: bytes by stage (P pruned, Q shared, H Huffman coded)`,
    table([head, ...rows, total, ["rate", ...Array(6).fill(""), "", ...rates]]),
  ];
  if (accuracyBefore !== null && accuracyAfter !== null) {
    lines.push(`accuracy on 2,000 test digits: ${percent(accuracyBefore)} before, ${percent(accuracyAfter)} after`);
  }
  return [...lines, ...(file === undefined ? [] : [`written to ${file}`])].join("\n");
}

function cannotRetrain(model: string, { layers }: DenseNetwork): UserError {
  const shape = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)].join("-");
  return new UserError({
    code: "model-conflict",
    message: `${model} cannot be retrained: the digits need 784 inputs, 10 outputs and layers that follow each other`,
    where: "--epochs",
    expected: "a network for the digits, or --epochs 0",
    found: shape,
  });
}

function conflict(where: string, expected: string, found: string): UserError {
  const message = `${where}: expected ${expected}`;
  return new UserError({ code: "bad-usage", message, where, expected, found });
}
