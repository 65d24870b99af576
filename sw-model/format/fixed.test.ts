import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropBits, fitsSigned, fromRaw, type Rounding, roundings, saturate, signedRange, toRaw } from "./fixed.ts";

const rounding = fc.constantFrom<Rounding>(...roundings);
const safe = fc.maxSafeInteger();
const wide = fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n });

/** The definition, by exact rational comparison: twice the distance to the floor against one unit. */
function roundedByDefinition(x: bigint, k: number, mode: Rounding): bigint {
  const unit = 2n ** BigInt(k);
  const rest = ((x % unit) + unit) % unit;
  const floor = (x - rest) / unit;
  if (mode === "truncate" || 2n * rest < unit) return floor;
  if (2n * rest > unit) return floor + 1n;
  return mode === "nearest" || floor % 2n === 0n ? floor : floor + 1n;
}

describe("dropBits", () => {
  it("follows the definition at every width", () => {
    fc.assert(
      fc.property(wide, fc.nat(70), rounding, (x, k, mode) => {
        expect(dropBits(x, k, mode)).toBe(roundedByDefinition(x, k, mode));
      }),
    );
  });

  it("agrees between number and bigint", () => {
    fc.assert(
      fc.property(safe, fc.nat(60), rounding, (x, k, mode) => {
        expect(BigInt(dropBits(x, k, mode))).toBe(dropBits(BigInt(x), k, mode));
      }),
      { numRuns: 1000 },
    );
  });

  it("agrees with a ties-to-even shift of doubles: adding and removing 1.5 * 2^52", () => {
    const magic = 1.5 * 2 ** 52;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 20 }), (x, k) => {
        expect(dropBits(x, k, "nearest-even")).toBe(x / 2 ** k + magic - magic);
      }),
    );
  });

  it("sends ties down, to even, and truncates towards minus infinity", () => {
    const halves = [-6, -2, 2, 6];
    expect(halves.map((x) => dropBits(x, 2, "nearest"))).toEqual([-2, -1, 0, 1]);
    expect(halves.map((x) => dropBits(x, 2, "nearest-even"))).toEqual([-2, 0, 0, 2].map((v) => v + 0));
    expect(halves.map((x) => dropBits(x, 2, "truncate"))).toEqual([-2, -1, 0, 1]);
  });
});

describe("saturate", () => {
  it("keeps what fits and takes the nearest end otherwise", () => {
    fc.assert(
      fc.property(wide, fc.integer({ min: 1, max: 90 }), (x, width) => {
        const { min, max } = signedRange(width);
        expect(saturate(x, width)).toBe([min, x, max].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[1]);
        expect(fitsSigned(x, width)).toBe(saturate(x, width) === x);
      }),
    );
  });

  it("agrees between number and bigint", () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 1, max: 64 }), (x, width) => {
        expect(BigInt(saturate(x, width))).toBe(saturate(BigInt(x), width));
      }),
    );
  });
});

describe("toRaw and fromRaw", () => {
  const format = fc.record({ il: fc.integer({ min: 1, max: 20 }), fl: fc.integer({ min: 0, max: 20 }) });

  it("round trip every raw value", () => {
    fc.assert(
      fc.property(format, fc.double({ min: 0, max: 1, noNaN: true }), rounding, (f, share, mode) => {
        const width = f.il + f.fl;
        const raw = Math.floor(share * (2 ** width - 1)) - 2 ** (width - 1);
        expect(toRaw(fromRaw(raw, f), f, mode)).toBe(raw);
      }),
    );
  });

  it("is off by at most half a unit inside the range, and by less than one downwards when truncating", () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (value) => {
        const f = { il: 8, fl: 12 };
        for (const mode of ["nearest", "nearest-even"] as const) {
          expect(Math.abs(fromRaw(toRaw(value, f, mode), f) - value)).toBeLessThanOrEqual(2 ** -13);
        }
        const raw = toRaw(value, f, "truncate");
        expect(raw <= value * 2 ** 12 && value * 2 ** 12 < raw + 1).toBe(true);
      }),
    );
  });

  it("saturates at both ends and refuses what is no number", () => {
    expect([-1e9, 1e9].map((value) => toRaw(value, { il: 8, fl: 8 }))).toEqual([-32768, 32767]);
    expect(() => toRaw(Number.NaN, { il: 8, fl: 8 })).toThrow(RangeError);
  });
});
