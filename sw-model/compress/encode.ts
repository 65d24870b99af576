import { createHash } from "node:crypto";
import { encodeCsc } from "../eie/csc.ts";
import { BitWriter } from "./bits.ts";
import {
  biasFlag,
  chainedFlag,
  checksumBytes,
  columnEnd,
  containerVersion,
  headBytes,
  magic,
  reluFlag,
} from "./format.ts";
import { canonicalCodes, codeLengths, costs } from "./huffman.ts";
import type { CompressedLayer, CompressedNetwork } from "./layer.ts";

/** Bits that a layer takes in the container, part by part; `fill` completes the last byte. */
export interface LayerBits {
  readonly codes: number;
  readonly indices: number;
  /** Column ends: what pointers are in the uncoded form. */
  readonly pointers: number;
  readonly codebook: number;
  readonly huffmanTables: number;
  /** Name, sizes, counts, flags. */
  readonly header: number;
  readonly fill: number;
}

/** How often each symbol of a layer occurs. */
export interface SymbolCounts {
  readonly codes: Uint32Array;
  /** Of the indices, and last the column ends. */
  readonly indices: Uint32Array;
}

/** How often codes (padding is code 0), indices and column ends occur with so many index bits. */
export function countSymbols({ matrix, codebook, indexBits }: CompressedLayer): SymbolCounts {
  const [stored] = encodeCsc(matrix, { pes: 1, indexBits });
  const counts = { codes: new Uint32Array(codebook.length), indices: new Uint32Array(columnEnd(indexBits) + 1) };
  for (const code of stored.codes) counts.codes[code]++;
  for (const index of stored.indices) counts.indices[index]++;
  counts.indices[columnEnd(indexBits)] = matrix.cols;
  return counts;
}

/** What a layer will take; sums to 8 times its bytes. */
export function layerBits(layer: CompressedLayer, counts: SymbolCounts = countSymbols(layer)): LayerBits {
  const total = (occurrences: Uint32Array) => {
    const lengths = costs(codeLengths(occurrences));
    return (symbol: number) => occurrences[symbol] * lengths[symbol];
  };
  const [codeCost, indexCost] = [total(counts.codes), total(counts.indices)];
  const end = columnEnd(layer.indexBits);
  const codes = counts.codes.reduce((sum, _, code) => sum + codeCost(code), 0);
  const indices = counts.indices.reduce((sum, _, index) => sum + (index < end ? indexCost(index) : 0), 0);
  const pointers = indexCost(end);
  return {
    codes,
    indices,
    pointers,
    codebook: 32 * (layer.codebook.length - 1),
    huffmanTables: 8 * (Math.ceil(layer.codebook.length / 2) + Math.ceil((end + 1) / 2)),
    header: 8 * (2 + Buffer.byteLength(layer.name) + fixedBytes),
    fill: (8 - ((codes + indices + pointers) % 8)) % 8,
  };
}

/** Rows, columns, flags, weight bits, index bits, codebook values, entries, bytes of the stream. */
const fixedBytes = 4 + 4 + 1 + 1 + 1 + 2 + 4 + 4;

/** Bytes of the container around its layers. */
export const containerBytes = headBytes + checksumBytes;

/** The container file of a network; the same network gives the same bytes. */
export function encodeNetwork({ layers, chained }: CompressedNetwork): Buffer {
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt16LE(containerVersion, 8);
  head.writeUInt8(chained ? chainedFlag : 0, 10);
  head.writeUInt16LE(layers.length, 11);
  const content = Buffer.concat([head, ...layers.flatMap(encodeLayer)]);
  return Buffer.concat([content, createHash("sha256").update(content).digest()]);
}

function encodeLayer(layer: CompressedLayer): Buffer[] {
  const { matrix, codebook, bias, relu, weightBits, indexBits } = layer;
  const counts = countSymbols(layer);
  const lengths = { codes: codeLengths(counts.codes), indices: codeLengths(counts.indices) };
  const stream = encodeStream(layer, lengths);
  const name = Buffer.from(layer.name, "utf8");
  const header = Buffer.alloc(2 + name.length + fixedBytes);
  let at = header.writeUInt16LE(name.length, 0);
  at += name.copy(header, at);
  at = header.writeUInt32LE(matrix.rows, at);
  at = header.writeUInt32LE(matrix.cols, at);
  at = header.writeUInt8((bias ? biasFlag : 0) | (relu ? reluFlag : 0), at);
  at = header.writeUInt8(weightBits, at);
  at = header.writeUInt8(indexBits, at);
  at = header.writeUInt16LE(codebook.length - 1, at);
  at = header.writeUInt32LE(
    counts.codes.reduce((a, b) => a + b, 0),
    at,
  );
  header.writeUInt32LE(stream.length, at);
  const values = Buffer.alloc(4 * (codebook.length - 1));
  codebook.subarray(1).forEach((value, i) => {
    values.writeFloatLE(value, 4 * i);
  });
  return [header, values, nibbles(lengths.codes), nibbles(lengths.indices), Buffer.from(stream)];
}

/** Column after column: an index and a code for each entry, then a column end. */
function encodeStream(
  { matrix, indexBits }: CompressedLayer,
  lengths: { readonly codes: Uint8Array; readonly indices: Uint8Array },
): Uint8Array {
  const [{ codes, indices, pointers }] = encodeCsc(matrix, { pes: 1, indexBits });
  const words = { codes: canonicalCodes(lengths.codes), indices: canonicalCodes(lengths.indices) };
  const bits = { codes: costs(lengths.codes), indices: costs(lengths.indices) };
  const end = columnEnd(indexBits);
  const writer = new BitWriter();
  for (let col = 0; col < matrix.cols; col++) {
    for (let at = pointers[col]; at < pointers[col + 1]; at++) {
      writer.write(words.indices[indices[at]], bits.indices[indices[at]]);
      writer.write(words.codes[codes[at]], bits.codes[codes[at]]);
    }
    writer.write(words.indices[end], bits.indices[end]);
  }
  return writer.bytes();
}

/** Four bits each, the first one in the high half of a byte. */
function nibbles(lengths: Uint8Array): Buffer {
  const bytes = Buffer.alloc(Math.ceil(lengths.length / 2));
  lengths.forEach((length, i) => {
    bytes[i >> 1] |= length << (i % 2 === 0 ? 4 : 0);
  });
  return bytes;
}
