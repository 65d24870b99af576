import type { CnnLayer } from "../bcnn/golden.ts";
import { setBit, zeroBits } from "../binary/bits.ts";
import type { BinaryLayer, Threshold } from "../binary/layer.ts";
import { UserError } from "../errors.ts";
import { affineOf } from "./batch-norm.ts";
import type { Layer, Network } from "./network.ts";
import { geometriesOf, type NetworkShape } from "./shape.ts";

/** One column of a normalisation: z = (sum - mean) * scale + offset. */
export interface AffineColumn {
  readonly mean: number;
  readonly scale: number;
  readonly offset: number;
}

/** The normalised sum exactly as the network has it: in doubles, then stored as a float32. */
export function normalisedSum(sum: number, { mean, scale, offset }: AffineColumn): number {
  return Math.fround((sum - mean) * scale + offset);
}

/** The smallest integer from `low` to `high` at which `holds` is true, `high + 1` where none; `holds` never turns false again. */
export function firstWhere(low: number, high: number, holds: (value: number) => boolean): number {
  let from = low;
  let to = high + 1;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Folds normalisation and sign of a row of `cols` binary weights into a threshold on its popcount (FINN, section 4.2.2).
 * Exact, ties included, whatever the rounding of the floats: every operation of `normalisedSum` is monotone in the sum,
 * so the place where the sign changes is searched, not computed.
 */
export function foldSign(cols: number, column: AffineColumn): Threshold {
  const isOne = (popcount: number) => normalisedSum(2 * popcount - cols, column) >= 0;
  if (column.scale >= 0) return { t: firstWhere(0, cols, isOne), flip: false };
  return { t: firstWhere(0, cols, (popcount) => !isOne(popcount)), flip: true };
}

/** The layers of a network of binary weights and activations as hardware takes them; the last one gives dot products. */
export function toBinaryLayers(network: Network): BinaryLayer[] {
  const { weights, activations, normalisation, scores } = network.shape;
  if (weights.kind !== "binary" || activations.kind !== "binary" || scores === "normalised") {
    throw new UserError({
      code: "not-binary",
      message: "only a network of binary weights and activations, with scores that are sums, becomes binary layers",
      where: "shape",
      expected: "binary weights, binary activations, scores by one constant",
      found: `${weights.kind} weights, ${activations.kind} activations, ${scores === "normalised" ? scores : "sums"}`,
    });
  }
  return network.layers.map((layer, i) => {
    const packed = packWeights(layer);
    if (i === network.layers.length - 1) return { weights: packed };
    const { mean, scale, offset } = affineOf(layer.norm, normalisation);
    const thresholds = Array.from(mean, (_, c) =>
      foldSign(packed.cols, { mean: mean[c], scale: scale[c], offset: offset[c] }),
    );
    return { weights: packed, thresholds };
  });
}

/** Folded layers with their windows and pools: sign and maximum change places, so that bits are pooled after the threshold. */
export function withWindows(shape: NetworkShape, layers: readonly BinaryLayer[]): CnnLayer[] {
  return geometriesOf(shape).map(({ kernel, stride, padding, pool }, i) => {
    return { ...layers[i], kernel, stride, padding, pool };
  });
}

/** Signs of the latent weights: a row an output, a column an input. */
function packWeights({ latent }: Layer): BinaryLayer["weights"] {
  const bits = zeroBits(latent.cols, latent.rows);
  for (let i = 0; i < latent.rows; i++) {
    for (let o = 0; o < latent.cols; o++) if (latent.data[i * latent.stride + o] >= 0) setBit(bits, o, i);
  }
  return bits;
}
