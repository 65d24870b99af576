import { countEntries } from "../eie/csc.ts";
import type { EieLayer } from "../eie/golden.ts";
import type { SparseModel } from "./model.ts";
import { storedIndexBits } from "./packed.ts";

export interface LayerCompression {
  readonly rows: number;
  /** The bias column included. */
  readonly cols: number;
  /** Weights that are kept, biases among them. */
  readonly kept: number;
  /** `kept` over rows * cols, 0 to 1. */
  readonly keptShare: number;
  readonly denseBytes: number;
  readonly compressedBytes: number;
  /** Padding entries with the matrix divided over so many PEs, summed over the PEs. */
  readonly padding: Readonly<Record<number, number>>;
}

export interface Compression {
  /** Float32 weights and biases. */
  readonly denseBytes: number;
  /** Entries with padding (one byte each, encoded for one PE), 16-bit column pointers, 16-bit codebooks. */
  readonly compressedBytes: number;
  /** denseBytes over compressedBytes. */
  readonly ratio: number;
  readonly layers: readonly LayerCompression[];
}

/** Sizes of a model before and after compression; `peCounts` are the divisions for which padding is counted. */
export function compressionOf(
  { layers }: Pick<SparseModel, "layers">,
  peCounts: readonly number[] = [1, 4, 64],
): Compression {
  const each = layers.map((layer) => compressLayer(layer, peCounts));
  const denseBytes = each.reduce((sum, layer) => sum + layer.denseBytes, 0);
  const compressedBytes = each.reduce((sum, layer) => sum + layer.compressedBytes, 0);
  return { denseBytes, compressedBytes, ratio: denseBytes / compressedBytes, layers: each };
}

function compressLayer({ matrix, codebook }: EieLayer, peCounts: readonly number[]): LayerCompression {
  const { rows, cols } = matrix;
  const kept = matrix.codeOf.reduce((sum, code) => sum + (code === 0 ? 0 : 1), 0);
  const stored = (pes: number) => countEntries(matrix, { pes, indexBits: storedIndexBits }).reduce((a, b) => a + b, 0);
  return {
    rows,
    cols,
    kept,
    keptShare: kept / (rows * cols),
    denseBytes: 4 * rows * cols,
    compressedBytes: stored(1) + 2 * (cols + 1) + 2 * codebook.length,
    padding: Object.fromEntries(peCounts.map((pes) => [pes, stored(pes) - matrix.codeOf.length])),
  };
}
