import { UserError } from "../errors.ts";
import { rowRotations } from "./rotations.ts";
import { type Entry, fromEntries, type SparseMatrix } from "./sparse.ts";

/**
 * The part of a matrix that one processing element stores: interleaved, relative-indexed compressed columns
 * (EIE, section III-C). PE k of `pes` owns rows i with i mod pes = k; its local row is floor(i / pes).
 */
export interface PeColumns {
  /** Codebook code of each stored entry; 0 in a padding entry. */
  readonly codes: Uint8Array;
  /** Zeros of the PE's own rows before each entry, counted from the entry before it in the column. */
  readonly indices: Uint8Array;
  /** Column j occupies entries pointers[j] up to, not including, pointers[j + 1]; cols + 1 values. */
  readonly pointers: Uint32Array;
}

export interface CscFormat {
  readonly pes: number;
  /** Bits of a relative index, 1 to 8. */
  readonly indexBits: number;
  /** Rows live where `rowRotations` puts them, so that the PEs have about equally many entries. Default false. */
  readonly balance?: boolean;
  /** With `balance`: the rotations, where they are not to be chosen for this matrix alone. */
  readonly rotations?: Uint16Array | undefined;
}

/**
 * Encodes a matrix for every PE. A gap longer than 2^indexBits - 1 zeros takes padding entries (code 0, largest index),
 * each of which occupies a row itself and so covers 2^indexBits rows; zeros after the last entry take none.
 */
export function encodeCsc(matrix: SparseMatrix, format: CscFormat): PeColumns[] {
  const { pes, indexBits } = format;
  const largest = 2 ** indexBits - 1;
  const peOf = placement(matrix, format);
  const stores = Array.from(countEntries(matrix, format), (length) => ({
    codes: new Uint8Array(length),
    indices: new Uint8Array(length),
    pointers: new Uint32Array(matrix.cols + 1),
  }));
  const used = new Uint32Array(pes);
  const nextRow = new Uint32Array(pes);
  for (let col = 0; col < matrix.cols; col++) {
    nextRow.fill(0);
    for (let at = matrix.columnStart[col]; at < matrix.columnStart[col + 1]; at++) {
      const pe = peOf[matrix.rowOf[at]];
      const row = Math.floor(matrix.rowOf[at] / pes);
      const { codes, indices } = stores[pe];
      // Fresh stores hold code 0, so a padding entry only needs its index.
      for (; row - nextRow[pe] > largest; nextRow[pe] += largest + 1) indices[used[pe]++] = largest;
      codes[used[pe]] = matrix.codeOf[at];
      indices[used[pe]++] = row - nextRow[pe];
      nextRow[pe] = row + 1;
    }
    stores.forEach(({ pointers }, pe) => {
      pointers[col + 1] = used[pe];
    });
  }
  return stores;
}

/** Entries that each PE stores, padding included; cheaper than encoding. */
export function countEntries(matrix: SparseMatrix, format: CscFormat): Uint32Array {
  const { pes } = format;
  const sums = new Uint32Array(pes);
  countColumns(matrix, format).forEach((count, i) => {
    sums[i % pes] += count;
  });
  return sums;
}

/** Entries of each column on each PE, padding included: of column j on PE k at j · pes + k. */
export function countColumns(matrix: SparseMatrix, format: CscFormat): Uint32Array {
  const { pes, indexBits } = format;
  const peOf = placement(matrix, format);
  const counts = new Uint32Array(matrix.cols * pes);
  const nextRow = new Uint32Array(pes);
  for (let col = 0; col < matrix.cols; col++) {
    nextRow.fill(0);
    for (let at = matrix.columnStart[col]; at < matrix.columnStart[col + 1]; at++) {
      const row = matrix.rowOf[at];
      const pe = peOf[row];
      const local = Math.floor(row / pes);
      counts[col * pes + pe] += ((local - nextRow[pe]) >>> indexBits) + 1;
      nextRow[pe] = local + 1;
    }
  }
  return counts;
}

/** The row of the matrix that stands at a local row of a PE. */
export function rowAt(pe: number, localRow: number, pes: number, rotations?: ArrayLike<number>): number {
  return localRow * pes + ((pe + pes - (rotations?.[localRow] ?? 0)) % pes);
}

/** The PE of every row of the matrix. */
export function placement(matrix: SparseMatrix, { pes, balance = false, rotations }: CscFormat): Uint32Array {
  const by = balance ? (rotations ?? rowRotations(matrix, pes)) : undefined;
  return Uint32Array.from({ length: matrix.rows }, (_, row) => (row + (by?.[Math.floor(row / pes)] ?? 0)) % pes);
}

/**
 * Rebuilds the matrix of `rows` rows from the encoded columns of all its PEs, which had the given rotations, if any. Entries with code 0 vanish: padding and
 * a stored zero look alike. Throws bad-csc where pointers run backwards or an entry lies outside the matrix.
 */
export function decodeCsc(columns: readonly PeColumns[], rows: number, rotations?: ArrayLike<number>): SparseMatrix {
  const pes = columns.length;
  const cols = columns[0].pointers.length - 1;
  const entries: Entry[] = [];
  columns.forEach(({ codes, indices, pointers }, pe) => {
    checkPointers(pointers, codes.length, cols, pe);
    for (let col = 0; col < cols; col++) {
      let localRow = -1;
      for (let at = pointers[col]; at < pointers[col + 1]; at++) {
        localRow += indices[at] + 1;
        const row = rowAt(pe, localRow, pes, rotations);
        if (row >= rows) throw badCsc(`PE ${pe}, entry ${at}`, `a row below ${rows}`, `row ${row}`);
        if (codes[at] !== 0) entries.push([row, col, codes[at]]);
      }
    }
  });
  return fromEntries(rows, cols, entries);
}

function checkPointers(pointers: Uint32Array, length: number, cols: number, pe: number): void {
  if (pointers.length !== cols + 1) throw badCsc(`PE ${pe}`, `${cols + 1} pointers`, `${pointers.length}`);
  if (pointers[0] !== 0) throw badCsc(`PE ${pe}, pointer 0`, "0", `${pointers[0]}`);
  for (let col = 0; col < cols; col++) {
    if (pointers[col + 1] >= pointers[col]) continue;
    throw badCsc(`PE ${pe}, pointer ${col + 1}`, `at least ${pointers[col]}`, `${pointers[col + 1]}`);
  }
  if (pointers[cols] !== length) throw badCsc(`PE ${pe}, last pointer`, `${length}`, `${pointers[cols]}`);
}

function badCsc(where: string, expected: string, found: string): UserError {
  return new UserError({
    code: "bad-csc",
    message: "the compressed columns do not describe a matrix",
    where,
    expected,
    found,
  });
}
