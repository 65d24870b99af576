import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macRoundings } from "../format/fixed.ts";
import { lfsrMasks } from "../format/lfsr.ts";
import { resolveParameters } from "../parameters.ts";
import { exactDot } from "./dot.ts";
import { goldenSrmac } from "./golden.ts";
import { Rounder } from "./rounder.ts";
import { type SrmacParameters, srmacSpec } from "./spec.ts";

const { parameters: defaults } = resolveParameters(srmacSpec);

/** Parameters of any widths that keep the rules. */
const anyParameters: fc.Arbitrary<SrmacParameters> = fc
  .record({
    width: fc.integer({ min: 2, max: 32 }),
    bWidth: fc.constantFrom(0, 2, 17, 25, 32),
    accWidth: fc.integer({ min: 2, max: 128 }),
    outWidth: fc.integer({ min: 1, max: 64 }),
    rounding: fc.constantFrom(...macRoundings),
    lfsrWidth: fc.constantFrom(8, 16, 24, 32),
    stepsPerDraw: fc.integer({ min: 1, max: 20 }),
    drop: fc.nat(128),
    fewer: fc.oneof(fc.constant(0), fc.nat(32)),
  })
  .map(({ drop, fewer, ...rest }) => {
    const all = rest.rounding === "stochastic" && fewer === 0;
    const dropBits = drop % (Math.min(rest.accWidth, all ? rest.lfsrWidth : 128) + 1);
    return { ...rest, dropBits, randomBits: Math.min(fewer, dropBits, rest.lfsrWidth) } as SrmacParameters;
  });

const valuesOf = (width: number, length = 12) =>
  fc.array(
    fc.oneof(fc.integer({ min: -(2 ** (width - 1)), max: 2 ** (width - 1) - 1 }), fc.constant(-(2 ** (width - 1)))),
    { maxLength: length },
  );

/** A step of the LFSR by the text of rule 3, on bigints. */
function step(state: bigint, width: number): bigint {
  const lowest = state & 1n;
  const shifted = state >> 1n;
  return lowest === 1n ? shifted ^ BigInt(lfsrMasks[width]) : shifted;
}

/** floor(value / 2^k), and whether the rest is above, at or below one half. */
function halves(value: bigint, k: number): { floor: bigint; side: number } {
  const unit = 2n ** BigInt(k);
  const rest = ((value % unit) + unit) % unit;
  return { floor: (value - rest) / unit, side: Math.sign(Number(2n * rest - unit)) };
}

