import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lfsr } from "../format/lfsr.ts";
import { resolveParameters } from "../parameters.ts";
import { goldenSrmac } from "../srmac/golden.ts";
import { goldenSystolic } from "./golden.ts";
import { columnSeeds } from "./seeds.ts";
import { systolicSpec } from "./spec.ts";

const { parameters } = resolveParameters(systolicSpec);
const value = fc.integer({ min: -32768, max: 32767 });
const size = fc.integer({ min: 1, max: 13 });

const products = fc.tuple(fc.nat(13), size, size).chain(([m, k, n]) =>
  fc.record({
    a: fc.array(fc.array(value, { minLength: k, maxLength: k }), { minLength: m, maxLength: m }),
    b: fc.array(fc.array(value, { minLength: n, maxLength: n }), { minLength: k, maxLength: k }),
    seed: fc.integer({ min: 1, max: 65535 }),
    rows: fc.integer({ min: 1, max: 5 }),
    cols: fc.integer({ min: 1, max: 5 }),
  }),
);

describe("columnSeeds", () => {
  it.each([
    [8, 4],
    [8, 64],
    [16, 3],
    [16, 28],
  ])("at %d bits and %d columns are single steps apart as the contract says", (lfsrWidth, cols) => {
    const apart = Math.floor((2 ** lfsrWidth - 1) / cols);
    const lfsr = new Lfsr(lfsrWidth, 77);
    const wanted = Array.from({ length: cols }, () => {
      lfsr.advance(apart);
      return lfsr.state;
    });
    expect(columnSeeds({ cols, lfsrWidth: lfsrWidth as 8 | 16 }, 77)).toEqual(wanted);
    expect(new Set(wanted).size).toBe(cols);
  });
});

describe("goldenSystolic", () => {
  it("is a column of dot products a column of the array, with its own source", () => {
    fc.assert(
      fc.property(products, ({ a, b, seed, rows, cols }) => {
        const p = { ...parameters, rows, cols };
        const { c } = goldenSystolic(p, { a, b, seed });
        const lfsr = new Lfsr(16, seed);
        for (let j = 0; j < cols; j++) {
          lfsr.advance(Math.floor(65535 / cols));
          // The places of C that this column computes, in the order in which it does.
          const places: [number, number][] = [];
          for (let top = 0; top < a.length; top += rows) {
            for (let n = j; n < b[0].length; n += cols) {
              for (let r = top; r < Math.min(a.length, top + rows); r++) places.push([r, n]);
            }
          }
          const dots = places.map(([r, n]) => ({ a: a[r], b: b.map((row) => row[n]) }));
          const { y } = goldenSrmac({ ...p, bWidth: 0 }, { dots, seed: lfsr.state });
          expect(places.map(([r, n]) => c[r][n])).toEqual(y);
        }
      }),
    );
  });

  it("is the product of real numbers but for one rounding", () => {
    fc.assert(
      fc.property(products, ({ a, b, seed }) => {
        const { c } = goldenSystolic({ ...parameters, outWidth: 64 }, { a, b, seed });
        a.forEach((row, r) => {
          b[0].forEach((_, n) => {
            const exact = row.reduce((sum, x, i) => sum + x * b[i][n], 0) / 256;
            expect(Math.abs(Number(c[r][n]) - exact)).toBeLessThan(1);
          });
        });
      }),
    );
  });
});
