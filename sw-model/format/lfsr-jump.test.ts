import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lfsr, lfsrMasks } from "./lfsr.ts";
import { jumped } from "./lfsr-jump.ts";
import { lfsrWidths, maximalMask } from "./lfsr-masks.ts";

const widths = Object.keys(lfsrMasks).map(Number);

describe("jumped", () => {
  it("is as many single steps", () => {
    fc.assert(
      fc.property(fc.constantFrom(...widths), fc.nat(), fc.nat(5000), (width, number, steps) => {
        const seed = 1 + (number % (2 ** width - 1));
        const lfsr = new Lfsr(width, seed);
        lfsr.advance(steps);
        expect(Number(jumped(BigInt(seed), BigInt(steps), width, BigInt(lfsrMasks[width])))).toBe(lfsr.state);
      }),
    );
  });

  it("adds up, at every width and over any distance", () => {
    const steps = fc.bigInt(0n, 2n ** 80n);
    fc.assert(
      fc.property(fc.constantFrom(...lfsrWidths), fc.bigInt(1n, 2n ** 64n), steps, steps, (width, number, m, n) => {
        const mask = maximalMask(width);
        const seed = 1n + (number % (2n ** BigInt(width) - 1n));
        const far = jumped(jumped(seed, m, width, mask), n, width, mask);
        expect(jumped(seed, m + n, width, mask)).toBe(far);
        expect(jumped(seed, m + 2n ** BigInt(width) - 1n, width, mask)).toBe(jumped(seed, m, width, mask));
      }),
    );
  });
});
