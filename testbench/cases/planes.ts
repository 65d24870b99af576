import fc from "fast-check";
import { type Encoding, encodings, rangeOf } from "../../sw-model/planes/encoding.ts";
import type { Operand, PlanesOperation, TernaryWeights } from "../../sw-model/planes/operation.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import type { DirectedCase } from "./case.ts";

/** Numbers of an encoding; its ends, and what is next to them, far more often than chance. */
function numbers(encoding: Encoding, bits: number): fc.Arbitrary<number> {
  const { min, max } = rangeOf(encoding, bits);
  if (encoding !== "bipolar") return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0));
  return fc.oneof(fc.integer({ min: 0, max }), fc.constantFrom(0, max)).map((code) => 2 * code - max);
}

/** The longest vector and the most rows that fit with these precisions; the cases stay below. */
function room(p: PlanesParameters, weightBits: number, inputBits: number) {
  const serial = p.schedule === "serial";
  const inputChunks = Math.floor(p.inputDepth / (serial ? inputBits : 1));
  const weightChunks = Math.floor(p.weightDepth / (serial ? weightBits : 1));
  // The largest product of the widest numbers must fit a result.
  const products = Math.floor((2 ** (p.accWidth - 1) - 1) / 2 ** (weightBits + inputBits));
  const length = Math.min(inputChunks * p.lanes, weightChunks * p.lanes, products);
  return {
    length,
    tiles: (used: number) => Math.min(p.rowDepth, Math.floor(weightChunks / Math.ceil(used / p.lanes))),
  };
}

/** Steps times tiles that one operation may take, so that wide arrays are quick to simulate, too. */
const mostWords = 48;

/** Random products over all encodings and precisions that the parameters hold. */
export function arbitrary(p: PlanesParameters): fc.Arbitrary<PlanesOperation> {
  const kinds = p.rows % 2 === 0 ? [...encodings, "ternary" as const] : [...encodings];
  return fc
    .constantFrom(...kinds)
    .chain((weightEncoding) =>
      fc.record({
        weightEncoding: fc.constant(weightEncoding),
        inputEncoding: fc.constantFrom(...encodings),
        // The magnitude of a ternary weight is a scale.
        weightBits: fc.integer({ min: 1, max: weightEncoding === "ternary" ? p.scaleBits : p.weightBits }),
        inputBits: fc.integer({ min: 1, max: p.inputBits }),
      }),
    )
    .filter(({ weightBits, inputBits }) => room(p, weightBits, inputBits).length > 0)
    .chain((format) => {
      const { length: longest, tiles } = room(p, format.weightBits, format.inputBits);
      return fc
        .oneof(
          fc.integer({ min: 1, max: Math.min(longest, 3 * p.lanes) }),
          fc.constantFrom(...[1, 2, 3].map((n) => n * p.lanes).filter((n) => n <= longest), 1),
        )
        .chain((length) => {
          const chunks = Math.ceil(length / p.lanes);
          const groups = Math.max(1, Math.min(tiles(length), Math.floor(mostWords / chunks / format.weightBits)));
          const most = p.rows * Math.min(groups, 3);
          return operationOf(format, length, format.weightEncoding === "ternary" ? most / 2 : most, p);
        });
    });
}

function operationOf(
  format: { weightEncoding: Encoding | "ternary"; inputEncoding: Encoding; weightBits: number; inputBits: number },
  length: number,
  mostRows: number,
  p: PlanesParameters,
): fc.Arbitrary<PlanesOperation> {
  const { weightEncoding, inputEncoding, weightBits, inputBits } = format;
  const rowsOf = (value: fc.Arbitrary<number>, range: { minLength: number; maxLength: number }) =>
    fc.array(fc.array(value, { minLength: length, maxLength: length }), range);
  const weightRows = { minLength: 1, maxLength: mostRows };
  const scale = fc.integer({ min: 0, max: 2 ** weightBits - 1 });
  const weights: fc.Arbitrary<Operand | TernaryWeights> =
    weightEncoding === "ternary"
      ? fc.record({
          encoding: fc.constant(weightEncoding),
          rows: rowsOf(fc.integer({ min: -1, max: 1 }), weightRows),
          scales: fc.record({ positive: scale, negative: scale }),
        })
      : operand(weightEncoding, weightBits, rowsOf(numbers(weightEncoding, weightBits), weightRows));
  const inputRows = rowsOf(numbers(inputEncoding, inputBits), { minLength: 0, maxLength: 2 * p.cols + 1 });
  return fc.record({ length: fc.constant(length), weights, inputs: operand(inputEncoding, inputBits, inputRows) });
}

function operand(encoding: Encoding, bits: number, rows: fc.Arbitrary<number[][]>): fc.Arbitrary<Operand> {
  return rows.map((values) => ({ encoding, bits, rows: values }));
}

