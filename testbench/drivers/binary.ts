import { type ArrayParameters, arrayGeometry, loadSpaces } from "../../generators/xnor/geometry.ts";
import type { MvtuParameters } from "../../generators/xnor/mvtu.ts";
import type { BitMatrix } from "../../sw-model/binary/bits.ts";
import type { BinaryLayer, Threshold } from "../../sw-model/binary/layer.ts";
import { zerosOf } from "../../sw-model/bnn/pixel-layer.ts";
import type { Scale } from "../../sw-model/bnn/scaling.ts";
import { UserError } from "../../sw-model/errors.ts";
import { foldsOf } from "../../sw-model/xnor/folding.ts";
import type { BinaryResult } from "../../sw-model/xnor/golden.ts";
import { packFields } from "../bits.ts";
import type { Bits, Command, Simulation, Stalls, StreamPorts } from "../simulation.ts";

/** A word of an array's load port: space, processing element, address, data. */
export type ArrayWord = readonly [space: number, pe: number, address: number, data: Bits];

/** Leaves a dot product as it is. */
const identity: Scale = { factor: 1, offset: 0 };

/** Never reached, so that a row of padding gives 0. */
const never: Threshold = { t: 0, flip: true };

/**
 * Everything an array holds of a layer: the folds, the weights, and, where it has memories for them, thresholds (a layer without
 * any gets what is always 0, so that the hardware knows them), and scales (where there are none, those that change nothing). Lanes beyond the columns get the weight 1:
 * with the padding 0 of the vectors they never agree. Rows beyond the matrix agree with nothing and never reach their threshold.
 */
export function layerWords(
  { results, ...array }: MvtuParameters,
  { weights, thresholds }: BinaryLayer,
  planes?: number,
  scales?: readonly Scale[],
): ArrayWord[] {
  const { pes, lanes } = array;
  const g = arrayGeometry(array);
  const { rowFolds, columnFolds } = foldsOf(weights, array);
  const folds = packFields(g.folds, {
    lastColumn: columnFolds - 1,
    lastRow: rowFolds - 1,
    lastPlane: (planes ?? 1) - 1,
  });
  const words: ArrayWord[] = [[loadSpaces.folds, 0, 0, folds]];
  const ones = (1n << BigInt(lanes)) - 1n;
  for (let row = 0; row < rowFolds * pes; row++) {
    const [pe, rowFold] = [row % pes, Math.floor(row / pes)];
    for (let columnFold = 0; columnFold < columnFolds; columnFold++) {
      const from = columnFold * lanes;
      const padding = ones - (ones >> BigInt(Math.max(0, from + lanes - weights.cols)));
      const data = row < weights.rows ? laneWord(weights, row, from, lanes) | padding : ones;
      words.push([loadSpaces.weights, pe, rowFold * columnFolds + columnFold, data]);
    }
    if (g.scale) {
      const scale = scales?.[row] ?? identity;
      words.push([loadSpaces.scales, pe, rowFold, scaleWord(g.scale, weights, row, scale, planes)]);
    }
    if (results === "dots") continue;
    const { t, flip } = countThreshold(weights, row, thresholds?.[row] ?? never, planes);
    // A count is at most the columns: what is never reached is what always is, turned round.
    const turned = t > weights.cols * (2 ** (planes ?? 1) - 1);
    const data = packFields(g.threshold, { t: turned ? 0 : t, flip: flip !== turned });
    words.push([loadSpaces.thresholds, pe, rowFold, data]);
  }
  return words;
}

/** Words for memories that an array lacks, which must change nothing. */
export function strayWords({ results, ...array }: MvtuParameters): ArrayWord[] {
  const spaces = [
    ...(results === "dots" ? [loadSpaces.thresholds] : []),
    ...(arrayGeometry(array).scale ? [] : [loadSpaces.scales]),
  ];
  return spaces.flatMap((space) => Array.from({ length: array.pes }, (_, pe): ArrayWord => [space, pe, 0, 0]));
}

