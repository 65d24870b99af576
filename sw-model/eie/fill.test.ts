import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { type CscFormat, decodeCsc, encodeCsc, type PeColumns } from "./csc.ts";
import { fillPadding, sparesOf, storedMatrix } from "./fill.ts";
import { goldenEie } from "./golden.ts";
import { type Entry, fromEntries, type SparseMatrix, toEntries } from "./sparse.ts";
import { eieSpec } from "./spec.ts";

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 120 }),
  cols: fc.integer({ min: 1, max: 4 }),
  pes: fc.integer({ min: 1, max: 5 }),
  indexBits: fc.integer({ min: 1, max: 4 }),
  balance: fc.boolean(),
  share: fc.constantFrom(0.02, 0.05, 0.2),
  /** Share of the places that have no weight at all. */
  holes: fc.constantFrom(0, 0.5, 0.95),
  seed: fc.nat(1e6),
});
type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;

const codebook = [0, -2.2, -1.1, -0.2, 0.3, 1.2, 2.5];
const nearest = (weight: number) =>
  codebook.reduce(
    (best, value, code) => (Math.abs(weight - value) < Math.abs(weight - codebook[best]) ? code : best),
    0,
  );

/** Normal weights, of which the largest are kept. */
function draw({ rows, cols, share, holes, seed }: Shape) {
  const random = new Random(seed);
  const weights = Array.from({ length: rows * cols }, () => (random.uniform() < holes ? 0 : random.normal()));
  const order = weights.map((_, at) => at).sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]));
  const kept = order.slice(0, Math.ceil(share * weights.length)).filter((at) => nearest(weights[at]) !== 0);
  const entries = kept.map((at): Entry => [Math.floor(at / cols), at % cols, nearest(weights[at])]);
  const matrix = fromEntries(rows, cols, entries);
  const weight = (row: number, col: number) => weights[row * cols + col];
  return { matrix, weight, spares: sparesOf(weight, codebook) };
}

/** The square of the distance between the weights and what the matrix means. */
function squaredError(matrix: SparseMatrix, weight: (row: number, col: number) => number): number {
  const held = new Map(toEntries(matrix).map(([row, col, code]) => [row * matrix.cols + col, codebook[code]]));
  let sum = 0;
  for (let row = 0; row < matrix.rows; row++) {
    for (let col = 0; col < matrix.cols; col++)
      sum += (weight(row, col) - (held.get(row * matrix.cols + col) ?? 0)) ** 2;
  }
  return sum;
}

/** Local rows of the entries of a column on a PE, and their codes. */
function columnOf({ codes, indices, pointers }: PeColumns, col: number): { row: number; code: number }[] {
  let row = -1;
  return Array.from({ length: pointers[col + 1] - pointers[col] }, (_, i) => {
    row += indices[pointers[col] + i] + 1;
    return { row, code: codes[pointers[col] + i] };
  });
}

describe("fillPadding", () => {
  it("stores as many entries in every column of every PE, and each of them comes back", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const format: CscFormat = shape;
        const { matrix, spares } = draw(shape);
        const { matrix: filled, rotations } = fillPadding(matrix, spares, format);
        const after = encodeCsc(filled, { ...format, rotations });
        expect(after.map(({ pointers }) => pointers)).toEqual(
          encodeCsc(matrix, format).map(({ pointers }) => pointers),
        );
        expect(decodeCsc(after, shape.rows, rotations)).toEqual(filled);
        const kept = new Map(toEntries(matrix).map(([row, col, code]) => [row * shape.cols + col, code]));
        let found = 0;
        for (const [row, col, code] of toEntries(filled)) {
          const before = kept.get(row * shape.cols + col);
          if (before !== undefined) found++;
          expect(code).toBe(before ?? spares(col)(row)?.code);
        }
        expect(found).toBe(kept.size);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves 0 only where no weight is within reach", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { matrix, spares } = draw(shape);
        const { matrix: filled, rotations } = fillPadding(matrix, spares, shape);
        const reach = 2 ** shape.indexBits;
        encodeCsc(filled, { ...shape, rotations }).forEach((store, pe) => {
          for (let col = 0; col < shape.cols; col++) {
            const column = columnOf(store, col);
            column.forEach(({ code }, i) => {
              if (code !== 0) return;
              // Where this entry could stand with the others where they are.
              const [from, to] = [i === 0 ? -1 : column[i - 1].row, column[i + 1].row];
              for (let local = Math.max(from + 1, to - reach); local < Math.min(to, from + reach + 1); local++) {
                const row = local * shape.pes + ((pe + shape.pes - (rotations?.[local] ?? 0)) % shape.pes);
                expect(spares(col)(row)).toBeUndefined();
              }
            });
          }
        });
        if (shape.holes > 0) return;
        // With a value close to every weight nothing stays 0.
        const all = fillPadding(matrix, () => () => ({ code: 1, gain: 1 }), shape);
        const stores = encodeCsc(all.matrix, { ...shape, rotations: all.rotations });
        expect(stores.every(({ codes }) => codes.every((code) => code !== 0))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("brings the matrix nearer to the one before pruning", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { matrix, weight, spares } = draw(shape);
        const { matrix: filled } = fillPadding(matrix, spares, shape);
        const [before, after] = [squaredError(matrix, weight), squaredError(filled, weight)];
        if (filled.codeOf.length === matrix.codeOf.length) expect(after).toBe(before);
        else expect(after).toBeLessThan(before);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an operation with pruned weights", () => {
  const { parameters } = resolveParameters(eieSpec, { sets: ["pes=1", "indexBits=1", "dropBits=0"] });
  const operation = {
    rows: 5,
    cols: 1,
    codebook: [0, 1, 3, -4],
    entries: [[4, 0, 1]] as Entry[],
    x: [10],
    relu: false,
  };

  it("has those with the largest sum of squares among all that bridge its gaps", () => {
    // An index reaches over two rows, so the four rows before the entry take two entries: in rows 0 and 2, 1 and 2, or 1 and 3.
    const pruned = [3, 2, 1, 2].map((code, row): Entry => [row, 0, code]);
    const { matrix } = storedMatrix({ ...operation, pruned }, parameters);
    expect(toEntries(matrix)).toEqual([
      [1, 0, 2],
      [3, 0, 2],
      [4, 0, 1],
    ]);
    expect(goldenEie(parameters, { ...operation, pruned }).y).toEqual([0, 30, 0, 30, 10]);
    // An index that reaches over all rows leaves nothing to fill.
    expect(goldenEie({ ...parameters, indexBits: 3 }, { ...operation, pruned }).y).toEqual([0, 0, 0, 0, 10]);
  });

  it("moves with the rows where they are balanced", () => {
    const balanced = resolveParameters(eieSpec, { sets: ["pes=2", "indexBits=1", "balance=true"] }).parameters;
    // PE 0 would have both rows 0 and 8; rotated, one of the groups moves row 8 to PE 1, and the gap with it.
    const entries: Entry[] = [
      [0, 0, 1],
      [8, 1, 1],
    ];
    const pruned = Array.from({ length: 8 }, (_, row): Entry => [row, 1, 2]);
    const { matrix, rotations } = storedMatrix({ ...operation, rows: 10, cols: 2, entries, pruned }, balanced);
    const by = Array.from(rotations ?? []);
    expect(by[0]).not.toBe(by[4]);
    const pe = by[4];
    const filled = toEntries(matrix).filter(([row, col]) => col === 1 && row < 8);
    expect(filled.map(([row]) => (row + by[Math.floor(row / 2)]) % 2)).toEqual([pe, pe]);
  });
});
