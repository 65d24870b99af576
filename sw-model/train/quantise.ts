import { type Digits, imageOf } from "../data/mnist.ts";
import type { EieLayer } from "../eie/golden.ts";
import { type Entry, fromEntries } from "../eie/sparse.ts";
import { toRaw } from "../format/fixed.ts";
import { type Mlp, Pass } from "../model/mlp.ts";
import type { ModelFormats } from "../model/model.ts";
import type { SharedWeights } from "./share.ts";

/**
 * Completes the formats for a network: the activations get as many fraction bits as leave a factor of two above the
 * largest value that the digits cause anywhere in it, and one integer bit for the bias activation.
 */
export function chooseFormats(
  mlp: Mlp,
  digits: Digits,
  formats: Omit<ModelFormats, "activationFraction" | "codebookFraction">,
): ModelFormats {
  const pass = new Pass(mlp);
  let peak = 1;
  for (let i = 0; i < digits.count; i++) {
    pass.forward(imageOf(digits, i));
    for (const values of pass.values) for (const value of values) peak = Math.max(peak, Math.abs(value));
  }
  const integerBits = 2 + Math.ceil(Math.log2(peak));
  return {
    ...formats,
    activationFraction: formats.activationBits - integerBits,
    codebookFraction: formats.productShift + formats.dropBits,
  };
}

/** A layer of shared weights as matrix and codebook of raw values; the last column is the bias. */
export function quantiseLayer(
  { codes, centroids }: SharedWeights,
  rows: number,
  relu: boolean,
  { codebookBits, codebookFraction: fl }: ModelFormats,
): EieLayer {
  const entries: Entry[] = [];
  codes.forEach((code, at) => {
    if (code !== 0) entries.push([at % rows, Math.floor(at / rows), code]);
  });
  const codebook = Array.from(centroids, (value) => toRaw(value, { il: codebookBits - fl, fl }));
  return { matrix: fromEntries(rows, codes.length / rows, entries), codebook, relu };
}
