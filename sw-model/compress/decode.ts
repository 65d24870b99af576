import { createHash } from "node:crypto";
import { UserError } from "../errors.ts";
import { BitReader } from "./bits.ts";
import {
  biasFlag,
  chainedFlag,
  checksumBytes,
  columnEnd,
  containerVersion,
  headBytes,
  largestSide,
  magic,
  mostColumns,
  reluFlag,
} from "./format.ts";
import { faultOfLengths, HuffmanDecoder } from "./huffman.ts";
import { type CompressedLayer, type CompressedNetwork, largestNetwork } from "./layer.ts";

/** True where the bytes begin as a container does. */
export function isContainer(bytes: Buffer): boolean {
  return bytes.length >= magic.length && bytes.subarray(0, magic.length).equals(magic);
}

/**
 * Reads a container. Every size is checked against the bytes that are there, and the whole against fixed limits, before anything
 * is allocated. Throws `UserError` with the byte concerned: bad-container, bad-checksum, unknown-version.
 */
export function decodeNetwork(bytes: Buffer, file: string): CompressedNetwork {
  if (!isContainer(bytes)) throw badContainer(file, 0, "the first bytes of a container", `${bytes.length} other bytes`);
  const contentEnd = bytes.length - checksumBytes;
  if (contentEnd < headBytes) throw badContainer(file, bytes.length, "more bytes", "the end of the file");
  const version = bytes.readUInt16LE(8);
  if (version !== containerVersion) throw unknownVersion(file, version);
  const content = bytes.subarray(0, contentEnd);
  const found = createHash("sha256").update(content).digest();
  if (!found.equals(bytes.subarray(contentEnd))) throw badChecksum(file, contentEnd, bytes, found);
  return new ContainerReader(content, file).network();
}

/** Takes the parts of a container one after another. */
class ContainerReader {
  readonly #bytes: Buffer;
  readonly #file: string;
  #at = 10;
  #weights = 0;
  #columns = 0;

  constructor(bytes: Buffer, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  network(): CompressedNetwork {
    const flags = this.#integer(1, 0, chainedFlag, "flags");
    const count = this.#integer(2, 1, 65535, "layers");
    const layers: CompressedLayer[] = [];
    for (let i = 0; i < count; i++) {
      const from = this.#at;
      const layer = this.#layer();
      const inputs = layer.matrix.cols - (layer.bias ? 1 : 0);
      const before = layers.at(-1)?.matrix.rows;
      if (flags & chainedFlag && before !== undefined && inputs !== before) {
        throw this.#fail(`${before} inputs, what layer ${i - 1} gives`, `${inputs}`, from);
      }
      layers.push(layer);
    }
    if (this.#at !== this.#bytes.length) {
      throw this.#fail("the end after the last layer", `${this.#bytes.length - this.#at} bytes more`);
    }
    return { chained: (flags & chainedFlag) !== 0, layers };
  }

  #layer(): CompressedLayer {
    const name = this.#name();
    const from = this.#at;
    const rows = this.#integer(4, 1, largestSide, "rows");
    const cols = this.#integer(4, 1, largestSide, "columns");
    this.#weights += rows * cols;
    this.#columns += cols;
    if (this.#weights > largestNetwork || this.#columns > mostColumns) {
      throw this.#fail(
        `at most ${largestNetwork} weights and ${mostColumns} columns in all layers`,
        `${this.#weights} and ${this.#columns}`,
        from,
      );
    }
    const flags = this.#integer(1, 0, biasFlag | reluFlag, "flags");
    const bias = (flags & biasFlag) !== 0;
    if (bias && cols < 2) throw this.#fail("an input besides the bias", "none", from);
    const weightBits = this.#integer(1, 1, 8, "bits of a code");
    const indexBits = this.#integer(1, 1, 8, "bits of an index");
    const values = this.#integer(2, 0, 2 ** weightBits - 1, "values in the codebook");
    const entriesAt = this.#at;
    const entries = this.#integer(4, 0, rows * cols, "entries");
    const streamLength = this.#integer(4, 0, 2 ** 32 - 1, "bytes");
    const codebook = this.#codebook(values);
    const lengths = { codes: this.#lengths(values + 1), indices: this.#lengths(columnEnd(indexBits) + 1) };
    const streamAt = this.#at;
    const stream = this.#take(streamLength);
    // With entries there are at least two symbols beside each other, an index and a column end, so each takes a bit.
    if (entries > 8 * stream.length) {
      throw this.#fail(`at most ${8 * stream.length} entries in ${stream.length} bytes`, `${entries}`, entriesAt);
    }
    const decoded = decodeStream(stream, { rows, cols, entries, indexBits }, lengths);
    if ("fault" in decoded) throw this.#fail(decoded.expected, decoded.fault, streamAt + decoded.byte);
    const { matrix } = decoded;
    return { name, matrix, bias, relu: (flags & reluFlag) !== 0, weightBits, indexBits, codebook };
  }

