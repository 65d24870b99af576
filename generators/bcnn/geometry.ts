import { bit, type RecordType, record, type UIntType, uint, type VecType } from "../../hdl/index.ts";
import { type BcnnLayer, type BcnnParameters, layersOf } from "../../sw-model/bcnn/spec.ts";
import type { PopcountStructure } from "../popcount/popcount.ts";
import { arrayGeometry, countRegisters, structureOf } from "../xnor/geometry.ts";
import type { MvtuParameters } from "../xnor/mvtu.ts";

/**
 * A layer and the words of the vector that meets its weights. Items (windows, or pixels of a dense layer) of fewer bits than
 * the lanes stand side by side in a word, the first lowest; larger ones take `parts` words each, the lowest bits first.
 */
export interface LayerParameters extends BcnnLayer {
  /** Words of an item. */
  readonly parts: number;
  /** Items in a word; 1 where an item has several words. */
  readonly itemsPerWord: number;
  /** What leaves the layer: pixels of bits, or the counts of a row fold after the other. */
  readonly results: "bits" | "dots";
  readonly structure: PopcountStructure;
  readonly popcountLevels: number;
}

/** The layers; only the last one can give anything but bits. */
export function layerParameters(p: BcnnParameters): LayerParameters[] {
  return layersOf(p).map((layer, i, all) => ({
    ...layer,
    parts: Math.ceil(layer.itemBits / layer.lanes),
    itemsPerWord: Math.max(1, Math.min(layer.items, Math.floor(layer.lanes / layer.itemBits))),
    results: i === all.length - 1 ? p.results : "bits",
    structure: structureOf(p.structure),
    popcountLevels: p.popcountLevels,
  }));
}

/** The lane, counted on over the words of a vector, that column `column` of a layer's weights meets. */
export function laneOf({ itemBits, itemsPerWord, parts, lanes }: LayerParameters, column: number): number {
  const [item, bit] = [Math.floor(column / itemBits), column % itemBits];
  if (parts > 1) return item * parts * lanes + bit;
  return Math.floor(item / itemsPerWord) * lanes + (item % itemsPerWord) * itemBits + bit;
}

/** The array of a layer, with memories of just the size that it needs. */
export function arrayOf(p: LayerParameters): MvtuParameters {
  const { pes, lanes, results, structure, popcountLevels } = p;
  const rowDepth = Math.ceil(p.outputs / pes);
  const columnFolds = Math.ceil(p.items / p.itemsPerWord) * p.parts;
  const depths = { weightDepth: rowDepth * columnFolds, rowDepth, inputDepth: Math.max(4, 2 * columnFolds) };
  return { pes, lanes, ...depths, structure, popcountLevels, inputBits: 1, results };
}

/** For each layer, the registers that a count passes inside a popcount. */
export function layerCountRegisters(p: BcnnParameters): number[] {
  return layerParameters(p).map(countRegisters);
}

type LayerResult = RecordType<{ bits: UIntType; last: typeof bit; counts: VecType<UIntType> }>;

/**
 * What leaves a layer: the `bits` of a pixel, channel k in bit k; or `counts` of a row fold of a pixel, `last` with its last one.
 * The TypeScript type names every field; those of the other kind are not there.
 */
export function layerResult(p: LayerParameters): LayerResult {
  const fields =
    p.results === "bits"
      ? { bits: uint(p.outputs) }
      : { last: bit, counts: arrayGeometry(arrayOf(p)).counts.fields.counts };
  return record(fields) as LayerResult;
}
