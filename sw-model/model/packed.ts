import { createHash } from "node:crypto";
import { encodeCsc, type PeColumns } from "../eie/csc.ts";
import type { SparseMatrix } from "../eie/sparse.ts";
import { describe, type Place, wrongShape } from "../shape.ts";

/** Bits of the relative index in a stored model, as in the paper: an entry takes one byte with its 4-bit code. */
export const storedIndexBits = 4;

/** A matrix encoded for one PE in base64: bytes of entries, and 16-bit little-endian entry counts of the columns. */
export interface PackedMatrix {
  /** One byte an entry: the code in the low four bits, the relative index in the high four. */
  readonly entries: string;
  readonly counts: string;
}

/** Packs a matrix whose codes have at most four bits and whose columns hold fewer than 65,536 entries. */
export function packMatrix(matrix: SparseMatrix): PackedMatrix {
  const [{ codes, indices, pointers }] = encodeCsc(matrix, { pes: 1, indexBits: storedIndexBits });
  const entries = Buffer.from(codes.map((code, i) => code | (indices[i] << 4)));
  const counts = Buffer.alloc(2 * matrix.cols);
  for (let col = 0; col < matrix.cols; col++) counts.writeUInt16LE(pointers[col + 1] - pointers[col], 2 * col);
  return { entries: entries.toString("base64"), counts: counts.toString("base64") };
}

/** The stored columns of one PE; `entriesAt` and `countsAt` name the two strings in errors (wrong-shape). */
export function unpackColumns(packed: PackedMatrix, cols: number, entriesAt: Place, countsAt: Place): PeColumns {
  const entries = bytesOf(packed.entries, entriesAt);
  const counts = bytesOf(packed.counts, countsAt);
  if (counts.length !== 2 * cols) throw wrongShape(countsAt, `${2 * cols} bytes`, `${counts.length} bytes`);
  const pointers = new Uint32Array(cols + 1);
  for (let col = 0; col < cols; col++) pointers[col + 1] = pointers[col] + counts.readUInt16LE(2 * col);
  if (pointers[cols] !== entries.length) {
    throw wrongShape(entriesAt, `${pointers[cols]} entries (the sum of counts)`, `${entries.length} entries`);
  }
  const codes = Uint8Array.from(entries, (byte) => byte & 15);
  const indices = Uint8Array.from(entries, (byte) => byte >> 4);
  return { codes, indices, pointers };
}

/** The bytes of canonical base64. Throws `UserError` wrong-shape. */
export function bytesOf(text: string, at: Place): Buffer {
  const bytes = Buffer.from(text, "base64");
  // Node skips what is not base64; only the canonical text comes back the same.
  if (bytes.toString("base64") !== text) throw wrongShape(at, "base64", describe(text));
  return bytes;
}

/** The lower-case hexadecimal SHA-256 of bytes or UTF-8 text. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}
