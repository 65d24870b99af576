import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { countEntries, decodeCsc, encodeCsc } from "./csc.ts";
import { rowRotations } from "./rotations.ts";
import { type Entry, fromDense, fromEntries, toEntries } from "./sparse.ts";

/** Fig 2 of the paper, rows and columns of PE0: 16 x 8, 4 PEs; one code serves all. */
const figure2: Entry[] = [
  [0, 0],
  [8, 0],
  [12, 0],
  [4, 1],
  [0, 2],
  [12, 2],
  [0, 4],
  [4, 4],
  [0, 5],
  [12, 5],
  [0, 6],
  [8, 7],
  [12, 7],
].map(([row, col]): Entry => [row, col, 1]);

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 200 }),
  cols: fc.integer({ min: 1, max: 12 }),
  pes: fc.integer({ min: 1, max: 9 }),
  indexBits: fc.integer({ min: 1, max: 8 }),
  codes: fc.constantFrom(1, 3, 255),
});
const matrix = shape.chain((s) => {
  const position = fc.record({
    row: fc.nat(s.rows - 1),
    col: fc.nat(s.cols - 1),
    code: fc.integer({ min: 1, max: s.codes }),
  });
  const entries = fc.uniqueArray(position, { selector: ({ row, col }) => row * s.cols + col, maxLength: 60 });
  return entries.map((list) => ({ ...s, entries: list.map(({ row, col, code }): Entry => [row, col, code]) }));
});

describe("encodeCsc", () => {
  it("gives the memory of PE0 in figure 3 of the paper", () => {
    const [pe0] = encodeCsc(fromEntries(16, 8, figure2), { pes: 4, indexBits: 4 });
    expect(Array.from(pe0.indices)).toEqual([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, 0, 2, 0]);
    expect(Array.from(pe0.pointers)).toEqual([0, 3, 4, 6, 6, 8, 10, 11, 13]);
  });

  it("pads the paper's column with 18 zeros in a row", () => {
    const column = [0, 0, 1, 2, ...Array<number>(18).fill(0), 3];
    const [pe] = encodeCsc(fromDense(column.map((code) => [code])), { pes: 1, indexBits: 4 });
    expect(Array.from(pe.codes)).toEqual([1, 2, 0, 3]);
    expect(Array.from(pe.indices)).toEqual([2, 0, 15, 2]);
  });

  it("pads as little as can be: a gap of g zeros takes floor(g / 2^indexBits) entries", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 8 }), (gap, indexBits) => {
        const [pe] = encodeCsc(fromEntries(gap + 5, 1, [[gap, 0, 1]]), { pes: 1, indexBits });
        expect(pe.codes.length).toBe(Math.floor(gap / 2 ** indexBits) + 1);
      }),
    );
  });

  it("reads back by the rule of the format: a running sum of index + 1 gives the local row", () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, pes, indexBits, entries }) => {
        const dense = Array.from({ length: rows }, () => Array<number>(cols).fill(0));
        encodeCsc(fromEntries(rows, cols, entries), { pes, indexBits }).forEach((pe, k) => {
          for (let col = 0; col < cols; col++) {
            let row = -1;
            for (let at = pe.pointers[col]; at < pe.pointers[col + 1]; at++) {
              row += pe.indices[at] + 1;
              dense[row * pes + k][col] = pe.codes[at];
              expect(pe.indices[at]).toBeLessThan(2 ** indexBits);
            }
          }
        });
        const wanted = Array.from({ length: rows }, () => Array<number>(cols).fill(0));
        for (const [row, col, code] of entries) wanted[row][col] = code;
        expect(dense).toEqual(wanted);
      }),
    );
  });
});

describe("decodeCsc", () => {
  it("inverts the encoder, and countEntries predicts it", () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, pes, indexBits, entries }) => {
        const sparse = fromEntries(rows, cols, entries);
        const encoded = encodeCsc(sparse, { pes, indexBits });
        expect(decodeCsc(encoded, rows)).toEqual(sparse);
        expect(Array.from(countEntries(sparse, { pes, indexBits }))).toEqual(encoded.map(({ codes }) => codes.length));
        const format = { pes, indexBits, balance: true };
        const balanced = encodeCsc(sparse, format);
        expect(decodeCsc(balanced, rows, rowRotations(sparse, pes))).toEqual(sparse);
        expect(Array.from(countEntries(sparse, format))).toEqual(balanced.map(({ codes }) => codes.length));
        const inOrder = (a: Entry, b: Entry) => a[1] - b[1] || a[0] - b[0];
        expect(toEntries(sparse)).toEqual([...entries].sort(inOrder));
      }),
    );
  });

  it.each([
    [[0, 2, 1], "pointer 2"],
    [[0, 1, 3], "last pointer"],
    [[1, 1, 2], "pointer 0"],
  ])("refuses pointers %j", (pointers, where) => {
    const pe = { codes: Uint8Array.of(1, 1), indices: Uint8Array.of(0, 0), pointers: Uint32Array.from(pointers) };
    expect(() => decodeCsc([pe], 4)).toThrow(UserError);
    try {
      decodeCsc([pe], 4);
    } catch (error) {
      expect((error as UserError).details.where).toContain(where);
    }
  });

  it("refuses an entry below the last row", () => {
    const pe = { codes: Uint8Array.of(1), indices: Uint8Array.of(4), pointers: Uint32Array.of(0, 1) };
    expect(() => decodeCsc([pe], 4)).toThrow("the compressed columns do not describe a matrix");
  });
});
