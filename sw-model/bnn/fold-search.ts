import { foldsOf, type MatrixShape } from "../xnor/folding.ts";
import { arrayLuts } from "./area.ts";

/** Sizes beyond which an array or its memories cannot be built. */
export interface FoldLimits {
  readonly pes: number;
  readonly lanes: number;
  /** Words of weights of a processing element: row folds times column folds. */
  readonly weightDepth: number;
  /** Words of an input buffer, which holds two vectors. */
  readonly inputDepth: number;
}

/** A pipeline up to some layer: that layer's array, all that came before, and the tables of both together. */
interface Way {
  readonly pes: number;
  readonly lanes: number;
  readonly columnFolds: number;
  readonly luts: number;
  readonly before: Way | undefined;
}

/** The arrays of a pipeline, a value a layer, and their look-up tables by the model of area.ts. */
export interface CheapestFold {
  readonly pes: number[];
  readonly lanes: number[];
  readonly luts: number;
}

/**
 * The pipeline of the fewest look-up tables, by the model, with which a vector takes at most `interval` cycles; undefined where
 * there is none. Every size within `limits` is considered: the cost of a layer depends on its neighbours through the
 * divisibility of pes and lanes, and through the time it takes to split results into words, so the layers are gone through in order
 * and the cheapest way to each array is kept (dynamic programming).
 */
export function cheapestFold(
  layers: readonly MatrixShape[],
  interval: number,
  limits: FoldLimits,
): CheapestFold | undefined {
  const cycles = Math.min(interval, limits.weightDepth);
  let ways: Way[][] | undefined;
  for (const [i, matrix] of layers.entries()) {
    const fed = ways ? fedBy(ways, matrix, cycles, limits) : unfed(matrix, limits);
    ways = extended(fed, matrix, cycles, i === layers.length - 1, limits);
  }
  let best: Way | undefined;
  for (const way of ways?.flat() ?? []) if (way.luts < (best?.luts ?? Number.POSITIVE_INFINITY)) best = way;
  return best && chosen(best);
}

/** Lanes of a layer, with the cheapest pipeline that can feed them: none before the first layer. */
interface Fed {
  readonly lanes: number;
  readonly before: Way | undefined;
}

/** Lanes of the first layer: of those that take as many steps, the fewest. */
function unfed({ cols }: MatrixShape, limits: FoldLimits): Fed[] {
  const found: Fed[] = [];
  for (let lanes = 1; lanes <= Math.min(cols, limits.lanes); lanes++) {
    if (lanes === 1 || Math.ceil(cols / lanes) < Math.ceil(cols / (lanes - 1)))
      found.push({ lanes, before: undefined });
  }
  return found;
}

/** Lanes of a layer behind others. */
function fedBy(ways: readonly Way[][], { cols }: MatrixShape, cycles: number, limits: FoldLimits): Fed[] {
  const best: (Way | undefined)[] = [];
  const offer = (lanes: number, way: Way | undefined) => {
    if (way && way.luts < (best[lanes]?.luts ?? Number.POSITIVE_INFINITY)) best[lanes] = way;
  };
  for (const [pes, ending] of ways.entries()) {
    if (!ending?.length) continue;
    // Gathered: as many lanes as take all columns at once are the most of use.
    for (let lanes = pes; lanes <= limits.lanes && lanes < cols + pes; lanes += pes) offer(lanes, ending.at(-1));
    const rowFolds = Math.ceil(cols / pes);
    for (let lanes = 1; lanes <= pes / 2; lanes++) {
      if (pes % lanes !== 0) continue;
      const parts = pes / lanes;
      if (Math.ceil(cols / lanes) > cycles) continue;
      // Every result but the last is split into all its parts; meanwhile the array before waits.
      const most = parts * rowFolds <= cycles ? cycles : cycles - (rowFolds - 1) * parts;
      offer(lanes, cheapestWithin(ending, most));
    }
  }
  return best.flatMap((before, lanes) => (before ? [{ lanes, before }] : [])).filter(undominated(cols));
}

/** Whether more lanes than one before, which take no fewer steps, at least have a cheaper pipeline in front. */
function undominated(cols: number): (fed: Fed) => boolean {
  let [steps, least] = [0, 0];
  return ({ lanes, before }) => {
    const luts = before?.luts ?? 0;
    if (Math.ceil(cols / lanes) === steps && luts >= least) return false;
    [steps, least] = [Math.ceil(cols / lanes), luts];
    return true;
  };
}

/** The cheapest way with no more than so many column folds. Ways come with ascending folds and descending cost. */
function cheapestWithin(ways: readonly Way[], columnFolds: number): Way | undefined {
  return ways.findLast((way) => way.columnFolds <= columnFolds);
}

/**
 * By number of processing elements, the ways to end there: with more column folds only where that is cheaper. The last layer takes
 * as few elements as are fast enough. Elsewhere twice the rows are more than enough, for splitting into equal words.
 */
function extended(
  fed: readonly Fed[],
  matrix: MatrixShape,
  cycles: number,
  last: boolean,
  limits: FoldLimits,
): Way[][] {
  const ways: Way[][] = [];
  for (const { lanes, before } of fed.toReversed()) {
    const { columnFolds } = foldsOf(matrix, { pes: 1, lanes });
    const rowFolds = Math.floor(cycles / columnFolds);
    if (rowFolds < 1 || 2 * columnFolds > Math.max(4, limits.inputDepth)) continue;
    const fewest = Math.ceil(matrix.rows / rowFolds);
    const most = Math.min(limits.pes, last ? fewest : 2 * matrix.rows - 1);
    for (let pes = fewest; pes <= most; pes++) {
      const luts = (before?.luts ?? 0) + arrayLuts({ pes, lanes });
      ways[pes] ??= [];
      const ending = ways[pes];
      const cheapest = ending.at(-1);
      if (cheapest && cheapest.luts <= luts) continue;
      if (cheapest?.columnFolds === columnFolds) ending.pop();
      ending.push({ pes, lanes, columnFolds, luts, before });
    }
  }
  return ways;
}

function chosen(end: Way): CheapestFold {
  const ways: Way[] = [];
  for (let way: Way | undefined = end; way; way = way.before) ways.unshift(way);
  return { pes: ways.map(({ pes }) => pes), lanes: ways.map(({ lanes }) => lanes), luts: end.luts };
}
