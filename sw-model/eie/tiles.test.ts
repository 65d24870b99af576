import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { countEntries } from "./csc.ts";
import { type Entry, fromEntries, type SparseMatrix, toEntries } from "./sparse.ts";
import { type EieParameters, eieSpec, vectorRows } from "./spec.ts";
import { type Tiling, tilesOf } from "./tiles.ts";

/** Memories from next to nothing on, and a matrix that may be much larger. */
const cases = fc.record({
  pes: fc.integer({ min: 1, max: 6 }),
  entriesPerWord: fc.constantFrom(1, 2, 8),
  words: fc.integer({ min: 1, max: 8 }),
  columnDepth: fc.integer({ min: 2, max: 40 }),
  banks: fc.constantFrom(1, 1, 2, 4),
  activationDepth: fc.integer({ min: 1, max: 30 }),
  vectorDepth: fc.integer({ min: 0, max: 40 }),
  layers: fc.integer({ min: 1, max: 4 }),
  balance: fc.boolean(),
  rows: fc.integer({ min: 1, max: 60 }),
  cols: fc.integer({ min: 1, max: 60 }),
  density: fc.constantFrom(0.05, 0.3, 1),
  seed: fc.nat(1000),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function parametersOf({ pes, entriesPerWord, words, columnDepth, banks, layers, balance, ...depths }: Case) {
  const entryDepth = Math.max(8, words * entriesPerWord);
  const inBanks = (depth: number) => Math.ceil(depth / banks) * banks;
  const [activationDepth, vectorDepth] = [depths.activationDepth, depths.vectorDepth].map(inBanks);
  const all = { pes, entriesPerWord, entryDepth, columnDepth, activationDepth, vectorDepth, layers, balance };
  const sets = Object.entries({ ...all, activationBanks: banks }).map(([name, value]) => `${name}=${value}`);
  return resolveParameters(eieSpec, { sets }).parameters;
}

function matrixOf({ rows, cols, density, seed }: Case): SparseMatrix {
  const random = new Random(seed);
  const places = Array.from(
    { length: rows * cols },
    (_, at): Entry => [Math.floor(at / cols), at % cols, 1 + (at % 7)],
  );
  return fromEntries(
    rows,
    cols,
    places.filter(() => random.uniform() < density),
  );
}

/** What an array does with the tiles, in whole numbers: memory of activations, accumulators, results that are read. */
function worked({ pes }: EieParameters, { loads }: Tiling, x: readonly number[]): number[] {
  const memory: number[] = [];
  let sums: number[] = [];
  const y: number[] = [];
  for (const { tiles, inputs, results } of loads) {
    for (let i = 0; i < (inputs?.count ?? 0); i++) memory[i] = x[(inputs?.first ?? 0) + i];
    for (const { matrix, sourceRow, resultRow, hold } of tiles) {
      for (const [row, col, code] of toEntries(matrix)) {
        sums[row] = (sums[row] ?? 0) + code * memory[sourceRow * pes + col];
      }
      if (hold) continue;
      for (let row = 0; row < matrix.rows; row++) memory[resultRow * pes + row] = sums[row] ?? 0;
      sums = [];
    }
    if (results) y.push(...memory.slice(results.resultRow * pes, results.resultRow * pes + results.count));
  }
  return y;
}

describe("a matrix in tiles", () => {
  it("is computed whole, whatever the memories, or is refused for the memory that is too small", () => {
    let refused = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const parameters = parametersOf(one);
        const { pes, entryDepth, columnDepth, activationDepth, activationBanks, entriesPerWord, layers } = parameters;
        const matrix = matrixOf(one);
        const narrowest = Math.min(pes, one.cols);
        let tiling: Tiling;
        try {
          tiling = tilesOf(parameters, matrix);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          refused++;
          const { where, expected = "", found } = error.details;
          // Columns must fit one a PE with their end; a row of them has an entry each of every bank at the most, in whole words.
          if (where === "columnDepth") expect(narrowest).toBeGreaterThanOrEqual(columnDepth);
          else expect([where, entryDepth < narrowest * activationBanks + entriesPerWord]).toEqual(["entryDepth", true]);
          expect(Number(expected.replace("at least ", ""))).toBeGreaterThan(Number(found));
          return;
        }
        for (const { tiles } of tiling.loads) {
          expect(tiles.length).toBeLessThanOrEqual(layers);
          expect(tiles.reduce((sum, tile) => sum + tile.matrix.cols + 1, 0)).toBeLessThanOrEqual(columnDepth);
          const used = new Array<number>(pes).fill(0);
          for (const { matrix: part, rotations, sourceRow, resultRow, hold } of tiles) {
            const outputs = Math.ceil(part.rows / pes);
            expect(Number.isInteger(sourceRow)).toBe(true);
            expect(outputs).toBeLessThanOrEqual(activationDepth);
            expect(sourceRow + Math.ceil(part.cols / pes)).toBeLessThanOrEqual(vectorRows(parameters));
            if (!hold) expect(resultRow + outputs).toBeLessThanOrEqual(vectorRows(parameters));
            expect(resultRow % activationBanks).toBe(0);
            countEntries(part, { ...parameters, rotations }).forEach((count, pe) => {
              used[pe] += Math.ceil(count / entriesPerWord) * entriesPerWord;
            });
          }
          expect(Math.max(...used)).toBeLessThanOrEqual(entryDepth);
        }
        const x = Array.from({ length: one.cols }, (_, i) => i + 1);
        const y = new Array<number>(one.rows).fill(0);
        for (const [row, col, code] of toEntries(matrix)) y[row] += code * x[col];
        expect(worked(parameters, tiling, x)).toEqual(y);
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeLessThan(150);
  });
});
