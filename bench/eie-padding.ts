import { sparseCodes } from "../sw-model/compress/layer.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { fillPadding, sparesOf } from "../sw-model/eie/fill.ts";
import type { SparseMatrix } from "../sw-model/eie/sparse.ts";
import type { EieParameters } from "../sw-model/eie/spec.ts";
import { Random } from "../sw-model/random.ts";
import { magnitudeMask } from "../sw-model/train/prune.ts";
import { shareWeights } from "../sw-model/train/share.ts";
import type { PaperLayer } from "./eie-layers.ts";
import type { BenchRow } from "./row.ts";

/** Columns of a layer that are drawn: enough for shares to three digits. */
const columns = 128;

/**
 * What padding entries are worth that hold weights: columns of normal weights, the largest kept at the calibrated share and their values shared
 * by k-means, as 64 PEs store them. The error is that of the matrix as stored, its squares over those of all weights.
 */
export function paddingRows(p: EieParameters, { name, outputs, calibrated }: PaperLayer, seed: number): BenchRow[] {
  const random = new Random(seed);
  const weights = Float32Array.from({ length: columns * outputs }, () => random.normal());
  const mask = magnitudeMask(weights, calibrated);
  const kept = weights.map((value, at) => (mask[at] === 0 ? 0 : value));
  const { codes, centroids } = shareWeights(kept, 2 ** p.weightBits);
  const zeros = sparseCodes(codes, outputs);
  const weight = (row: number, col: number) => weights[col * outputs + row];
  const { matrix: filled } = fillPadding(zeros, sparesOf(weight, centroids), p);
  const stored = encodeCsc(zeros, p).reduce((sum, store) => sum + store.codes.length, 0);
  const all = weights.reduce((sum, value) => sum + value ** 2, 0);
  const errorOf = ({ columnStart, rowOf, codeOf }: SparseMatrix) => {
    let error = all;
    for (let col = 0; col < columns; col++) {
      for (let at = columnStart[col]; at < columnStart[col + 1]; at++) {
        const value = weight(rowOf[at], col);
        error += (value - centroids[codeOf[at]]) ** 2 - value ** 2;
      }
    }
    return error / all;
  };
  const [before, after] = [errorOf(zeros), errorOf(filled)];
  return [
    { what: `${name}/padding-share`, value: 1 - zeros.codeOf.length / stored, unit: "share" },
    { what: `${name}/padding-left-share`, value: 1 - filled.codeOf.length / stored, unit: "share" },
    {
      ...{ what: `${name}/squared-error-filled`, value: after, unit: "share" },
      ...{ reference: before, ratio: after / before, bar: before, met: after <= before },
    },
  ];
}
