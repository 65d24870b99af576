import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import { encodeEse } from "./encode.ts";
import { compressLstm, pruneTo } from "./lstm.ts";
import { gates } from "./network.ts";
import { type DenseMatrix, type Mask, pruneBalanced, pruneBanks, pruneByMagnitude } from "./prune.ts";
import { beyond, fractionFor, quantiseMatrix } from "./quantise.ts";

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

  it("keeps all where all are asked for, and no less than asked for where parts differ in size", () => {
    const kept = (mask: Mask) => mask.reduce((sum, one) => sum + one, 0);
    const random = new Random(4);
    const matrix = (rows: number, cols: number) => dense(rows, cols, random);
    expect(kept(pruneBalanced(matrix(128, 128), 100, 1))).toBe(128 * 128);
    expect(kept(pruneBalanced(matrix(5, 3), 2, 1))).toBe(15);
    expect(kept(pruneBalanced(matrix(10, 10), 20, 0.5))).toBe(50);
    expect(kept(pruneBanks(matrix(8, 128), 8, 0.1))).toBe(102);
    expect(kept(pruneBanks(matrix(4, 3), 5, 0.5))).toBe(6);
    fc.assert(
      fc.property(drawn, ({ rows, cols, parts, share, seed }) => {
        const any = dense(rows, cols, new Random(seed));
        const total = Math.round(share * rows * cols);
        expect(kept(pruneBanks(any, parts, share))).toBe(total);
        expect(Math.abs(kept(pruneBalanced(any, parts, share)) - total)).toBeLessThanOrEqual(parts / 2);
        expect(kept(pruneBalanced(any, parts, 1))).toBe(rows * cols);
      }),
    );
  });

  it("for balance keeps the largest of every PE, as many on each", () => {
    fc.assert(
      fc.property(drawn, ({ rows, cols, parts: pes, share, seed }) => {
        const matrix = dense(rows, cols, new Random(seed));
        const mask = pruneBalanced(matrix, pes, share);
        const counts: number[] = [];
        const full: boolean[] = [];
        for (let pe = 0; pe < pes; pe++) {
          const inPart = (at: number) => Math.floor(at / cols) % pes === pe;
          const has = Array.from(mask.keys()).filter(inPart);
          counts.push(has.filter((at) => mask[at]).length);
          full.push(counts[pe] === has.length);
          keepsTheLargest(matrix, mask, inPart);
        }
        const most = Math.max(...counts);
        counts.forEach((count, pe) => {
          if (!full[pe]) expect(count).toBe(most);
        });
      }),
    );
  });

  it("by banks keeps as many of every bank of a row, or one more", () => {
    fc.assert(
      fc.property(drawn, ({ rows, cols, parts: banks, share, seed }) => {
        const matrix = dense(rows, cols, new Random(seed));
        const mask = pruneBanks(matrix, banks, share);
        const length = Math.ceil(cols / banks);
        let least = Number.POSITIVE_INFINITY;
        let most = 0;
        for (let row = 0; row < rows; row++) {
          for (let bank = 0; bank * length < cols; bank++) {
            const inBank = (at: number) => Math.floor(at / cols) === row && Math.floor((at % cols) / length) === bank;
            const has = Array.from(mask.keys()).filter(inBank);
            const count = has.filter((at) => mask[at]).length;
            most = Math.max(most, count);
            if (count < has.length) least = Math.min(least, count);
            keepsTheLargest(matrix, mask, inBank);
          }
        }
        expect(most - least).toBeLessThanOrEqual(1);
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

  it("counts what no format holds", () => {
    const values = Float32Array.of(2047.4, 2047.6, -2048.4, -2049, 0.3);
    expect(beyond(values, 12, 0)).toBe(2);
    expect(beyond(values, 13, 0)).toBe(0);
    expect(beyond(values, 12, 11)).toBe(4);
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
