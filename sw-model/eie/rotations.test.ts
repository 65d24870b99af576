import fc from "fast-check";
import { expect, it } from "vitest";
import { rowRotations } from "./rotations.ts";
import { type Entry, fromEntries } from "./sparse.ts";

const square = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count * count, 0);

it("never spreads the entries worse than the rows' own places do", () => {
  const matrix = fc
    .record({ pes: fc.integer({ min: 1, max: 9 }), rows: fc.integer({ min: 1, max: 60 }) })
    .chain(({ pes, rows }) =>
      fc.record({
        pes: fc.constant(pes),
        rows: fc.constant(rows),
        entries: fc
          .uniqueArray(fc.tuple(fc.nat(rows - 1), fc.nat(19)), {
            selector: ([row, col]) => row * 20 + col,
            maxLength: 300,
            size: "max",
          })
          .map((list) => list.map(([row, col]): Entry => [row, col, 1])),
      }),
    );
  fc.assert(
    fc.property(matrix, ({ pes, rows, entries }) => {
      const rotations = rowRotations(fromEntries(rows, 20, entries), pes);
      const counts = (by: (local: number) => number) => {
        const loads = new Array<number>(pes).fill(0);
        for (const [row] of entries) loads[(row + by(Math.floor(row / pes))) % pes]++;
        return loads;
      };
      expect(rotations.every((by) => by < pes)).toBe(true);
      expect(square(counts((local) => rotations[local]))).toBeLessThanOrEqual(square(counts(() => 0)));
    }),
  );
});

it("evens out rows of which the first of every group is full", () => {
  const entries = Array.from({ length: 8 }, (_, group) =>
    Array.from({ length: 5 }, (_, col): Entry => [4 * group, col, 1]),
  );
  const rotations = rowRotations(fromEntries(32, 5, entries.flat()), 4);
  const loads = [0, 0, 0, 0];
  for (const by of rotations) loads[by] += 5;
  expect(loads).toEqual([10, 10, 10, 10]);
});
