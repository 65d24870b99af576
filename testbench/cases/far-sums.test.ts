import fc from "fast-check";
import { expect, it } from "vitest";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import { addendsOf, farSums } from "./far-sums.ts";
import { srmacPoint } from "./mac-points.ts";

const sumOf = ({ product, count, rest }: NonNullable<ReturnType<typeof addendsOf>>) =>
  [[BigInt(count), ...product.map(BigInt)], ...rest.map((pair) => [1n, ...pair.map(BigInt)])].reduce(
    (sum, [n, a, b]) => sum + n * a * b,
    0n,
  );

it("addends are values of their widths and make up the sum, or there are too many of them", () => {
  const sums = fc.tuple(
    srmacPoint,
    fc.nat(3000),
    fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }),
    fc.integer({ min: 0, max: 70 }),
  );
  fc.assert(
    fc.property(sums, ([p, most, number, shift]) => {
      const sum = number >> BigInt(shift);
      const addends = addendsOf(sum, p, most);
      const [aEnd, bEnd] = [2 ** (p.width - 1), 2 ** (bWidthOf(p) - 1)];
      const reach = BigInt(most) * BigInt(aEnd) * BigInt(bEnd);
      expect(addends === undefined).toBe(sum > reach || -sum > reach);
      if (!addends) return;
      expect(sumOf(addends)).toBe(sum);
      for (const [a, b] of [addends.product, ...addends.rest]) {
        expect(a >= -aEnd && a < aEnd && b >= -bEnd && b < bEnd).toBe(true);
      }
    }),
  );
});

it("at 16 by 16 bits 2^17 products reach the end of 48 bits, and every bit above the result's", () => {
  const p = { width: 16, bWidth: 0, accWidth: 48, dropBits: 8, outWidth: 16 };
  const sums = farSums(p, 2 ** 17).map(sumOf);
  const bits = Array.from({ length: 24 }, (_, i) => 1n << BigInt(23 + i));
  const end = 1n << 47n;
  expect(sums).toEqual([end - 1n, ...bits.flatMap((bit) => [bit, -1n - bit]), end]);
});
