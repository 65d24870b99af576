import { type Folds, foldsOf, type MatrixShape } from "../xnor/folding.ts";
import { type BnnParameters, layerCount, perLayer } from "./spec.ts";
import { linkOf, Unit } from "./stages.ts";

type Widths = Pick<BnnParameters, "pes" | "lanes">;

/** The folding of each layer of a pipeline. */
export function layerFolds(parameters: Widths, layers: readonly MatrixShape[]): Folds[] {
  const [pes, lanes] = [perLayer(parameters.pes, layers.length), perLayer(parameters.lanes, layers.length)];
  return layers.map((matrix, i) => foldsOf(matrix, { pes: pes[i], lanes: lanes[i] }));
}

/** The same, with the planes of the first layer's inputs as so many more columns. */
function stepsOf(parameters: Widths, layers: readonly MatrixShape[], planes: number): Folds[] {
  return layerFolds(parameters, layers).map((folds, i) =>
    i === 0 ? { ...folds, columnFolds: folds.columnFolds * planes } : folds,
  );
}

/**
 * Cycles a vector of a pipeline that is never stalled: those of its slowest layer, row folds x column folds (FINN, section
 * 4.3), or of the slowest place where results are split into words, should that be slower still.
 */
export function initiationInterval(parameters: Widths, layers: readonly MatrixShape[], planes = 1): number {
  const folds = stepsOf(parameters, layers, planes);
  const ratios = widthRatios(parameters, layers.length);
  const links = folds.slice(1).map(({ columnFolds: words }, i) => {
    const { rowFolds, columnFolds } = folds[i];
    const parts = ratios[i];
    // Every result but the last of a vector has all its parts.
    const rest = words - (rowFolds - 1) * parts;
    return parts <= 1 ? 0 : (rowFolds - 1) * Math.max(columnFolds, parts) + Math.max(columnFolds, rest);
  });
  return Math.max(...folds.map(({ rowFolds, columnFolds }) => rowFolds * columnFolds), ...links);
}

/**
 * Cycles of a pipeline through which `vectors` vectors go back to back, nothing stalled at its ends: from the edge that
 * accepts the first word to the one that hands over the last results. What is in the data makes no difference.
 * `countRegisters` says for each layer how many registers stand inside a popcount; none where it is left out.
 */
export function bnnCycles(
  parameters: BnnParameters,
  layers: readonly MatrixShape[],
  vectors: number,
  planes = 1,
  countRegisters: readonly number[] = [],
): number {
  const folds = stepsOf(parameters, layers, planes);
  const inputDepth = perLayer(parameters.inputDepth, layers.length);
  const units = folds.map((fold, i) => new Unit(fold, inputDepth[i], countRegisters[i] ?? 0));
  const links = widthRatios(parameters, layers.length).map((ratio, i) => linkOf(ratio, folds[i + 1]));
  let toSend = vectors * folds[0].columnFolds;
  let toTake = vectors * folds[folds.length - 1].rowFolds;
  let first = -1;
  for (let edge = 0; toTake > 0; edge++) {
    // Who can take what is offered, from the end backwards.
    let ready = true;
    const takes: boolean[] = [];
    const passes: boolean[] = [];
    for (let i = units.length - 1; i >= 0; i--) {
      takes[i] = ready;
      const room = units[i].room;
      if (i > 0) {
        passes[i - 1] = room;
        ready = links[i - 1].takes(room);
      }
    }
    // What moves at this edge.
    const given = units.map((unit, i) => (takes[i] ? unit.offered : undefined));
    const arrives = links.map((link, i) => passes[i] && link.offers(units[i].offered));
    const accepted = toSend > 0 && units[0].room;
    if (accepted) {
      toSend--;
      if (first < 0) first = edge;
    }
    if (given[given.length - 1]) {
      toTake--;
      if (toTake === 0) return edge - first;
    }
    units.forEach((unit, i) => {
      unit.edge(takes[i], i === 0 ? accepted : arrives[i - 1]);
    });
    links.forEach((link, i) => {
      link.edge(given[i], arrives[i]);
    });
  }
  return 0;
}

/**
 * Edges from the one that accepts a word to the one that hands over its result in the smallest network that the pipeline runs,
 * a fold a layer. With more folds the last word of a vector waits in each layer for those of the other rows.
 */
export function bnnLatency(parameters: BnnParameters, countRegisters: readonly number[]): number {
  const layers = perLayer(parameters.lanes, layerCount(parameters)).map((cols) => ({ rows: 1, cols }));
  return bnnCycles(parameters, layers, 1, 1, countRegisters);
}

/** Bits of a result of each layer but the last over those of a word of the next. */
function widthRatios({ pes, lanes }: Widths, layers: number): number[] {
  const taken = perLayer(lanes, layers);
  return perLayer(pes, layers)
    .slice(0, -1)
    .map((given, i) => given / taken[i + 1]);
}
