import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { layerCycles } from "./array-cycles.ts";
import { decodeCsc, encodeCsc } from "./csc.ts";
import { fastRotations } from "./fast-rotations.ts";
import { rowRotations } from "./rotations.ts";
import { type Entry, fromEntries, type SparseMatrix } from "./sparse.ts";
import { eieSpec } from "./spec.ts";

const parametersOf = (...sets: string[]) => resolveParameters(eieSpec, { sets: ["balance=true", ...sets] }).parameters;

function matrix(rows: number, cols: number, share: number): fc.Arbitrary<SparseMatrix> {
  return fc
    .array(fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1)), { maxLength: Math.floor(rows * cols * share), size: "max" })
    .map((places) => new Map(places.map(([row, col]) => [row * cols + col, [row, col, 1] as Entry])))
    .map((entries) => fromEntries(rows, cols, [...entries.values()]));
}

const cyclesOf = (parameters: ReturnType<typeof parametersOf>, matrix: SparseMatrix, rotations: Uint16Array) => {
  const columns = encodeCsc(matrix, { ...parameters, rotations });
  expect(decodeCsc(columns, matrix.rows, rotations)).toEqual(matrix);
  const activations = new Array(matrix.cols).fill(1);
  return layerCycles(parameters, { columns, activations, bias: false, outputs: 0 }).cycles;
};

it.each([
  [parametersOf("pes=4", "queueDepth=2", "indexBits=2")],
  [parametersOf("pes=6", "clusterPes=2", "queueDepth=1")],
  [parametersOf("pes=1")],
])("never take more cycles than rotations that only even out the sums, and often fewer", (parameters) => {
  let [saved, all] = [0, 0];
  fc.assert(
    fc.property(matrix(60, 20, 0.3), (each) => {
      const found = fastRotations(parameters, each);
      const before = cyclesOf(parameters, each, rowRotations(each, parameters.pes));
      const after = cyclesOf(parameters, each, found);
      expect(after).toBeLessThanOrEqual(before);
      expect(fastRotations(parameters, each)).toEqual(found);
      if (after < before) saved++;
      all++;
    }),
    { numRuns: 20, seed: 4 },
  );
  expect(saved > all / 2).toBe(parameters.pes > 1);
});