/** The threshold on counted bits: of numbers in planes every weight of -1 is counted for each plane that is 0 there. */
function countThreshold(weights: BitMatrix, row: number, threshold: Threshold, planes: number | undefined): Threshold {
  if (planes === undefined || threshold === never) return threshold;
  const t = threshold.t + (2 ** planes - 1) * zerosOf(weights, row);
  return { t: Math.max(0, t), flip: threshold.flip };
}

/** A scale of dot products as the hardware has it, on counts: dot = 2 count - columns, or, of numbers in planes, as in `dotOf`. */
function scaleWord(
  { kind, word }: NonNullable<ReturnType<typeof arrayGeometry>["scale"]>,
  weights: BitMatrix,
  row: number,
  { factor, offset }: Scale,
  planes: number | undefined,
): bigint {
  const multiple = planes === undefined ? 2 * factor : factor;
  const onCount = offset + factor * (row < weights.rows ? dotOf(weights, row, 0, planes) : 0);
  const negative = kind === "shift" && factor < 0;
  return packFields(word, {
    multiple,
    power: multiple === 0 ? 0 : Math.log2(Math.abs(multiple)),
    negative,
    zero: factor === 0,
    offset: onCount + (negative ? 1 : 0),
  });
}

/** Words for the load port, their data last, and `stray` ones, which must change nothing. */
export interface LoadWords {
  readonly words: readonly (readonly Bits[])[];
  readonly stray: readonly (readonly Bits[])[];
}

/**
 * Loads words. With `tried` in the opposite order, since any will do; then stray ones; and each place with the data of the next on offer
 * that is not valid, which must change nothing.
 */
export function loadCommands(data: readonly string[], { words, stray }: LoadWords, tried: boolean): Command[] {
  const rows = tried ? [...[...words].reverse(), ...stray] : words;
  const load: Command = { kind: "push", valid: "load_valid", ready: "load_ready", data, rows, limit: 10 };
  if (!tried) return [load];
  const wrong = rows.map((word, i) => [...word.slice(0, -1), rows[(i + 1) % rows.length][data.length - 1]]);
  return [load, { kind: "batch", inputs: data, rows: wrong, outputs: [] }];
}

/** Rows into one stream, and `count` rows out of another. */
export interface Through {
  readonly push: StreamPorts & { readonly rows: readonly (readonly Bits[])[] };
  readonly pull: StreamPorts & { readonly count: number };
  /** Edges at which no row moves, at most. */
  readonly limit: number;
}

/**
 * Sends rows through the hardware, back to back or with stalls at both ends. With `tried` the others wait a while after the first row, and
 * before the last result is taken: the hardware must be busy then and let nothing be loaded. Gives the results, and the edges that it took.
 */
export async function sendThrough(
  simulation: Simulation,
  { push, pull, limit }: Through,
  stalls: Stalls | undefined,
  tried: boolean,
): Promise<{ values: readonly bigint[]; cycles: number }> {
  const hesitant = stalls ? { stalls } : {};
  if (!tried || push.rows.length === 0 || pull.count === 0) {
    const [given] = await simulation.execute([
      { kind: "exchange", push, pull, ...hesitant, limit },
      { kind: "until", port: "busy", value: 0, limit },
    ]);
    return { values: given.slice(0, -1), cycles: Number(given.at(-1)) };
  }
  const before = simulation.edges;
  const { rows, ...words } = push;
  const busy: Command[] = [
    { kind: "until", port: "busy", value: 1, limit: 0 },
    { kind: "until", port: "load_ready", value: 0, limit: 0 },
  ];
  // An odd number of edges: what changes back and forth does not stand right again.
  const pause: Command[] = [...busy, { kind: "step", cycles: 21 }, ...busy];
  const exchange = (rows: readonly (readonly Bits[])[], count: number): Command => ({
    ...{ kind: "exchange", push: { ...words, rows }, pull: { ...pull, count } },
    ...{ ...hesitant, limit },
  });
  await simulation.execute([{ kind: "push", ...words, rows: rows.slice(0, 1), limit }, ...pause]);
  const [most] = await simulation.execute([exchange(rows.slice(1), pull.count - 1), ...pause]);
  const [last] = await simulation.execute([exchange([], 1), { kind: "until", port: "busy", value: 0, limit }]);
  return { values: [...most.slice(0, -1), ...last.slice(0, -1)], cycles: simulation.edges - before };
}

