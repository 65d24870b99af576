import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import { encodeEse } from "./encode.ts";
import { compressLstm, pruneTo } from "./lstm.ts";
import { gates } from "./network.ts";
import { type DenseMatrix, type Mask, pruneBalanced, pruneBanks, pruneByMagnitude } from "./prune.ts";
import { fractionFor, quantiseMatrix } from "./quantise.ts";

const dense = (rows: number, cols: number, random: Random): DenseMatrix => ({
  rows,
  cols,
  values: Float32Array.from({ length: rows * cols }, () => random.normal()),
});

const drawn = fc.record({
  rows: fc.integer({ min: 1, max: 24 }),
  cols: fc.integer({ min: 1, max: 12 }),
  parts: fc.integer({ min: 1, max: 6 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.nat(1e6),
});

/** What of a part is kept is no smaller than what is not. */
function keepsTheLargest({ values }: DenseMatrix, mask: Mask, inPart: (at: number) => boolean) {
  const part = Array.from(values, (_, at) => at).filter(inPart);
  const least = Math.min(...part.filter((at) => mask[at]).map((at) => Math.abs(values[at])));
  const most = Math.max(...part.filter((at) => !mask[at]).map((at) => Math.abs(values[at])));
  expect(least).toBeGreaterThanOrEqual(most);
}

describe("pruning", () => {
  it("by magnitude keeps the largest of all", () => {
    fc.assert(
      fc.property(drawn, ({ rows, cols, share, seed }) => {
        const matrix = dense(rows, cols, new Random(seed));
        const mask = pruneByMagnitude(matrix, share);
        expect(mask.reduce((sum, kept) => sum + kept, 0)).toBe(Math.round(share * rows * cols));
        keepsTheLargest(matrix, mask, () => true);
      }),
    );
  });

  it("for balance keeps the largest of every PE, as many on each", () => {
    fc.assert(
      fc.property(drawn, ({ rows, cols, parts: pes, share, seed }) => {
        const matrix = dense(rows, cols, new Random(seed));
        const mask = pruneBalanced(matrix, pes, share);
        for (let pe = 0; pe < pes; pe++) {
          const inPart = (at: number) => Math.floor(at / cols) % pes === pe;
          const has = Array.from(mask.keys()).filter(inPart);
          const want = Math.round((share * rows * cols) / pes);
          expect(has.filter((at) => mask[at]).length).toBe(Math.min(has.length, want));
          keepsTheLargest(matrix, mask, inPart);
        }
      }),
    );
  });

  it("by banks keeps as many of every bank of a row", () => {
    fc.assert(
      fc.property(drawn, ({ rows, cols, parts: banks, share, seed }) => {
        const matrix = dense(rows, cols, new Random(seed));
        const mask = pruneBanks(matrix, banks, share);
        const length = Math.ceil(cols / banks);
        for (let row = 0; row < rows; row++) {
          for (let bank = 0; bank * length < cols; bank++) {
            const inBank = (at: number) => Math.floor(at / cols) === row && Math.floor((at % cols) / length) === bank;
            const has = Array.from(mask.keys()).filter(inBank);
            expect(has.filter((at) => mask[at]).length).toBe(Math.min(has.length, Math.round(share * length)));
            keepsTheLargest(matrix, mask, inBank);
          }
        }
      }),
    );
  });
});

describe("quantisation", () => {
  it("takes the most fraction bits that hold the largest value", () => {
    expect(fractionFor([Float32Array.of(0.5, -0.999)], 12)).toBe(11);
    expect(fractionFor([Float32Array.of(0.5), Float32Array.of(-1)], 12)).toBe(10);
    expect(fractionFor([Float32Array.of(7.9)], 12)).toBe(8);
    expect(fractionFor([Float32Array.of(5000)], 12)).toBe(0);
    expect(fractionFor([new Float32Array(3)], 12)).toBe(11);
  });

  it("is off by at most half a unit, and keeps zeros that were kept", () => {
    const matrix = dense(9, 7, new Random(1));
    const fraction = fractionFor([matrix.values], 12);
    const { entries } = quantiseMatrix(matrix, new Uint8Array(63).fill(1), 12, fraction);
    expect(entries.length).toBe(63);
    for (const [row, col, raw] of entries) {
      expect(Math.abs(raw * 2 ** -fraction - matrix.values[row * 7 + col])).toBeLessThanOrEqual(2 ** -fraction / 2);
    }
  });
});

it("a balanced LSTM has as many entries on every PE, of every matrix", () => {
  const random = new Random(3);
  const byGate = <T>(make: () => T) => ({ i: make(), f: make(), g: make(), o: make() });
  const lstm = {
    input: byGate(() => dense(64, 20, random)),
    recurrent: byGate(() => dense(64, 32, random)),
    projection: dense(32, 64, random),
    bias: byGate(() => dense(64, 1, random).values),
  };
  const { network } = compressLstm(lstm, pruneTo(0.2, 4), { weightBits: 12, biasBits: 16 });
  const lengths = encodeEse(network, { pes: 4, indexBits: 4, blocks: 1, rowDepth: 16 }).map(
    ({ weights }) => weights.length,
  );
  expect(new Set(lengths).size).toBe(1);
  for (const gate of gates) {
    for (let pe = 0; pe < 4; pe++) {
      expect(network.input[gate].entries.filter(([row]) => row % 4 === pe).length).toBe(64);
    }
  }
});
