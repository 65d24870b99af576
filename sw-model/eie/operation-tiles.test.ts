import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { countEntries } from "./csc.ts";
import { eieCycles, tiledCycles } from "./cycles.ts";
import { type EieOperation, matrixOf } from "./operation.ts";
import { operationTiles } from "./operation-tiles.ts";
import { rowRotations } from "./rotations.ts";
import { eieSpec } from "./spec.ts";
import { tilesOf } from "./tiles.ts";

const { parameters } = resolveParameters(eieSpec, {
  sets: ["pes=4", "queueDepth=1", "indexBits=2", "balance=true", "activationDepth=16", "entriesPerWord=1"],
});

/** 60 x 20 with about a third of the weights, and inputs that are not 0. */
const dense: fc.Arbitrary<EieOperation> = fc
  .uniqueArray(fc.nat(60 * 20 - 1), { minLength: 300, maxLength: 420, size: "max" })
  .map((places) => ({
    ...{ rows: 60, cols: 20, codebook: [0, 1], relu: false, x: new Array(20).fill(1) },
    entries: places.map((place): [number, number, number] => [Math.floor(place / 20), place % 20, 1]),
  }));
const plainCycles = (operation: EieOperation) =>
  tiledCycles(parameters, tilesOf(parameters, matrixOf(operation)), operation.x).cycles;

it("have rotations that save cycles where no input is 0", () => {
  let [saved, all] = [0, 0];
  fc.assert(
    fc.property(dense, (operation) => {
      const [before, after] = [plainCycles(operation), eieCycles(parameters, operation).cycles];
      expect(after).toBeLessThanOrEqual(before);
      if (after < before) saved++;
      all++;
    }),
    { numRuns: 20, seed: 2 },
  );
  expect(saved).toBeGreaterThan(all / 2);
});

it("have the plain rotations where an input is 0", () => {
  fc.assert(
    fc.property(dense, fc.nat(19), (operation, zero) => {
      const x = operation.x.map((value, i) => (i === zero ? 0 : value));
      expect(eieCycles(parameters, { ...operation, x }).cycles).toBe(plainCycles({ ...operation, x }));
    }),
    { numRuns: 10, seed: 3 },
  );
});

it("have no more tiles than with the plain rotations, whatever the memories hold", () => {
  fc.assert(
    fc.property(dense, (operation) => {
      const matrix = matrixOf(operation);
      const rotations = rowRotations(matrix, parameters.pes);
      const entries = Math.max(...countEntries(matrix, { ...parameters, rotations }));

      const { loads } = operationTiles({ ...parameters, entryDepth: entries }, operation);
      expect(loads.flatMap(({ tiles }) => tiles)).toHaveLength(1);
    }),
    { numRuns: 30, seed: 4 },
  );
});
