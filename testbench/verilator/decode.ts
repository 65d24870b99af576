import { columnIn, columnWords } from "./column.ts";
import { magic, protocolVersion, type ResultShape, statuses } from "./protocol.ts";

/** Take the words of a reply apart into values, one list a command. */
export function decodeResults(words: Uint32Array, shapes: readonly ResultShape[]): bigint[][] {
  let at = 0;
  const value = (width: number): bigint => {
    if (width <= 32) return BigInt(words[at++]);
    const count = Math.ceil(width / 32);
    let bits = 0n;
    for (let i = count - 1; i >= 0; i--) bits = (bits << 32n) | BigInt(words[at + i]);
    at += count;
    return bits;
  };
  const column = (width: number, rows: number): bigint[] => {
    const start = at;
    at += columnWords(width, rows);
    if (width <= 32) return Array.from(columnIn(words, start, width, rows), BigInt);
    at = start;
    return Array.from({ length: rows }, () => value(width));
  };
  return shapes.map(({ widths, rows, tail = [], columns = false }) => {
    const values: bigint[] = [];
    if (columns) {
      const all = widths.map((width) => column(width, rows));
      for (let row = 0; row < rows; row++) for (const one of all) values.push(one[row]);
    } else {
      for (let row = 0; row < rows; row++) for (const width of widths) values.push(value(width));
    }
    for (const width of tail) values.push(value(width));
    return values;
  });
}

/** How many words a reply holds for these shapes. */
export function resultWords(shapes: readonly ResultShape[]): number {
  const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
  return total(
    shapes.map(({ widths, rows, tail = [], columns = false }) => {
      const values = columns
        ? widths.map((width) => columnWords(width, rows))
        : widths.map((width) => rows * Math.ceil(width / 32));
      return total(values) + total(tail.map((width) => Math.ceil(width / 32)));
    }),
  );
}

/** A reply, its header taken apart. */
export interface Reply {
  readonly id: number;
  readonly status: (typeof statuses)[number];
  readonly edges: number;
  /** The command that failed. */
  readonly index: number;
  /** What the commands gave. */
  readonly words: Uint32Array;
  /** Why a command failed. */
  readonly message: string;
}

/** A reply frame, or undefined when it is none. */
export function decodeReply(frame: Buffer): Reply | undefined {
  if (frame.length < 28 || frame.length % 4 !== 0) return undefined;
  const header = (place: number) => frame.readUInt32LE(4 * place);
  const status = statuses[header(3)];
  if (header(0) !== magic || header(1) !== protocolVersion || status === undefined) return undefined;
  const words = wordsIn(frame.subarray(28));
  return {
    id: header(2),
    status,
    edges: header(5) * 2 ** 32 + header(4),
    index: header(6),
    words,
    message: status === "ok" ? "" : frame.toString("utf8", 32, 32 + (words[0] ?? 0)),
  };
}

/** Words must lie on a multiple of four; a frame within a larger buffer may not, and is copied then: a few of them one by one, which takes no new buffer. */
function wordsIn(frame: Buffer): Uint32Array {
  const { buffer, byteOffset, length } = frame;
  if (length <= 64) {
    const words = new Uint32Array(length / 4);
    for (let i = 0; i < words.length; i++) words[i] = frame.readUInt32LE(4 * i);
    return words;
  }
  if (byteOffset % 4 === 0) return new Uint32Array(buffer, byteOffset, length / 4);
  return new Uint32Array(buffer.slice(byteOffset, byteOffset + length));
}
