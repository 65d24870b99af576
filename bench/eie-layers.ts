import type { EieLayer } from "../sw-model/eie/golden.ts";
import type { SparseMatrix } from "../sw-model/eie/sparse.ts";
import type { EieParameters } from "../sw-model/eie/spec.ts";
import { type Tiling, tilesOf } from "../sw-model/eie/tiles.ts";
import { Random } from "../sw-model/random.ts";

/** A layer of EIE's evaluation: table III, and at 800 MHz on 64 PEs table IV. */
export interface PaperLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Shares of weights and of activations that are not zero, as published, rounded. */
  readonly published: number;
  readonly activations: number;
  /** The share of weights at which the mean of stored entries a PE on nonzero columns is the paper's theoretical cycles. */
  readonly calibrated: number;
  readonly theoretical: number;
  readonly actual: number;
  /** Least load balance. */
  readonly bar: number;
}

const layer = (
  name: string,
  [inputs, outputs]: readonly [number, number],
  [published, calibrated, activations]: readonly [number, number, number],
  [theoretical, actual]: readonly [number, number],
  bar: number,
): PaperLayer => ({ name, inputs, outputs, published, activations, calibrated, theoretical, actual, bar });

export const paperLayers: readonly PaperLayer[] = [
  layer("alex-6", [9216, 4096], [0.09, 0.0914, 0.351], [22480, 24240], 0.96),
  layer("alex-7", [4096, 4096], [0.09, 0.0826, 0.353], [9360, 9760], 0.96),
  layer("alex-8", [4096, 1000], [0.25, 0.297, 0.375], [7120, 7920], 0.92),
  layer("vgg-6", [25088, 4096], [0.04, 0.0544, 0.183], [22480, 27520], 0.94),
  layer("vgg-7", [4096, 4096], [0.04, 0.0418, 0.375], [6320, 6960], 0.93),
  layer("vgg-8", [4096, 1000], [0.23, 0.222, 0.411], [5840, 6720], 0.9),
  layer("nt-we", [4096, 600], [0.1, 0.108, 1], [4160, 6400], 0.78),
  layer("nt-wd", [600, 8791], [0.11, 0.1085, 1], [10400, 11120], 0.97),
  layer("nt-lstm", [1201, 2400], [0.1, 0.105, 1], [5200, 6000], 0.93),
];

/** How the nonzero weights of a layer lie. */
export type Sparsity = "random" | "clustered";

export interface DrawnLayer extends EieLayer {
  readonly x: number[];
}

/**
 * A layer of random weights, since the paper's networks are not public in compressed form: each weight is kept with the given
 * probability, and exactly round(inputs * share) activations are not zero. Clustered: the probability differs from row
 * to row and from column to column as magnitudes of trained neurons do (log-normal, deviation 0.4 each). The same seed gives the same layer.
 */
export function drawLayer(
  { inputs, outputs, activations, calibrated }: PaperLayer,
  { codebookBits, activationBits, weightBits }: EieParameters,
  { seed, density = calibrated, sparsity = "random" }: { seed: number; density?: number; sparsity?: Sparsity },
): DrawnLayer {
  const random = new Random(seed);
  const codes = 2 ** weightBits;
  const matrix = drawMatrix(outputs, inputs, density, sparsity, codes, random);
  // Small weights, as trained ones are, so that sums seldom saturate; code 0 is zero.
  const largest = 2 ** (codebookBits - 6);
  const codebook = Array.from({ length: codes }, (_, code) =>
    code === 0 ? 0 : Math.round(largest * ((2 * (code - 1)) / (codes - 2) - 1)) || 1,
  );
  const x = new Array<number>(inputs).fill(0);
  const order = random.permutation(inputs);
  for (let i = 0; i < Math.round(inputs * activations); i++) {
    x[order[i]] = 1 + Math.floor(random.uniform() * 2 ** (activationBits - 5));
  }
  return { matrix, codebook, relu: true, x };
}

function drawMatrix(
  rows: number,
  cols: number,
  density: number,
  sparsity: Sparsity,
  codes: number,
  random: Random,
): SparseMatrix {
  const weights = (count: number) =>
    Float64Array.from({ length: count }, () => (sparsity === "random" ? 1 : Math.exp(0.4 * random.normal() - 0.08)));
  const [ofRow, ofCol] = [weights(rows), weights(cols)];
  const columnStart = new Uint32Array(cols + 1);
  let rowOf = new Uint32Array(Math.ceil(1.2 * rows * cols * density) + rows);
  let length = 0;
  for (let col = 0; col < cols; col++) {
    if (length + rows > rowOf.length) {
      const larger = new Uint32Array(2 * rowOf.length);
      larger.set(rowOf);
      rowOf = larger;
    }
    const share = density * ofCol[col];
    if (sparsity === "random") {
      // Gaps between kept weights are geometric: a draw a weight, not one a place.
      const next = () => Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - share));
      for (let row = next(); row < rows; row += 1 + next()) rowOf[length++] = row;
    } else for (let row = 0; row < rows; row++) if (random.uniform() < share * ofRow[row]) rowOf[length++] = row;
    columnStart[col + 1] = length;
  }
  const codeOf = Uint8Array.from({ length }, () => 1 + Math.floor(random.uniform() * (codes - 1)));
  return { rows, cols, columnStart, rowOf: rowOf.slice(0, length), codeOf };
}

/** A layer in the tiles of an array. Inputs of the captioning network come from no ReLU: none of them is 0. */
export function tilingOf(parameters: EieParameters, { matrix, x }: DrawnLayer): Tiling {
  return tilesOf(parameters, matrix, { denseInputs: x.every((value) => value !== 0) });
}
