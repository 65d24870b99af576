import { UserError } from "../errors.ts";
import { halfOf } from "../format/half.ts";

/** A dense array of numbers as NumPy stores it, last index fastest. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

interface Kind {
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** The element types that are read; 64-bit integers only as far as a double is exact. */
const kinds: Readonly<Record<string, Kind>> = {
  f2: { bytes: 2, read: (view, at, little) => halfOf(view.getUint16(at, little)) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

const magic = Buffer.from("\x93NUMPY", "latin1");

/** Reads a `.npy` file (format 1.0 to 3.0). Throws `UserError` bad-npy with the byte at which it goes wrong. */
export function parseNpy(bytes: Buffer, file: string): NumpyArray {
  if (bytes.length < 10 || !bytes.subarray(0, 6).equals(magic)) {
    throw badNpy(file, 0, "a .npy file (\\x93NUMPY and a version)", `${bytes.length} other bytes`);
  }
  const isShort = bytes[6] === 1;
  if (bytes[6] < 1 || bytes[6] > 3) throw badNpy(file, 6, "version 1, 2 or 3", `version ${bytes[6]}`);
  const headerAt = isShort ? 10 : 12;
  const headerLength = isShort ? bytes.readUInt16LE(8) : bytes.length >= 12 ? bytes.readUInt32LE(8) : 0;
  const dataAt = headerAt + headerLength;
  if (bytes.length < dataAt) throw badNpy(file, bytes.length, `a header up to byte ${dataAt}`, "the end of the file");
  const { kind, isBig, shape, firstFastest } = parseHeader(
    bytes.subarray(headerAt, dataAt).toString("latin1"),
    file,
    headerAt,
  );
  const count = shape.reduce((a, b) => a * b, 1);
  const expected = dataAt + count * kind.bytes;
  if (bytes.length !== expected) {
    const at = Math.min(bytes.length, expected);
    throw badNpy(file, at, `${expected} bytes (shape ${shape.join(" x ")})`, `${bytes.length} bytes`);
  }
  const values = new Float64Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataAt, count * kind.bytes);
  for (let i = 0; i < count; i++) values[i] = kind.read(view, i * kind.bytes, !isBig);
  return { shape, values: firstFastest ? lastFastest(values, shape) : values };
}

/** The same array with its last index fastest, where `values` have their first index fastest. */
function lastFastest(values: Float64Array, shape: readonly number[]): Float64Array {
  const ordered = new Float64Array(values.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  for (let to = 0; to < values.length; to++) {
    ordered[to] = values[index.reduce((sum, position, axis) => sum + position * strides[axis], 0)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return ordered;
}

/** The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }. */
function parseHeader(
  header: string,
  file: string,
  at: number,
): { kind: Kind; isBig: boolean; shape: number[]; firstFastest: boolean } {
  const type = /'descr': *'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const shape = /'shape': *\(((?: *\d+ *,)* *(?:\d+ *)?)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || shape === undefined) {
    throw badNpy(file, at, "a header with descr, fortran_order and shape", JSON.stringify(header.slice(0, 60)));
  }
  // A byte order, which a single byte need not have, and the type.
  const kind = /^[<>|=]/.test(type) && Object.hasOwn(kinds, type.slice(1)) ? kinds[type.slice(1)] : undefined;
  if (!kind) throw badNpy(file, at, `elements of type ${Object.keys(kinds).join(", ")} with < or > before`, type);
  const sizes = shape.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
  return { kind, isBig: type.startsWith(">"), shape: sizes, firstFastest: order === "True" };
}

function badNpy(file: string, at: number, expected: string, found: string): UserError {
  const where = `${file}: byte ${at}`;
  return new UserError({
    code: "bad-npy",
    message: `${where}: expected ${expected}, found ${found}`,
    where,
    expected,
    found,
  });
}

/** A `.npy` file (format 1.0) of float32. */
export function npyBytes({ shape, values }: NumpyArray): Buffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  // The data starts at a multiple of 64 bytes; the header ends in a line feed.
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const start = Buffer.alloc(10);
  magic.copy(start);
  start[6] = 1;
  start.writeUInt16LE(padded.length, 8);
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    data.writeFloatLE(value, 4 * i);
  });
  return Buffer.concat([start, Buffer.from(padded, "latin1"), data]);
}
