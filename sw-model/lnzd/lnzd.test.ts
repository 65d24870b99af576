import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { goldenLnzd } from "./golden.ts";
import { parseLnzdOperation } from "./operation.ts";

describe("goldenLnzd", () => {
  it("finds the value before which all are zero", () => {
    const vector = fc.array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), { minLength: 1 });
    fc.assert(
      fc.property(vector, (values) => {
        const [{ valid, index = values.length, value }] = goldenLnzd({ value: true }, { vectors: [values] }).results;
        expect(values.slice(0, index).every((v) => v === 0n)).toBe(true);
        expect(valid).toBe(values.some((v) => v !== 0n));
        expect(value).toBe(values[index]);
        expect(value).not.toBe(0n);
      }),
    );
  });

  it("leaves index and value out where nothing is set", () => {
    expect(
      [true, false].map(
        (value) =>
          goldenLnzd(
            { value },
            {
              vectors: [
                [0n, 0n],
                [0n, 3n],
              ],
            },
          ).results,
      ),
    ).toEqual([
      [{ valid: false }, { valid: true, index: 1, value: 3n }],
      [{ valid: false }, { valid: true, index: 1 }],
    ]);
  });
});

describe("parseLnzdOperation", () => {
  const wide = { inputs: 2, width: 64 };

  it("takes numbers and decimal strings", () => {
    const largest = 2n ** 64n - 1n;
    expect(parseLnzdOperation({ vectors: [[1, `${largest}`]] }, wide)).toEqual({ vectors: [[1n, largest]] });
  });

  it.each([
    [{ vectors: [[1]] }, "$.vectors[0]"],
    [{ vectors: [[1, -1]] }, "$.vectors[0][1]"],
    [
      {
        vectors: [
          [1, 2],
          [0, "18446744073709551616"],
        ],
      },
      "$.vectors[1][1]",
    ],
    [{ vectors: [[1, 2 ** 53]] }, "$.vectors[0][1]"],
    [{ vectors: [["0x10", 1]] }, "$.vectors[0][0]"],
    [{ vectors: [["-0", 1]] }, "$.vectors[0][0]"],
    [{ vectors: [["007", 1]] }, "$.vectors[0][0]"],
    [{ vectors: [[[1], 1]] }, "$.vectors[0][0]"],
    [{ vectors: 3 }, "$.vectors"],
    [{}, "$.vectors"],
  ])("refuses %j", (value, where) => {
    try {
      parseLnzdOperation(value, wide);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).details.where).toBe(where);
    }
  });
});
