import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreements, bitAt, packBits, popcount, unpackBits } from "./bits.ts";

describe("BitMatrix", () => {
  const rowsOf = (cols: number) =>
    fc.array(fc.array(fc.nat(1), { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 5 });
  const shaped = fc.integer({ min: 1, max: 100 }).chain(rowsOf);

  it("gives back the rows that were packed, with zeros for padding", () => {
    fc.assert(
      fc.property(shaped, (rows) => {
        const matrix = packBits(rows);
        expect(unpackBits(matrix)).toEqual(rows);
        const ones = rows.flat().filter((bit) => bit === 1).length;
        expect(matrix.words.reduce((sum, word) => sum + popcount(word), 0)).toBe(ones);
        expect(bitAt(matrix, rows.length - 1, rows[0].length - 1)).toBe(rows.at(-1)?.at(-1));
      }),
    );
  });

  it("counts ones as the binary numeral shows them", () => {
    fc.assert(
      fc.property(fc.integer(), (word) => {
        expect(popcount(word)).toBe((word >>> 0).toString(2).replaceAll("0", "").length);
      }),
    );
  });

  it("counts agreeing columns", () => {
    fc.assert(
      fc.property(shaped, (rows) => {
        const matrix = packBits(rows);
        rows.forEach((a, i) => {
          rows.forEach((b, j) => {
            expect(agreements(matrix, i, matrix, j)).toBe(a.filter((bit, c) => bit === b[c]).length);
          });
        });
      }),
    );
  });
});
