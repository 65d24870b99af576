import { type BitMatrix, packBits, popcount } from "../binary/bits.ts";
import { codeOf } from "./encoding.ts";
import type { Operand, PlanesOperation, TernaryWeights } from "./operation.ts";

/** The planes of an operand, lowest first; plane i holds bit i of every element, a row a vector. */
interface Planes {
  readonly planes: readonly BitMatrix[];
  /** What a set bit of each plane counts. */
  readonly weight: readonly number[];
  /** Every bit means +1 or -1, not 1 or 0. */
  readonly bipolar: boolean;
}

/** The result of a `planes` operation: dot products, a row an input vector. */
export function goldenPlanes({ weights, inputs, length }: PlanesOperation): { dot: number[][] } {
  const a = planesOf(inputs, length);
  if (weights.encoding === "ternary") return { dot: ternaryDots(weights, a, inputs.rows.length, length) };
  const w = planesOf(weights, length);
  return {
    dot: inputs.rows.map((_, i) => weights.rows.map((_, r) => planeDot(a, i, w, r, length))),
  };
}

/** positive * (sum of inputs where +1) - negative * (sum of inputs where -1) (TTQ, section 3). */
function ternaryDots({ rows, scales }: TernaryWeights, a: Planes, count: number, length: number): number[][] {
  const select = (sign: number): Planes => ({
    planes: [
      packBits(
        rows.map((row) => row.map((value) => (value === sign ? 1 : 0))),
        length,
      ),
    ],
    weight: [1],
    bipolar: false,
  });
  const plus = select(1);
  const minus = select(-1);
  return Array.from({ length: count }, (_, i) =>
    rows.map((_, r) => {
      const positive = scales.positive * planeDot(a, i, plus, r, length);
      // 0, never -0.
      return positive - scales.negative * planeDot(a, i, minus, r, length) + 0;
    }),
  );
}

function planesOf({ encoding, bits, rows }: Operand, length: number): Planes {
  const codes = rows.map((row) => row.map((value) => codeOf(value, encoding, bits)));
  const plane = (i: number) =>
    packBits(
      codes.map((row) => row.map((code) => (code >>> i) & 1)),
      length,
    );
  const sign = (i: number) => (encoding === "signed" && i === bits - 1 ? -1 : 1);
  return {
    planes: Array.from({ length: bits }, (_, i) => plane(i)),
    weight: Array.from({ length: bits }, (_, i) => sign(i) * 2 ** i),
    bipolar: encoding === "bipolar",
  };
}

/** The sum over all pairs of planes (contract, numbers, rule 4). */
function planeDot(a: Planes, rowA: number, w: Planes, rowW: number, length: number): number {
  let dot = 0;
  a.planes.forEach((planeA, i) => {
    w.planes.forEach((planeW, j) => {
      const counted = pairDot(planeA, rowA, a.bipolar, planeW, rowW, w.bipolar, length);
      dot += a.weight[i] * w.weight[j] * counted;
    });
  });
  // 0, never -0.
  return dot + 0;
}

/** The dot product of two planes, each of 1 and 0 or of +1 and -1. */
function pairDot(
  a: BitMatrix,
  rowA: number,
  bipolarA: boolean,
  w: BitMatrix,
  rowW: number,
  bipolarW: boolean,
  length: number,
): number {
  let both = 0;
  let differing = 0;
  let onesA = 0;
  let onesW = 0;
  for (let k = 0; k < a.wordsPerRow; k++) {
    const x = a.words[rowA * a.wordsPerRow + k];
    const y = w.words[rowW * w.wordsPerRow + k];
    both += popcount(x & y);
    differing += popcount(x ^ y);
    onesA += popcount(x);
    onesW += popcount(y);
  }
  if (bipolarA && bipolarW) return length - 2 * differing;
  if (bipolarW) return 2 * both - onesA;
  if (bipolarA) return 2 * both - onesW;
  return both;
}
