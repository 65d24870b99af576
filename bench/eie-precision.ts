import { type Digits, imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import type { ModelFormats, SparseModel } from "../sw-model/model/model.ts";
import { goldenNetwork } from "../sw-model/model/network.ts";
import { loadModelOf } from "../sw-model/model/store.ts";
import type { Figure } from "./page.ts";

/** Bits of a weight's value and of an activation. */
const widths = [4, 5, 6, 7, 8, 10, 12, 16];
/** Of these the bits above the binary point of activations, the sign included: what the validation digits choose from. */
const integerBits = [2, 3, 4, 5, 6, 7];

type Network = Pick<SparseModel, "formats" | "layers">;

/**
 * A stored network in another precision: codebooks and activations of `bits`, the largest weight just fitting, results rounded to
 * nearest. Accumulators have 40 bits and products lose none; or `bits`, too, and each product is cut to the format of the activations.
 */
export function atPrecision(
  { formats, layers }: Network,
  bits: number,
  activationFraction: number,
  accumulators: "40 bits" | "as narrow",
): Network {
  const scale = 2 ** -formats.codebookFraction;
  const largest = Math.max(...layers.flatMap(({ codebook }) => codebook.map((value) => Math.abs(value) * scale)));
  const codebookFraction = bits - 2 - Math.floor(Math.log2(largest));
  const narrow = accumulators === "as narrow";
  const own: ModelFormats = {
    ...formats,
    ...{ codebookBits: bits, activationBits: bits, activationFraction, codebookFraction },
    ...{ accWidth: narrow ? bits : 40, productShift: narrow ? codebookFraction : 0 },
    dropBits: narrow ? 0 : codebookFraction,
    rounding: "nearest",
  };
  const limit = 2 ** (bits - 1);
  const raw = (value: number) =>
    Math.max(-limit, Math.min(limit - 1, Math.round(value * scale * 2 ** codebookFraction)));
  return { formats: own, layers: layers.map((layer) => ({ ...layer, codebook: layer.codebook.map(raw) })) };
}

function accuracyOf(network: Network, digits: Digits): number {
  let right = 0;
  for (let i = 0; i < digits.count; i++)
    if (goldenNetwork(network, imageOf(digits, i)).prediction === digits.labels[i]) right++;
  return right / digits.count;
}

/**
 * Figure 10 of EIE on the digits that there are: the share of the test digits that LeNet-300-100 recognises in the golden model, by
 * the bits of its arithmetic. At each width the validation digits choose the binary point of the activations.
 */
export function precisionFigure(log: (line: string) => void): Figure {
  const model = loadModelOf("sparse", "lenet-300-100");
  const { validation, test } = loadMnist();
  const series = (["40 bits", "as narrow"] as const).map((accumulators) => ({
    name: `accumulators ${accumulators}`,
    values: widths.map((bits) => {
      const choices = integerBits
        .filter((above) => above <= bits)
        .map((above) => atPrecision(model, bits, bits - above, accumulators));
      const scores = choices.map((network) => accuracyOf(network, validation));
      const best = choices[scores.indexOf(Math.max(...scores))];
      const accuracy = accuracyOf(best, test);
      log(
        `${bits} bits, ${best.formats.activationFraction} of them fraction, accumulators ${accumulators}: ${accuracy}`,
      );
      return accuracy;
    }),
  }));
  const float = { name: "float", values: widths.map(() => model.accuracy.test.float) };
  return {
    title: "Precision and accuracy of LeNet-300-100 (figure 10)",
    x: { name: "bits", values: widths },
    y: "share of digits",
    series: [...series, float],
  };
}
