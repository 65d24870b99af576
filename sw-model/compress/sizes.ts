import { containerBytes, countSymbols, type LayerBits, layerBits } from "./encode.ts";
import { entropyBits } from "./huffman.ts";
import type { CompressedLayer, CompressedNetwork } from "./layer.ts";

/** A layer through the stages of Deep Compression: P pruned, Q shared (quantised), H Huffman coded (tables 2 to 5 of the paper). */
export interface LayerSizes {
  readonly name: string;
  readonly outputs: number;
  readonly inputs: number;
  readonly bias: boolean;
  /** Weights and biases. */
  readonly weights: number;
  readonly kept: number;
  /** `kept` over `weights`, 0 to 1. */
  readonly keptShare: number;
  /** Entries that are stored only to bridge long gaps. */
  readonly padding: number;
  /** Bits of a code and of an index after P + Q, and on average over all entries after P + Q + H. */
  readonly weightBits: number;
  readonly codedWeightBits: number;
  readonly indexBits: number;
  readonly codedIndexBits: number;
  /** Float32. */
  readonly bytesBefore: number;
  /** P: 32 bits and an index an entry, and pointers. */
  readonly bytesPruned: number;
  /** P + Q: a code and an index an entry, pointers, and the codebook in float32. */
  readonly bytesShared: number;
  /** P + Q + H: what the layer takes in the container, tables and header included; `bits` has its parts. */
  readonly bytesAfter: number;
  readonly bits: LayerBits;
  /** Shannon's bound for the codes, indices and column ends that are stored. */
  readonly entropyBits: number;
  readonly ratio: number;
}

export interface NetworkSizes {
  readonly layers: readonly LayerSizes[];
  readonly bytesBefore: number;
  readonly bytesPruned: number;
  readonly bytesShared: number;
  /** All of the container file. */
  readonly bytesAfter: number;
  /** bytesBefore over bytesAfter. */
  readonly ratio: number;
}

/** Sizes of a network by layer and stage. */
export function sizesOf({ layers }: CompressedNetwork): NetworkSizes {
  const each = layers.map(layerSizes);
  const sum = (bytes: (layer: LayerSizes) => number) => each.reduce((total, layer) => total + bytes(layer), 0);
  const bytesBefore = sum((layer) => layer.bytesBefore);
  const bytesAfter = containerBytes + sum((layer) => layer.bytesAfter);
  return {
    layers: each,
    bytesBefore,
    bytesPruned: sum((layer) => layer.bytesPruned),
    bytesShared: sum((layer) => layer.bytesShared),
    bytesAfter,
    ratio: bytesBefore / bytesAfter,
  };
}

function layerSizes(layer: CompressedLayer): LayerSizes {
  const { name, matrix, bias, weightBits, indexBits } = layer;
  const counts = countSymbols(layer);
  const bits = layerBits(layer, counts);
  const entries = counts.codes.reduce((a, b) => a + b, 0);
  const kept = matrix.codeOf.length;
  const weights = matrix.rows * matrix.cols;
  // Pointers as wide as the number of entries asks for, one more than there are columns.
  const pointers = (matrix.cols + 1) * (entries < 2 ** 16 ? 2 : 4);
  const bytesAfter = Object.values(bits).reduce((a, b) => a + b, 0) / 8;
  const perEntry = (total: number) => (entries > 0 ? total / entries : 0);
  return {
    name,
    outputs: matrix.rows,
    inputs: matrix.cols - (bias ? 1 : 0),
    bias,
    weights,
    kept,
    keptShare: kept / weights,
    padding: entries - kept,
    weightBits,
    codedWeightBits: perEntry(bits.codes),
    indexBits,
    codedIndexBits: perEntry(bits.indices),
    bytesBefore: 4 * weights,
    bytesPruned: Math.ceil((entries * (32 + indexBits)) / 8) + pointers,
    bytesShared: Math.ceil((entries * (weightBits + indexBits)) / 8) + pointers + bits.codebook / 8,
    bytesAfter,
    bits,
    entropyBits: entropyBits(counts.codes) + entropyBits(counts.indices),
    ratio: (4 * weights) / bytesAfter,
  };
}
