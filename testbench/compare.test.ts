import fc from "fast-check";
import { expect, it } from "vitest";
import { compareDeep } from "./compare.ts";

it("counts scalars and names the first place that differs", () => {
  const expected = { y: [1, 2, 3], rows: [[true], [false]], note: "same" };
  expect(compareDeep(expected, structuredClone(expected))).toEqual({ compared: 6, differences: 0 });
  expect(compareDeep(expected, { ...expected, y: [1, 5, 6] })).toEqual({
    compared: 6,
    differences: 2,
    first: { path: "y[1]", expected: 2, got: 5 },
  });
  expect(compareDeep(expected, { ...expected, rows: [[true], [true]] }).first?.path).toBe("rows[1][0]");
});

it("sees what is missing, and what is too much", () => {
  expect(compareDeep([1, 2], [1]).first).toEqual({ path: "[1]", expected: 2, got: undefined });
  expect(compareDeep({ a: 1 }, { a: 1, b: 2 }).first).toEqual({ path: "b", expected: undefined, got: 2 });
  expect(compareDeep([1], { 0: 1 }).differences).toBe(1);
  expect(compareDeep([], undefined).differences).toBe(1);
  expect(compareDeep([], []).compared).toBe(0);
});

it("takes a bigint for the number it equals, and for no other thing", () => {
  expect(compareDeep([5n, -1], [5, -1n]).differences).toBe(0);
  expect(compareDeep([5n], [6]).differences).toBe(1);
  expect(compareDeep([1n], [true]).differences).toBe(1);
  expect(compareDeep([2n ** 60n], [Number(2n ** 60n) + 2 ** 9]).differences).toBe(1);
});

it("finds no difference between a value and itself, and one after any change of a number", () => {
  const values = fc.array(fc.array(fc.integer(), { minLength: 1 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.nat(), fc.nat(), (rows, i, j) => {
      expect(compareDeep(rows, structuredClone(rows)).differences).toBe(0);
      const changed = structuredClone(rows);
      const row = i % rows.length;
      const column = j % rows[row].length;
      changed[row][column]++;
      expect(compareDeep(rows, changed).first?.path).toBe(`[${row}][${column}]`);
    }),
  );
});
