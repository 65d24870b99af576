import fc from "fast-check";
import { expect, it } from "vitest";
import { Lfsr } from "../format/lfsr.ts";
import { resolveParameters } from "../parameters.ts";
import { columnSeeds, columnStates } from "../systolic/seeds.ts";
import { fitMatmul } from "./operation.ts";
import { panelsOf, type Span } from "./panels.ts";
import { matmulSpec } from "./spec.ts";

const { parameters: defaults } = resolveParameters(matmulSpec);
const size = fc.record({
  m: fc.integer({ min: 1, max: 20 }),
  inner: fc.integer({ min: 1, max: 40 }),
  n: fc.integer({ min: 1, max: 20 }),
});
const shape = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  cols: fc.integer({ min: 1, max: 5 }),
  aSquares: fc.integer({ min: 1, max: 20 }),
  bSquares: fc.integer({ min: 1, max: 20 }),
  rounding: fc.constantFrom("stochastic" as const, "nearest" as const),
});
const length = ({ from, to }: Span) => to - from;

it("panels fit the buffers and cover each product of two values once", () => {
  fc.assert(
    fc.property(shape, size, (given, { m, inner, n }) => {
      const p = { ...defaults, ...given };
      const seen = new Set<string>();
      for (const { rows, cols, inner: part } of panelsOf(p, { m, inner, n })) {
        const squares = (a: Span, b: Span, of: number) => Math.ceil(length(a) / of) * Math.ceil(length(b) / of);
        expect(squares(rows, part, p.rows)).toBeLessThanOrEqual(p.aSquares);
        expect(squares(part, cols, p.cols)).toBeLessThanOrEqual(p.bSquares);
        for (let r = rows.from; r < rows.to; r++) {
          for (let k = part.from; k < part.to; k++) {
            for (let c = cols.from; c < cols.to; c++) seen.add(`${r} ${k} ${c}`);
          }
        }
      }
      const total = panelsOf(p, { m, inner, n }).reduce(
        (sum, panel) => sum + length(panel.rows) * length(panel.cols) * length(panel.inner),
        0,
      );
      expect([seen.size, total]).toEqual([m * inner * n, m * inner * n]);
    }),
    { numRuns: 60 },
  );
});

it("a panel draws where the whole product, tile by tile and row by row, has come to", () => {
  fc.assert(
    fc.property(shape, size, (given, { m, inner, n }) => {
      const p = { ...defaults, ...given, rounding: "stochastic" as const };
      // For each result the number of draws of its column before it.
      const before = new Map<string, number>();
      const drawn = new Array<number>(p.cols).fill(0);
      for (let top = 0; top < m; top += p.rows) {
        for (let left = 0; left < n; left += p.cols) {
          for (let r = top; r < Math.min(m, top + p.rows); r++) {
            for (let c = left; c < Math.min(n, left + p.cols); c++) before.set(`${r} ${c}`, drawn[c - left]++);
          }
        }
      }
      const source = new Array<number>(p.cols).fill(0);
      for (const { rows, cols, keep, drawn: set } of panelsOf(p, { m, inner, n })) {
        if (set) source.splice(0, p.cols, ...set);
        if (keep) continue;
        for (let top = rows.from; top < rows.to; top += p.rows) {
          for (let left = cols.from; left < cols.to; left += p.cols) {
            for (let r = top; r < Math.min(rows.to, top + p.rows); r++) {
              for (let c = left; c < Math.min(cols.to, left + p.cols); c++) {
                expect(source[c - left]++).toBe(before.get(`${r} ${c}`));
              }
            }
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

it.each([
  [8, 1],
  [16, 8],
  [32, 3],
] as const)("states of columns after some draws: an LFSR of %i bits, %i steps a draw", (lfsrWidth, stepsPerDraw) => {
  const p = { cols: 3, lfsrWidth, stepsPerDraw };
  const drawn = [0, 7, 300];
  const stepped = columnSeeds(p, 77).map((seed, j) => {
    const lfsr = new Lfsr(lfsrWidth, seed, stepsPerDraw);
    for (let i = 0; i < drawn[j]; i++) lfsr.draw();
    return lfsr.state;
  });
  expect(columnStates(p, 77, drawn)).toEqual(stepped);
});

it("buffers are raised as far as they go, and not where they were set by hand", () => {
  const zeros = (rows: number, cols: number) => Array.from({ length: rows }, () => new Array<number>(cols).fill(0));
  const operation = { a: zeros(1, 784), b: zeros(784, 1000), seed: 1 };
  expect(fitMatmul(defaults, new Set(), operation)).toMatchObject({ aSquares: 256, bSquares: 32768 });
  expect(fitMatmul(defaults, new Set(["bSquares"]), operation)).toMatchObject({ aSquares: 256, bSquares: 16 });
});
