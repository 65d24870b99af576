import { packBits, unpackBits } from "../binary/bits.ts";
import { type BinaryLayer, binaryDots, binaryOutputs } from "../binary/layer.ts";
import { maxPool } from "../conv/pool.ts";
import type { MapShape } from "../conv/spec.ts";
import { type BinaryMap, windowsOf } from "../conv/windows.ts";

/**
 * A layer of a binary convolutional network. Rows of `weights` are output channels; columns are the pixels of a window, row by row,
 * and of these all channels. A dense layer has the whole map for a window.
 */
export interface CnnLayer extends BinaryLayer {
  /** Rows and columns of the window; 0 for a dense layer, which then has stride 1 and padding 0. */
  readonly kernel: number;
  readonly stride: number;
  /** Pixels of -1 at every side. */
  readonly padding: number;
  /** Rows and columns of the max-pooling that follows, 1 for none. */
  readonly pool: number;
}

/** Layers chained, the maps that go through them, and their size. Only the last layer may do without thresholds and pooling. */
export interface BcnnOperation {
  readonly layers: readonly CnnLayer[];
  readonly shape: MapShape;
  readonly inputs: readonly BinaryMap[];
}

/** Of every input: a map, or where the last layer is dense its only pixel. */
export type MapResults = number[][] | number[][][][];
export type BcnnResult = { readonly dot: MapResults } | { readonly bits: MapResults };

/** The result of a `bcnn` operation (contract of numbers: bit 1 is +1, bit 0 is -1). The caller has checked the shapes. */
export function goldenBcnn({ layers, inputs }: BcnnOperation): BcnnResult {
  const last = layers[layers.length - 1];
  const maps = inputs.map((input) => layers.reduce<BinaryMap>(layerOutput, input)) as number[][][][];
  const results = last.kernel === 0 ? maps.map((map) => map[0][0]) : maps;
  return last.thresholds ? { bits: results } : { dot: results };
}

/** The map of bits, pooled, or of dot products where there are no thresholds. */
function layerOutput(map: BinaryMap, { weights, thresholds, kernel, stride, padding, pool }: CnnLayer): BinaryMap {
  const windows = kernel === 0 ? [map.flat(2)] : windowsOf(map, { kernel, stride, padding });
  const vectors = packBits(windows, weights.cols);
  const pixels = thresholds
    ? unpackBits(binaryOutputs(weights, thresholds, vectors))
    : binaryDots(weights, vectors).map((row) => Array.from(row));
  const width = kernel === 0 ? 1 : Math.floor((map[0].length + 2 * padding - kernel) / stride) + 1;
  const rows = Array.from({ length: pixels.length / width }, (_, y) => pixels.slice(y * width, (y + 1) * width));
  return pool === 1 ? rows : maxPool(rows, pool);
}
