import type { SplitName } from "../data/mnist.ts";
import { splitSeed } from "../data/mnist.ts";
import { UserError } from "../errors.ts";
import { toRaw } from "../format/fixed.ts";
import type { Mlp } from "../model/mlp.ts";
import type { SparseModel } from "../model/model.ts";
import { lenetPlan } from "../train/plan.ts";
import { chooseFormats } from "../train/quantise.ts";
import { accuracies } from "../train/train.ts";
import type { Splits } from "./compress.ts";
import type { CompressedLayer, CompressedNetwork } from "./layer.ts";
import { decodedMlp } from "./mlp.ts";

/**
 * The stored model that `run --on eie` takes: shared values and activations in 16-bit fixed point, the fraction of the activations
 * chosen from what training digits cause. Its float network is the decompressed one. Throws `UserError` model-conflict where
 * the network is no chain for the digits, or its codes have more than the four bits that stored models have.
 */
export function modelOf(network: CompressedNetwork, name: string, data: Splits): SparseModel {
  const dense = decodedMlp(network);
  const weightBits = Math.max(...network.layers.map((layer) => layer.weightBits));
  checkFits(network, name, dense, weightBits);
  const formats = chooseFormats(dense, data.train, { ...lenetPlan.formats, weightBits });
  const { codebookBits, codebookFraction: fl } = formats;
  const layers = network.layers.map((layer) => ({
    matrix: withBiasColumn(layer),
    codebook: Array.from(layer.codebook, (value) => toRaw(value, { il: codebookBits - fl, fl })),
    relu: layer.relu,
  }));
  const model = { dense, formats, layers };
  const count = (split: SplitName) => data[split].count;
  return {
    kind: "sparse",
    name,
    summary: `${name}, decompressed: ${dense.sizes.join("-")}, shared values in ${codebookBits} bits`,
    ...model,
    data: {
      package: "mnist 1.1",
      splitSeed,
      train: count("train"),
      validation: count("validation"),
      test: count("test"),
    },
    training: { method: "decompressed" },
    accuracy: { validation: accuracies(model, data.validation), test: accuracies(model, data.test) },
  };
}

function checkFits({ chained, layers }: CompressedNetwork, name: string, { sizes }: Mlp, weightBits: number): void {
  const conflict = (expected: string, found: string, hint: string) =>
    new UserError({
      code: "model-conflict",
      message: `${name} cannot be a model for run: it needs ${expected}`,
      where: name,
      expected,
      found,
      hint,
    });
  const shape = sizes.join("-");
  const other = "an output that ends in .npz takes any network";
  if (!chained) throw conflict("layers that follow each other with rectifiers between", "others", other);
  if (sizes[0] !== 784 || sizes[sizes.length - 1] !== 10) throw conflict("784 inputs and 10 outputs", shape, other);
  if (weightBits > 4) throw conflict("codes of at most 4 bits", `${weightBits} bits`, "compress with --weight-bits 4");
  if (!layers.every(({ codebook }) => codebook.every((value) => Math.abs(value) < 2 ** 7))) {
    throw conflict("shared values below 128, which have 8 integer bits", "larger ones", other);
  }
}

/** Stored models have a bias column always. */
function withBiasColumn({ matrix, bias }: CompressedLayer): CompressedLayer["matrix"] {
  if (bias) return matrix;
  const { cols, columnStart } = matrix;
  const starts = new Uint32Array(cols + 2);
  starts.set(columnStart);
  starts[cols + 1] = columnStart[cols];
  return { ...matrix, cols: cols + 1, columnStart: starts };
}