describe("goldenSrmac", () => {
  it("follows the rules as they are written, with bigints alone, at any width", () => {
    const cases = anyParameters.chain((p) =>
      fc.record({
        p: fc.constant(p),
        dots: fc.array(
          fc.tuple(valuesOf(p.width), valuesOf(p.bWidth === 0 ? p.width : p.bWidth)).map(([a, b]) => {
            const length = Math.min(a.length, b.length);
            return { a: a.slice(0, length), b: b.slice(0, length) };
          }),
          { maxLength: 6 },
        ),
        seed: fc.integer({ min: 1, max: 2 ** p.lfsrWidth - 1 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ p, dots, seed }) => {
        let state = BigInt(seed);
        const wanted = dots.map(({ a, b }) => {
          const sum = a.reduce((total, x, i) => total + BigInt(x) * BigInt(b[i]), 0n);
          const modulus = 2n ** BigInt(p.accWidth);
          let acc = ((sum % modulus) + modulus) % modulus;
          if (acc >= modulus / 2n) acc -= modulus;
          const { floor, side } = halves(acc, p.dropBits);
          let y = floor;
          if (p.dropBits > 0 && p.rounding === "nearest") y += side > 0 ? 1n : 0n;
          if (p.dropBits > 0 && p.rounding === "nearest-even")
            y += side > 0 || (side === 0 && floor % 2n !== 0n) ? 1n : 0n;
          if (p.dropBits > 0 && p.rounding === "stochastic") {
            const bits = BigInt(p.randomBits === 0 ? p.dropBits : p.randomBits);
            // Random bits stand at the top of the dropped ones.
            y = halves(acc + (state % 2n ** bits) * 2n ** (BigInt(p.dropBits) - bits), p.dropBits).floor;
            for (let i = 0; i < p.stepsPerDraw; i++) state = step(state, p.lfsrWidth);
          }
          const most = 2n ** BigInt(p.outWidth - 1) - 1n;
          return y > most ? most : y < -most - 1n ? -most - 1n : y;
        });
        expect(goldenSrmac(p, { dots, seed }).y).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it("gives by hand: one draw a result, empty and saturating ones too", () => {
    // 1, 0xb400, 0x5a00, 0x2d00 are the states; their low 8 bits 1, 0, 0, 0, then 0x1680 has 0x80.
    const dots = [
      { a: [255], b: [1] },
      { a: [], b: [] },
      { a: [-32768, -32768], b: [-32768, -32768] },
      { a: [255], b: [1] },
      { a: [128, 1], b: [1, 0] },
    ];
    expect(goldenSrmac(defaults, { dots, seed: 1 }).y).toEqual([1n, 0n, 32767n, 0n, 1n]);
    expect(goldenSrmac({ ...defaults, rounding: "nearest" }, { dots }).y).toEqual([1n, 0n, 32767n, 1n, 0n]);
  });

  it("wraps at the accumulator before it rounds", () => {
    const p = {
      ...defaults,
      width: 8,
      accWidth: 16,
      dropBits: 0,
      outWidth: 20,
      rounding: "truncate",
    } as SrmacParameters;
    expect(goldenSrmac(p, { dots: [{ a: [127, 127, 127], b: [127, 127, 127] }] }).y).toEqual([
      BigInt(3 * 127 * 127 - 65536),
    ]);
  });
});

describe("stochastic rounding", () => {
  it.each([1, 4, 7, 8])(
    "goes up in the share of states that the dropped %d bits ask for, over the whole period",
    (k) => {
      const parameters: SrmacParameters = { ...defaults, lfsrWidth: 8, dropBits: k };
      for (let low = 0; low < 2 ** k; low++) {
        const rounder = new Rounder(parameters, 1);
        let ups = 0;
        for (let i = 0; i < 255; i++) ups += Number(rounder.round(BigInt(low)));
        // State 0 is never drawn, so the share is low / 2^k * 256 / 255 in place of low / 2^k.
        expect(ups).toBe(low * 2 ** (8 - k));
      }
    },
  );

  it("is the floor of the value plus a uniform number, as doubles compute it", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 1, max: 16 }), (x, seed, k) => {
        const rounder = new Rounder({ ...defaults, dropBits: k, outWidth: 40 }, seed);
        expect(Number(rounder.round(BigInt(x)))).toBe(Math.floor(x / 2 ** k + (seed % 2 ** k) / 2 ** k));
      }),
    );
  });
});

describe("exactDot", () => {
  it("is exact where doubles are not, in long vectors of extreme values", () => {
    for (const [width, length] of [
      [32, 5],
      [27, 3000],
      [26, 3000],
      [16, 20_000],
    ]) {
      const extreme = -(2 ** (width - 1));
      const a = Array.from({ length }, (_, i) => (i % 5 === 4 ? 1 - extreme - 2 : extreme));
      const b = Array.from({ length }, (_, i) => (i % 7 === 6 ? extreme + 1 : extreme));
      const wanted = a.reduce((sum, x, i) => sum + BigInt(x) * BigInt(b[i]), 0n);
      expect(exactDot(a, b, width)).toBe(wanted);
      const narrow = a.map((x) => Math.sign(x));
      expect(exactDot(narrow, b, 2, width)).toBe(exactDot(b, narrow, width, 2));
      expect(exactDot(narrow, b, 2, width)).toBe(b.reduce((sum, x, i) => sum + BigInt(x * narrow[i]), 0n));
    }
  });
});
