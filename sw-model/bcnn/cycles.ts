import { ArrayEdges } from "./array-edges.ts";
import { GatherPlace, type Place, PoolPlace, SplitPlace, WindowPlace } from "./places.ts";
import type { BcnnLayer } from "./spec.ts";

/**
 * Cycles of a network through which `maps` maps go back to back, nothing stalled at its ends: from the edge that accepts the
 * first pixel to the one that hands over the last result. What is in the data makes no difference. `dots` tells that the
 * last layer's counts leave as they come, a word a row fold, not as pixels; `countRegisters` has the registers inside a layer's popcount.
 */
export function bcnnCycles(
  layers: readonly BcnnLayer[],
  dots: boolean,
  maps: number,
  countRegisters: readonly number[] = [],
): number {
  if (maps === 0) return 0;
  const { first, end } = edgesOf(layers, dots, maps, countRegisters);
  return end - first;
}

/**
 * Edges from the one that accepts the last pixel of a map that comes alone to the one that hands over its last result; 0 where
 * no window has the last pixels, and the result leaves before they come.
 */
export function bcnnLatency(
  layers: readonly BcnnLayer[],
  dots: boolean,
  countRegisters: readonly number[] = [],
): number {
  const { lastPixel, end } = edgesOf(layers, dots, 1, countRegisters);
  return Math.max(0, end - lastPixel);
}

/** The edges that accept the first pixel and the last one, and the one that hands over the last result. */
export interface NetworkEdges {
  readonly first: number;
  readonly lastPixel: number;
  readonly end: number;
}

/** Goes pixel by pixel; what an array does with one costs no more for more folds. */
export function edgesOf(
  layers: readonly BcnnLayer[],
  dots: boolean,
  maps: number,
  countRegisters: readonly number[],
): NetworkEdges {
  let end = -1;
  let place: Place = {
    offer(edge) {
      end = edge;
      return edge;
    },
  };
  for (let i = layers.length - 1; i >= 0; i--) {
    place = layerPlace(layers[i], dots && i === layers.length - 1, countRegisters[i] ?? 0, place);
  }
  const { width, height } = layers[0].input;
  let [first, lastPixel] = [-1, -1];
  for (let pixel = 0; pixel < maps * width * height; pixel++) {
    lastPixel = place.offer(lastPixel + 1);
    if (pixel === 0) first = lastPixel;
  }
  return { first, lastPixel, end };
}

/** How a layer folds over its array: an item of the vector fills `parts` words, or `itemsPerWord` of them one. */
export function foldsOf({ items, itemBits, outputs, pes, lanes }: BcnnLayer) {
  const parts = Math.ceil(itemBits / lanes);
  const itemsPerWord = Math.max(1, Math.min(items, Math.floor(lanes / itemBits)));
  const columnFolds = Math.ceil(items / itemsPerWord) * parts;
  return { parts, itemsPerWord, rowFolds: Math.ceil(outputs / pes), columnFolds };
}

/** What a layer is made of, as the first place on the pixels' way. */
function layerPlace(layer: BcnnLayer, dots: boolean, countRegisters: number, next: Place): Place {
  const { kernel, items, pool, map } = layer;
  const { parts, itemsPerWord, rowFolds, columnFolds } = foldsOf(layer);
  const pooled = pool > 1 ? new PoolPlace(map, pool, next) : next;
  const array = new ArrayEdges({ rowFolds, columnFolds }, Math.max(4, 2 * columnFolds), countRegisters, dots, pooled);
  const words = parts > 1 ? new SplitPlace(parts, array) : new GatherPlace(itemsPerWord, items, array);
  return kernel > 0 ? new WindowPlace(layer, words) : words;
}