/** The corners: both ends of both ranges against each other, for every encoding, at the largest precision and at one bit. */
export function directed(p: PlanesParameters): DirectedCase<PlanesOperation>[] {
  const cases: DirectedCase<PlanesOperation>[] = [];
  for (const [weightBits, inputBits] of [
    [p.weightBits, p.inputBits],
    [1, 1],
    [1, p.inputBits],
  ]) {
    const { length: longest, tiles } = room(p, weightBits, inputBits);
    const length = Math.min(longest, p.lanes + 1);
    if (length === 0) continue;
    const roomForBoth = p.rows * tiles(length) > 1;
    for (const weightEncoding of encodings) {
      for (const inputEncoding of encodings) {
        const ends = (encoding: Encoding, bits: number): Operand => {
          const { min, max } = rangeOf(encoding, bits);
          return { encoding, bits, rows: [min, max].map((value) => new Array<number>(length).fill(value)) };
        };
        const name = `ends of ${weightBits} bits ${weightEncoding} and ${inputBits} bits ${inputEncoding}`;
        const weights = ends(weightEncoding, weightBits);
        const inputs = ends(inputEncoding, inputBits);
        if (roomForBoth) cases.push({ name, operation: { length, weights, inputs } });
        else {
          for (const row of weights.rows)
            cases.push({ name, operation: { length, weights: { ...weights, rows: [row] }, inputs } });
        }
      }
    }
  }
  return [...cases, ...filled(p), ...scaleBits(p), ...sumBelowZero(p)];
}

/** Steps and numbers of an operation that is still quick. */
const mostSteps = 1024;
const mostNumbers = 4096;

/**
 * Memories in use to their last word, with neighbours that differ: by the longest vectors, and by the most rows; and by vectors a word
 * shorter, since what goes wrong at every edge would be right again after an even number of them.
 */
function filled(p: PlanesParameters): DirectedCase<PlanesOperation>[] {
  const serial = p.schedule === "serial";
  const shapes = [
    { weightBits: p.weightBits, fewer: 0 },
    { weightBits: p.weightBits, fewer: p.lanes },
    { weightBits: 1, fewer: 0 },
  ];
  return shapes.flatMap(({ weightBits, fewer }) => {
    const { length: longest, tiles } = room(p, weightBits, p.inputBits);
    const length = longest - fewer;
    if (length <= 0) return [];
    const rows = p.rows * tiles(length);
    const steps = tiles(length) * Math.ceil(length / p.lanes) * (serial ? weightBits * p.inputBits : 1);
    if (steps > mostSteps || (rows + p.cols) * length > mostNumbers) return [];
    const scattered = (bits: number, count: number): Operand => ({
      encoding: "unsigned",
      bits,
      rows: Array.from({ length: count }, (_, row) =>
        Array.from({ length }, (_, i) => (((row + 3) * (i + 7) * 40503) >> 8) % 2 ** bits),
      ),
    });
    const operation = { length, weights: scattered(weightBits, rows), inputs: scattered(p.inputBits, p.cols) };
    return [{ name: `memories filled by ${rows} rows of ${length} weights of ${weightBits} bits`, operation }];
  });
}

/** A vector's sum that is -1, where adding its last word once more would bring it to 0. */
function sumBelowZero(p: PlanesParameters): DirectedCase<PlanesOperation>[] {
  const length = p.lanes + 1;
  if (p.inputBits < 2 || room(p, 1, 2).length < length) return [];
  const inputs: Operand = {
    encoding: "signed",
    bits: 2,
    rows: [Array.from({ length }, (_, i) => (i === 0 ? -2 : i === p.lanes ? 1 : 0))],
  };
  const weights: Operand = { encoding: "bipolar", bits: 1, rows: [new Array<number>(length).fill(1)] };
  return [{ name: "a sum of inputs just below zero", operation: { length, weights, inputs } }];
}

/** Every bit of both scales, in results that wait for each other. */
function scaleBits(p: PlanesParameters): DirectedCase<PlanesOperation>[] {
  if (p.rows % 2 !== 0 || room(p, p.scaleBits, 1).length === 0) return [];
  const all = 2 ** p.scaleBits - 1;
  const alternate = Math.floor(all / 3);
  const others = all - alternate;
  const inputs: Operand = {
    encoding: "bipolar",
    bits: 1,
    rows: Array.from({ length: 8 * p.cols }, (_, i) => [i % 2 === 0 ? 1 : -1]),
  };
  return [
    { positive: others, negative: alternate },
    { positive: alternate, negative: others },
    { positive: all, negative: alternate },
    { positive: alternate, negative: all },
  ].map((scales) => ({
    name: `scales of ${scales.positive} and ${scales.negative}`,
    operation: { length: 1, weights: { encoding: "ternary", rows: [[1]], scales }, inputs },
  }));
}
