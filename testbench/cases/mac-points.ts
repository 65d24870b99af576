import fc from "fast-check";
import { macRoundings } from "../../sw-model/format/fixed.ts";
import { macStructures } from "../../sw-model/srmac/spec.ts";

/** Widths, roundings and structures of a unit that rounds as `srmac` does; odd ones out of the rules are made to fit them. */
const macPoint = fc
  .record({
    width: fc.oneof(fc.integer({ min: 2, max: 32 }), fc.constantFrom(2, 16, 18)),
    bWidth: fc.oneof(fc.constant(0), fc.integer({ min: 2, max: 32 }), fc.constantFrom(2, 25)),
    accWidth: fc.oneof(fc.integer({ min: 2, max: 128 }), fc.constantFrom(2, 16, 47, 48)),
    dropBits: fc.oneof(fc.nat(24), fc.constantFrom(0, 1, 8)),
    outWidth: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constantFrom(1, 2, 16)),
    rounding: fc.constantFrom("stochastic", ...macRoundings),
    lfsrWidth: fc.constantFrom(8, 16, 24, 32),
    stepsPerDraw: fc.constantFrom(1, 2, 8, 16, 37),
    fewer: fc.constantFrom(0, 0, 1, 5, 8),
    structure: fc.constantFrom(...macStructures),
  })
  .map(({ accWidth, dropBits, outWidth, structure, fewer, ...rest }) => {
    const acc = structure === "dsp48e1" ? Math.min(accWidth, 48) : accWidth;
    const random = rest.rounding === "stochastic" && fewer === 0 ? rest.lfsrWidth : 128;
    const drop = Math.min(dropBits, acc, random, acc === 48 ? 47 : 128);
    const out = structure === "dsp48e1" && acc === 48 ? Math.min(outWidth, 48 - drop) : outWidth;
    return { ...rest, structure, accWidth: acc, dropBits: drop, outWidth: out, randomBits: Math.min(fewer, drop) };
  });

export const srmacPoint = macPoint;

/** Arrays of all shapes up to 9 x 9, and larger ones; those of full adders stay small, since simulators take minutes for hundreds of such units. */
function arrayPoint(rows: fc.Arbitrary<number>, cols: fc.Arbitrary<number>) {
  return fc
    .tuple(fc.record({ rows, cols }), macPoint)
    .map(([{ rows, cols }, mac]) =>
      mac.structure === "logic" ? { ...mac, rows: Math.min(rows, 4), cols: Math.min(cols, 4) } : { ...mac, rows, cols },
    );
}

const few = fc.integer({ min: 1, max: 9 });

export const systolicPoint = fc
  .tuple(
    arrayPoint(fc.oneof(few, fc.constantFrom(1, 17, 33)), fc.oneof(few, fc.constantFrom(1, 17))),
    fc.constantFrom(0, 0, 2, 3, 16),
  )
  .map(([array, edgeDepth]) => ({ ...array, edgeDepth }));

/** The fewest squares make panels of every product. */
const squares = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }));

export const matmulPoint = fc
  .tuple(arrayPoint(fc.oneof(few, few, fc.constant(17)), few), fc.record({ aSquares: squares, bSquares: squares }))
  .map(([array, buffers]) => ({ ...array, ...buffers }));