  #name(): string {
    const length = this.#integer(2, 0, 65535, "bytes of a name");
    const from = this.#at;
    const bytes = this.#take(length);
    const name = bytes.toString("utf8");
    if (!Buffer.from(name, "utf8").equals(bytes)) throw this.#fail("a name in UTF-8", "other bytes", from);
    return name;
  }

  #codebook(values: number): Float32Array {
    const from = this.#at;
    const bytes = this.#take(4 * values);
    const codebook = new Float32Array(values + 1);
    for (let i = 0; i < values; i++) {
      const value = bytes.readFloatLE(4 * i);
      if (!Number.isFinite(value)) throw this.#fail("a finite value", `${value}`, from + 4 * i);
      codebook[i + 1] = value;
    }
    return codebook;
  }

  #lengths(count: number): Uint8Array {
    const from = this.#at;
    const bytes = this.#take(Math.ceil(count / 2));
    const lengths = Uint8Array.from({ length: count }, (_, i) => (bytes[i >> 1] >> (i % 2 === 0 ? 4 : 0)) & 15);
    const fault = faultOfLengths(lengths) ?? (count % 2 === 1 && bytes[count >> 1] & 15 ? "a length more" : undefined);
    if (fault) throw this.#fail(`the lengths of a complete code of ${count} symbols`, fault, from);
    return lengths;
  }

  #integer(bytes: 1 | 2 | 4, min: number, max: number, what: string): number {
    const value = this.#take(bytes).readUIntLE(0, bytes);
    if (value >= min && value <= max) return value;
    throw this.#fail(`${what} from ${min} to ${max}`, `${value}`, this.#at - bytes);
  }

  #take(length: number): Buffer {
    const left = this.#bytes.length - this.#at;
    if (length > left) throw this.#fail(`${length} bytes`, `${left} before the checksum`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #fail(expected: string, found: string, at = this.#at): UserError {
    return badContainer(this.#file, at, expected, found);
  }
}

type Fault = { readonly expected: string; readonly fault: string; readonly byte: number };

function decodeStream(
  stream: Buffer,
  sizes: { readonly rows: number; readonly cols: number; readonly entries: number; readonly indexBits: number },
  lengths: { readonly codes: Uint8Array; readonly indices: Uint8Array },
): { matrix: CompressedLayer["matrix"] } | Fault {
  const { rows, cols, entries, indexBits } = sizes;
  const bits = new BitReader(stream);
  const [indexCode, valueCode] = [new HuffmanDecoder(lengths.indices), new HuffmanDecoder(lengths.codes)];
  const end = columnEnd(indexBits);
  const columnStart = new Uint32Array(cols + 1);
  const rowOf = new Uint32Array(entries);
  const codeOf = new Uint8Array(entries);
  const fault = (expected: string, found: string): Fault => ({ expected, fault: found, byte: bits.position >>> 3 });
  let [kept, stored] = [0, 0];
  for (let col = 0; col < cols; col++) {
    let row = -1;
    let isPadding = false;
    for (;;) {
      const index = indexCode.next(bits);
      if (index === undefined) return fault("an index or a column end", "none");
      if (index === end) break;
      const code = valueCode.next(bits);
      if (code === undefined) return fault("a code", "none");
      if (++stored > entries) return fault(`${entries} entries`, "more");
      row += index + 1;
      if (row >= rows) return fault(`a row below ${rows}`, `row ${row}`);
      isPadding = code === 0;
      if (isPadding && index !== end - 1) return fault("padding with the largest index", `index ${index}`);
      if (isPadding) continue;
      rowOf[kept] = row;
      codeOf[kept++] = code;
    }
    if (isPadding) return fault("no padding at the end of a column", "padding");
    columnStart[col + 1] = kept;
  }
  if (stored !== entries) return fault(`${entries} entries`, `${stored}`);
  if (!bits.endsHere()) return fault("zeros up to the next byte, and the end", "more");
  return { matrix: { rows, cols, columnStart, rowOf: rowOf.slice(0, kept), codeOf: codeOf.slice(0, kept) } };
}

function badContainer(file: string, at: number, expected: string, found: string): UserError {
  const where = `${file}: byte ${at}`;
  const message = `${where}: expected ${expected}, found ${found}`;
  return new UserError({ code: "bad-container", message, where, expected, found });
}

function unknownVersion(file: string, version: number): UserError {
  const where = `${file}: byte 8`;
  const message = `${where}: version ${version} of the container is not known`;
  return new UserError({
    code: "unknown-version",
    message,
    where,
    expected: `${containerVersion}`,
    found: `${version}`,
  });
}

function badChecksum(file: string, at: number, bytes: Buffer, found: Buffer): UserError {
  return new UserError({
    code: "bad-checksum",
    message: `${file} is damaged: its last 32 bytes are not the SHA-256 of those before`,
    where: `${file}: byte ${at}`,
    expected: bytes.subarray(at).toString("hex"),
    found: found.toString("hex"),
  });
}
