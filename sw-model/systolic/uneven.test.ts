import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveParameters } from "../parameters.ts";
import { systolicCyclesOf, systolicLatency } from "./cycles.ts";
import { systolicSpec } from "./spec.ts";

interface Size {
  readonly m: number;
  readonly inner: number;
  readonly n: number;
}

const arrayOf = (rows: number, cols: number) =>
  resolveParameters(systolicSpec, { sets: [`rows=${rows}`, `cols=${cols}`, "structure=dsp48e1"] }).parameters;
type Array_ = ReturnType<typeof arrayOf>;

/** The share of its clocks in which the units multiply, over what the edges leave of it. */
function reached(p: Array_, { m, inner, n }: Size): number {
  const busy = (m * inner * n) / (p.rows * p.cols * systolicCyclesOf(p, { m, inner, n }));
  return busy / ((m / (Math.ceil(m / p.rows) * p.rows)) * (n / (Math.ceil(n / p.cols) * p.cols)));
}

/** As docs/systolic.md says it: clocks of all tiles, over those that fill and drain. */
function fills(p: Array_, { m, inner, n }: Size): number {
  const rowsOfLast = m - (Math.ceil(m / p.rows) - 1) * p.rows;
  return (Math.ceil(m / p.rows) * Math.ceil(n / p.cols) * inner) / (systolicLatency(p) + rowsOfLast - 2);
}

it("a product of any size is within a hundredth of what its edges leave just where its tiles take 99 times the fill", () => {
  const sizes = fc.record({ m: fc.integer({ min: 1, max: 300 }), n: fc.integer({ min: 1, max: 300 }) });
  const products = fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 28 }), sizes, fc.nat(600));
  fc.assert(
    fc.property(products, ([rows, cols, { m, n }, more]) => {
      const p = arrayOf(rows, cols);
      const size = { m, inner: rows + more, n };
      expect(reached(p, size)).toBeCloseTo(fills(p, size) / (fills(p, size) + 1), 9);
    }),
    { numRuns: 200 },
  );
});

it("the figures of the page", () => {
  const p = arrayOf(28, 28);
  expect(systolicLatency(p)).toBe(36);
  expect(reached(p, { m: 29, inner: 64, n: 29 })).toBeCloseTo(0.88, 2);
  expect(reached(p, { m: 200, inner: 64, n: 300 })).toBeGreaterThan(0.99);
  expect(reached(p, { m: 30, inner: 28, n: 1000 })).toBeLessThan(0.99);
});
