import fc from "fast-check";
import { type BitMatrix, packBits } from "../../sw-model/binary/bits.ts";
import type { BinaryLayer, Threshold } from "../../sw-model/binary/layer.ts";
import { Random } from "../../sw-model/random.ts";

/** A matrix of random bits. */
export function bitMatrix(rows: number, cols: number): fc.Arbitrary<BitMatrix> {
  const row = fc.array(fc.nat(1), { minLength: cols, maxLength: cols });
  return fc.array(row, { minLength: rows, maxLength: rows }).map((matrix) => packBits(matrix, cols));
}

/** Thresholds for counts up to `cols`: mostly where counts of random bits lie, sometimes at the ends. */
export function thresholdsFor(rows: number, cols: number): fc.Arbitrary<Threshold[]> {
  const spread = Math.ceil(Math.sqrt(cols));
  const half = Math.floor(cols / 2);
  const common = fc.integer({ min: Math.max(0, half - spread), max: Math.min(cols + 1, half + spread) });
  const t = fc.oneof({ weight: 4, arbitrary: common }, fc.nat(cols + 1), fc.constantFrom(0, cols, cols + 1));
  return fc.array(fc.record({ t, flip: fc.boolean() }), { minLength: rows, maxLength: rows });
}

/** A layer with or without thresholds. */
export function binaryLayer(rows: number, cols: number, thresholded: boolean): fc.Arbitrary<BinaryLayer> {
  const weights = bitMatrix(rows, cols);
  if (!thresholded) return fc.record({ weights });
  return fc.record({ weights, thresholds: thresholdsFor(rows, cols) });
}

/** A matrix with every bit the same. */
export function uniform(rows: number, cols: number, bit: 0 | 1): BitMatrix {
  return packBits(
    Array.from({ length: rows }, () => new Array<number>(cols).fill(bit)),
    cols,
  );
}

/** A checkerboard. */
export function checkered(rows: number, cols: number): BitMatrix {
  return packBits(
    Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (_, c) => (r + c) % 2)),
    cols,
  );
}

/** Row i has the bits of i, over and over: rows near each other differ. */
export function counting(rows: number, cols: number): BitMatrix {
  const bits = Math.max(1, Math.ceil(Math.log2(rows)));
  return packBits(
    Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (_, c) => (r >> (c % bits)) & 1)),
    cols,
  );
}

/** Bits without a pattern, the same every time for a seed: rows and columns hardly ever repeat. */
export function scattered(rows: number, cols: number, seed: number): BitMatrix {
  const random = new Random(seed);
  return packBits(
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => (random.uniform() < 0.5 ? 0 : 1))),
    cols,
  );
}
