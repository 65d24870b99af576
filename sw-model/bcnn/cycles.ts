import { Gather, type Link, Split, Unit } from "../bnn/stages.ts";
import type { BcnnLayer } from "./spec.ts";
import { PoolStage, type Stage, WindowStage } from "./stages.ts";

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

/** Edges from the one that accepts the last pixel of a map that comes alone to the one that hands over its last result. */
export function bcnnLatency(
  layers: readonly BcnnLayer[],
  dots: boolean,
  countRegisters: readonly number[] = [],
): number {
  const { lastPixel, end } = edgesOf(layers, dots, 1, countRegisters);
  return end - lastPixel;
}

/** The edges that accept the first pixel and the last one, and the one that hands over the last result. */
function edgesOf(layers: readonly BcnnLayer[], dots: boolean, maps: number, countRegisters: readonly number[]) {
  const stages = layers.flatMap((layer, i) => stagesOf(layer, dots && i === layers.length - 1, countRegisters[i] ?? 0));
  const { input } = layers[0];
  const { map, output, outputs, pes } = layers[layers.length - 1];
  let toSend = maps * input.width * input.height;
  let toTake = maps * (dots ? map.width * map.height * Math.ceil(outputs / pes) : output.width * output.height);
  let [first, lastPixel] = [-1, -1];
  for (let edge = 0; ; edge++) {
    // Who can take what is offered, from the end backwards.
    const ready: boolean[] = [];
    ready[stages.length] = true;
    for (let i = stages.length - 1; i >= 0; i--) ready[i] = stages[i].takes(ready[i + 1]);
    const offered = [toSend > 0, ...stages.map((stage) => stage.offers)];
    const moves = offered.map((offer, i) => offer && ready[i]);
    if (moves[0]) {
      toSend--;
      if (first < 0) first = edge;
      if (toSend === 0) lastPixel = edge;
    }
    if (moves[stages.length]) {
      toTake--;
      if (toTake === 0) return { first, lastPixel, end: edge };
    }
    stages.forEach((stage, i) => {
      stage.edge({ offered: offered[i], comes: moves[i], goes: moves[i + 1] });
    });
  }
}

/** How a layer folds over its array: an item of the vector fills `parts` words, or `itemsPerWord` of them one. */
export function foldsOf({ items, itemBits, outputs, pes, lanes }: BcnnLayer) {
  const parts = Math.ceil(itemBits / lanes);
  const itemsPerWord = Math.max(1, Math.min(items, Math.floor(lanes / itemBits)));
  const columnFolds = Math.ceil(items / itemsPerWord) * parts;
  return { parts, itemsPerWord, rowFolds: Math.ceil(outputs / pes), columnFolds };
}

/** What a layer is made of, in the order of the pixels' way. */
function stagesOf(layer: BcnnLayer, dots: boolean, countRegisters: number): Stage[] {
  const { kernel, items, pool } = layer;
  const { parts, itemsPerWord, rowFolds, columnFolds } = foldsOf(layer);
  const stages: Stage[] = [];
  if (kernel > 0) stages.push(new WindowStage(layer));
  if (parts > 1) stages.push(linked(new Split(parts, parts), 1));
  else if (itemsPerWord > 1) stages.push(linked(new Gather(itemsPerWord), items));
  stages.push(array(new Unit({ rowFolds, columnFolds }, Math.max(4, 2 * columnFolds), countRegisters)));
  if (dots) return stages;
  if (rowFolds > 1) stages.push(linked(new Gather(rowFolds), rowFolds));
  if (pool > 1) stages.push(new PoolStage(layer.map, pool));
  return stages;
}

function array(unit: Unit): Stage {
  return {
    takes: () => unit.room,
    get offers() {
      return unit.offered !== undefined;
    },
    edge({ comes, goes }) {
      unit.edge(goes, comes);
    },
  };
}

/** A change of widths; every `period`-th of what comes is the last of a vector. */
function linked(link: Link, period: number): Stage {
  let count = 0;
  return {
    takes: (ready) => link.takes(ready),
    get offers() {
      return link.offers(undefined);
    },
    edge({ comes, goes }) {
      if (comes) count = count === period - 1 ? 0 : count + 1;
      link.edge(comes ? { last: count === 0 } : undefined, goes);
    },
  };
}