/** The words that a vector enters an array in, the first lane lowest, zeros beyond its end. */
export function vectorWords(matrix: BitMatrix, row: number, lanes: number): bigint[] {
  return Array.from({ length: Math.ceil(matrix.cols / lanes) }, (_, i) => laneWord(matrix, row, i * lanes, lanes));
}

/** `lanes` bits of a row from column `from` on, that column lowest; 0 beyond the end. */
function laneWord({ words, wordsPerRow, cols }: BitMatrix, row: number, from: number, lanes: number): bigint {
  const end = Math.min(from + lanes, cols);
  let bits = 0n;
  for (let word = Math.floor((end - 1) / 32); word >= Math.floor(from / 32); word--) {
    bits = (bits << 32n) | BigInt(words[row * wordsPerRow + word]);
  }
  return BigInt.asUintN(end - from, bits >> BigInt(from % 32));
}

/** The data ports of an array's results that an operation needs, and what they mean. */
export function resultPorts(
  array: ArrayParameters,
  { weights, thresholds }: BinaryLayer,
  {
    planes,
    scales,
    marked = true,
  }: { planes?: number | undefined; scales?: readonly Scale[] | undefined; marked?: boolean } = {},
) {
  const { pes } = array;
  const { scale } = arrayGeometry(array);
  const bits = thresholds !== undefined;
  const numbers = scale ? "results_data_scaled" : "results_data_counts";
  const data = bits ? ["results_data_bits"] : Array.from({ length: pes }, (_, k) => `${numbers}_${k}`);
  const numberOf = (row: number, value: bigint) =>
    scale ? Number(BigInt.asIntN(scale.value.width, value)) : dotOf(weights, row, Number(value), planes);
  const rowFolds = Math.ceil(weights.rows / pes);
  const each = data.length + (marked ? 1 : 0);
  return {
    /** The stream of results. */
    ports: {
      ...{ valid: "results_valid", ready: "results_ready" },
      data: marked ? [...data, "results_data_last"] : data,
    },
    /** Words a vector. */
    rowFolds,
    /** The results of `vectors` vectors from the values of those ports. */
    resultOf(values: readonly bigint[], vectors: number): BinaryResult {
      if (marked) checkMarks(values, each, rowFolds);
      const at = (vector: number, fold: number, port: number) => values[(vector * rowFolds + fold) * each + port];
      const rows = Array.from({ length: vectors }, (_, v) =>
        Array.from({ length: weights.rows }, (_, row) =>
          bits
            ? Number((at(v, Math.floor(row / pes), 0) >> BigInt(row % pes)) & 1n)
            : numberOf(row, at(v, Math.floor(row / pes), row % pes)),
        ),
      );
      if (bits) return { bits: rows };
      return scales ? { y: rows } : { dot: rows };
    },
  };
}

/** Throws where the last of the values of each word is not 1 in the last word of a vector alone. */
function checkMarks(values: readonly bigint[], each: number, rowFolds: number): void {
  const wrong = Array.from({ length: values.length / each }, (_, word) => word).find(
    (word) => values[word * each + each - 1] !== (word % rowFolds === rowFolds - 1 ? 1n : 0n),
  );
  if (wrong === undefined) return;
  throw new UserError(
    {
      code: "command-failed",
      message: "a vector ends where it should not, or does not where it should",
      where: `results_data_last, word ${wrong}`,
      expected: `1 in every word of ${rowFolds}, the last one, and 0 in the others`,
      found: String(values[wrong * each + each - 1]),
    },
    1,
  );
}

function dotOf(weights: BitMatrix, row: number, count: number, planes: number | undefined): number {
  return planes === undefined ? 2 * count - weights.cols : count - (2 ** planes - 1) * zerosOf(weights, row);
}
