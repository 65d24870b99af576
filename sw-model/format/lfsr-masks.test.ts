import { describe, expect, it } from "vitest";
import { newFactors } from "./fixtures/mersenne-factors.ts";
import { lfsrMasks } from "./lfsr.ts";
import { jumped } from "./lfsr-jump.ts";
import { lfsrWidths, maximalMask } from "./lfsr-masks.ts";

/** Prime factors of 2^n - 1: those of 2^d - 1 for d | n, and new ones, which are 1 modulo n. Up to 64 bits trial division finds these. */
function primeFactors(n: number): bigint[] {
  const factors: bigint[] = [];
  let rest = 2n ** BigInt(n) - 1n;
  const divide = (prime: bigint) => {
    if (rest % prime !== 0n) return;
    factors.push(prime);
    while (rest % prime === 0n) rest /= prime;
  };
  for (let d = 2; d < n; d++) if (n % d === 0) primeFactors(d).forEach(divide);
  if (n > 64) newFactors[n].forEach(divide);
  // A Mersenne prime has no factor, and the search would be long.
  else if (n !== 61) for (let p = BigInt(n) + 1n; p * p <= rest; p += BigInt(n)) divide(p);
  // Beyond 64 bits it is 1 unless a factor is missing.
  if (rest > 1n) factors.push(rest);
  return factors;
}

/** Miller-Rabin with these bases: a composite number passes for a prime one with a probability below 4^-24. */
function isPrime(n: bigint): boolean {
  const bases = [
    2n,
    3n,
    5n,
    7n,
    11n,
    13n,
    17n,
    19n,
    23n,
    29n,
    31n,
    37n,
    41n,
    43n,
    47n,
    53n,
    59n,
    61n,
    67n,
    71n,
    73n,
    79n,
    83n,
    89n,
  ];
  if (n < 90n) return bases.includes(n);
  let [odd, twos] = [n - 1n, 0];
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return bases.every((base) => {
    let power = powerOf(base, odd, n);
    if (power === 1n) return true;
    for (let i = 1; i < twos && power !== n - 1n; i++) power = (power * power) % n;
    return power === n - 1n;
  });
}

function powerOf(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
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

describe("the factors of 2^n - 1", () => {
  it("are prime, and leave nothing", () => {
    // What trial division has to be right about.
    expect([2n, 91n, 97n, 561n, 2n ** 61n - 1n, 2n ** 67n - 1n].map(isPrime)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    for (const width of lfsrWidths) {
      const factors = primeFactors(width);
      expect(factors.filter((factor) => !isPrime(factor))).toEqual([]);
      if (width > 64) expect(factors).toEqual(expect.arrayContaining([...newFactors[width]]));
      let rest = 2n ** BigInt(width) - 1n;
      for (const factor of factors) while (rest % factor === 0n) rest /= factor;
      expect(rest).toBe(1n);
    }
  });
});

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

  it("has every width from 2 to 168 bits, and no other", () => {
    expect(lfsrWidths).toEqual(Array.from({ length: 167 }, (_, i) => i + 2));
    for (const width of [0, 1, 2.5, 169, Number.NaN]) expect(() => maximalMask(width)).toThrow(RangeError);
    expect(() => maximalMask(169)).toThrow(/169 bits: widths are integers from 2 to 168; .* of your own/);
  });
});
