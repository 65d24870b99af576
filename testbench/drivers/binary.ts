import { type ArrayParameters, arrayGeometry, loadSpaces } from "../../generators/xnor/geometry.ts";
import type { MvtuParameters } from "../../generators/xnor/mvtu.ts";
import type { BitMatrix } from "../../sw-model/binary/bits.ts";
import type { BinaryLayer, Threshold } from "../../sw-model/binary/layer.ts";
import { zerosOf } from "../../sw-model/bnn/pixel-layer.ts";
import type { Scale } from "../../sw-model/bnn/scaling.ts";
import { foldsOf } from "../../sw-model/xnor/folding.ts";
import type { BinaryResult } from "../../sw-model/xnor/golden.ts";
import { packFields } from "../bits.ts";
import type { Bits } from "../simulation.ts";

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
  { planes, scales }: { planes?: number | undefined; scales?: readonly Scale[] | undefined } = {},
) {
  const { pes } = array;
  const { scale } = arrayGeometry(array);
  const bits = thresholds !== undefined;
  const numbers = scale ? "results_data_scaled" : "results_data_counts";
  const data = bits ? ["results_data_bits"] : Array.from({ length: pes }, (_, k) => `${numbers}_${k}`);
  const numberOf = (row: number, value: bigint) =>
    scale ? Number(BigInt.asIntN(scale.value.width, value)) : dotOf(weights, row, Number(value), planes);
  const rowFolds = Math.ceil(weights.rows / pes);
  return {
    /** Names of the ports that carry the results. */
    data,
    /** Words a vector. */
    rowFolds,
    /** The results of `vectors` vectors from the values of those ports. */
    resultOf(values: readonly bigint[], vectors: number): BinaryResult {
      const valuesPerVector = rowFolds * data.length;
      const rows = Array.from({ length: vectors }, (_, v) =>
        Array.from({ length: weights.rows }, (_, row) =>
          bits
            ? Number((values[v * rowFolds + Math.floor(row / pes)] >> BigInt(row % pes)) & 1n)
            : numberOf(row, values[v * valuesPerVector + row]),
        ),
      );
      if (bits) return { bits: rows };
      return scales ? { y: rows } : { dot: rows };
    },
  };
}

function dotOf(weights: BitMatrix, row: number, count: number, planes: number | undefined): number {
  return planes === undefined ? 2 * count - weights.cols : count - (2 ** planes - 1) * zerosOf(weights, row);
}
