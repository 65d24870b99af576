import fc from "fast-check";
import { expect, it } from "vitest";
import { addressWidth, bit, bitWidth, countWidth, leaves, record, sint, typeName, uint, vec } from "./types.ts";

it("names a leaf by the path to it and counts its bits", () => {
  const type = record({ on: bit, lanes: vec(2, record({ re: sint(3), im: uint(4) })) });
  expect(leaves("p", type).map(({ name, type: leaf }) => `${name}: ${typeName(leaf)}`)).toEqual([
    "p_on: bit",
    "p_lanes_0_re: sint(3)",
    "p_lanes_0_im: uint(4)",
    "p_lanes_1_re: sint(3)",
    "p_lanes_1_im: uint(4)",
  ]);
  expect(bitWidth(type)).toBe(15);
  expect(typeName(type)).toBe("record({ on: bit, lanes: vec(2, record({ re: sint(3), im: uint(4) })) })");
});

it("gives the least width that holds an address or a count", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (n) => {
      expect(2 ** addressWidth(n)).toBeGreaterThanOrEqual(n);
      expect(2 ** countWidth(n)).toBeGreaterThan(n);
      if (n > 2) expect(2 ** (addressWidth(n) - 1)).toBeLessThan(n);
      if (n > 1) expect(2 ** (countWidth(n) - 1)).toBeLessThanOrEqual(n);
    }),
  );
});
