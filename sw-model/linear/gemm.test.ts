import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import { Arena, type Matrix, transpose } from "./gemm.ts";

const fill = ({ rows, cols, stride, data }: Matrix, value: (r: number, c: number) => number) => {
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) data[r * stride + c] = value(r, c);
};
const at = ({ stride, data }: Matrix, r: number, c: number) => data[r * stride + c];
const size = fc.integer({ min: 1, max: 40 });

describe("Arena.multiply", () => {
  it("is the sum of products in float32, in order, at every shape", () => {
    fc.assert(
      fc.property(size, size, size, fc.integer(), (rows, inner, cols, seed) => {
        const random = new Random(seed);
        const arena = new Arena(
          [
            [rows, inner],
            [inner, cols],
            [rows, cols],
          ],
          inner,
        );
        const [a, b, c] = [arena.matrix(rows, inner), arena.matrix(inner, cols), arena.matrix(rows, cols)];
        fill(a, () => random.normal());
        fill(b, () => random.normal());
        // Twice: the second product must not add to the first.
        arena.multiply(a, b, c);
        arena.multiply(a, b, c);
        for (let r = 0; r < rows; r++) {
          for (let o = 0; o < cols; o++) {
            let sum = 0;
            for (let k = 0; k < inner; k++) sum = Math.fround(sum + Math.fround(at(a, r, k) * at(b, k, o)));
            expect(at(c, r, o)).toBe(sum);
          }
        }
      }),
    );
  });
});

describe("transpose", () => {
  it("swaps rows and columns", () => {
    fc.assert(
      fc.property(size, size, (rows, cols) => {
        const arena = new Arena(
          [
            [rows, cols],
            [cols, rows],
          ],
          1,
        );
        const [a, b] = [arena.matrix(rows, cols), arena.matrix(cols, rows)];
        fill(a, (r, c) => 100 * r + c);
        transpose(a, b);
        for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) expect(at(b, c, r)).toBe(100 * r + c);
      }),
    );
  });
});
