import { describe, expect, it } from "vitest";
import { lfsrMasks } from "./lfsr.ts";
import { jumped } from "./lfsr-jump.ts";
import { lfsrWidths, maximalMask } from "./lfsr-masks.ts";

/** Prime factors of 2^n - 1 come in families: those of 2^d - 1 for d | n, and others that are 1 modulo n; trial division finds all. */
function primeFactors(n: number): bigint[] {
  const factors: bigint[] = [];
  let rest = 2n ** BigInt(n) - 1n;
  const divide = (prime: bigint) => {
    if (rest % prime !== 0n) return;
    factors.push(prime);
    while (rest % prime === 0n) rest /= prime;
  };
  for (let d = 2; d < n; d++) if (n % d === 0) primeFactors(d).forEach(divide);
  for (let p = BigInt(n) + 1n; p * p <= rest; p += BigInt(n)) {
    // A Mersenne prime has no factor, and the search would be long.
    if (n === 61) break;
    divide(p);
  }
  if (rest > 1n) factors.push(rest);
  return factors;
}

/** The smallest number of steps that leads from a state back to itself, by running. */
function runPeriod(width: number): number {
  const mask = Number(maximalMask(width));
  let state = 1;
  let steps = 0;
  do {
    state = state & 1 ? (state >>> 1) ^ mask : state >>> 1;
    steps++;
  } while (state !== 1);
  return steps;
}

describe("maximalMask", () => {
  it.each(lfsrWidths.filter((width) => width <= 24))("%d bits run through every state but 0", (width) => {
    expect(runPeriod(width)).toBe(2 ** width - 1);
  });

  it.each(lfsrWidths)(
    "of %d bits has a primitive polynomial: the order of x is 2^n - 1 and no divisor of it",
    (width) => {
      const period = 2n ** BigInt(width) - 1n;
      const [mask, seed] = [maximalMask(width), 2n ** BigInt(width) - 2n];
      expect(jumped(seed, period, width, mask)).toBe(seed);
      for (const prime of primeFactors(width)) {
        expect(period % prime).toBe(0n);
        expect(jumped(seed, period / prime, width, mask)).not.toBe(seed);
      }
    },
  );

  it("has the masks of the command line", () => {
    const own = Object.keys(lfsrMasks).map((width) => [width, Number(maximalMask(Number(width)))]);
    expect(Object.fromEntries(own)).toEqual(lfsrMasks);
  });

  it("knows no other widths", () => {
    expect(() => maximalMask(1)).toThrow(RangeError);
    expect(() => maximalMask(65)).toThrow(RangeError);
  });
});
