import fc from "fast-check";
import { expect, it } from "vitest";
import { Random } from "../random.ts";
import { encodeEse } from "./encode.ts";
import { compressLstm, type DenseLstm, pruneTo } from "./lstm.ts";
import type { EseNetwork } from "./network.ts";
import { filling, fillPadding } from "./padding.ts";
import type { DenseMatrix } from "./prune.ts";

const dense = (rows: number, cols: number, random: Random): DenseMatrix => ({
  rows,
  cols,
  values: Float32Array.from({ length: rows * cols }, () => random.normal()),
});

const points = fc.record({
  cells: fc.integer({ min: 1, max: 60 }),
  pes: fc.integer({ min: 1, max: 3 }),
  indexBits: fc.integer({ min: 1, max: 4 }),
  blocks: fc.constantFrom(1, 2),
  share: fc.constantFrom(0.02, 0.1, 0.3),
  seed: fc.nat(1e6),
});

const weightsOf = ({ input, recurrent }: EseNetwork) =>
  [...Object.values(input), ...Object.values(recurrent)].reduce((sum, { entries }) => sum + entries.length, 0);

it("takes as many entries in every column as padding with zeros, each of them a weight", () => {
  fc.assert(
    fc.property(points, ({ cells, share, seed, ...array }) => {
      const random = new Random(seed);
      const byGate = <T>(make: () => T) => ({ i: make(), f: make(), g: make(), o: make() });
      const lstm: DenseLstm = {
        input: byGate(() => dense(cells, 3, random)),
        recurrent: byGate(() => dense(cells, cells, random)),
        bias: byGate(() => new Float32Array(cells)),
      };
      const rowDepth = Math.max(2 * array.blocks, 2 ** Math.ceil(Math.log2(cells / array.pes)));
      const format = { ...array, rowDepth };
      const prune = pruneTo(share, array.pes);
      const widths = { weightBits: 12, biasBits: 16 };
      const before = encodeEse(compressLstm(lstm, prune, widths).network, format);
      const { network } = compressLstm(lstm, filling(prune, format), widths);
      const after = encodeEse(network, format);
      expect(after.map(({ counts }) => counts)).toEqual(before.map(({ counts }) => counts));
      expect(after.reduce((sum, { weights }) => sum + weights.length, 0)).toBe(weightsOf(network));
    }),
    { numRuns: 200 },
  );
});

it("keeps the largest sum of squares of all that leave no gap too long", () => {
  const lengths = fc.record({
    indexBits: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(lengths, ({ indexBits, length, seed }) => {
      const matrix = dense(length + 1, 1, new Random(seed));
      const mask = new Uint8Array(length + 1);
      mask[length] = 1;
      const filled = fillPadding(matrix, mask, { pes: 1, indexBits, blocks: 1, rowDepth: 16 });
      const sumOf = (kept: (at: number) => boolean) =>
        matrix.values.subarray(0, length).reduce((sum, value, at) => sum + (kept(at) ? value ** 2 : 0), 0);
      // All choices of places, by the definition.
      const reach = 2 ** indexBits;
      let best = Number.NEGATIVE_INFINITY;
      for (let choice = 0; choice < 2 ** length; choice++) {
        const has = (at: number) => Math.floor(choice / 2 ** at) % 2 === 1;
        const places = [...Array.from({ length }, (_, at) => at).filter(has), length];
        const reachable = places.every((at, i) => at - (i === 0 ? 0 : places[i - 1] + 1) < reach);
        if (reachable && places.length - 1 === Math.floor(length / reach)) best = Math.max(best, sumOf(has));
      }
      expect(sumOf((at) => filled[at] === 1)).toBeCloseTo(best, 5);
    }),
  );
});

it("changes nothing where an index reaches over a whole block", () => {
  const matrix = dense(64, 8, new Random(3));
  const mask = pruneTo(0.05, 2)(matrix);
  expect(fillPadding(matrix, mask, { pes: 2, indexBits: 4, blocks: 2, rowDepth: 32 })).toEqual(mask);
});
