import { UserError } from "../errors.ts";

/** A field of a protobuf message: its number, and a number or the bytes behind it. */
export interface Field {
  readonly number: number;
  /** Varints (as a double: sizes and types are small), else undefined. */
  readonly value?: number;
  /** Length-delimited fields and fixed 32 or 64 bits. */
  readonly bytes?: Uint8Array;
}

/**
 * The fields of a protobuf message in order (protobuf.dev, encoding). `offset` is where the message stands in the file `source`.
 * Throws `UserError` bad-onnx with the byte at which it stops being one.
 */
export function fieldsOf(bytes: Uint8Array, source: string, offset = bytes.byteOffset): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const fail = (expected: string) => badOnnx(source, offset + at, expected);
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= bytes.length) throw fail("more bytes");
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw fail("a number of at most ten bytes");
  };
  const take = (length: number) => {
    if (length > bytes.length - at) throw fail(`${length} bytes`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const kind = key % 8;
    if (number === 0) throw fail("a field number");
    if (kind === 0) fields.push({ number, value: varint() });
    else if (kind === 1) fields.push({ number, bytes: take(8) });
    else if (kind === 2) fields.push({ number, bytes: take(varint()) });
    else if (kind === 5) fields.push({ number, bytes: take(4) });
    else throw fail("a field of a known kind");
  }
  return fields;
}

/** The error for a file that is no ONNX model. */
export function badOnnx(source: string, byte: number, expected: string): UserError {
  return new UserError({
    code: "bad-onnx",
    message: `${source} is not an ONNX model: at byte ${byte} ${expected} should follow`,
    where: `${source}: byte ${byte}`,
    expected,
    found: "something else, or the end of the file",
  });
}

/** The bytes of the first field of this number. */
export const one = (fields: readonly Field[], number: number) => fields.find((field) => field.number === number)?.bytes;

/** The bytes of all fields of this number. */
export const all = (fields: readonly Field[], number: number) =>
  fields.flatMap((field) => (field.number === number && field.bytes ? [field.bytes] : []));

/** Bytes as UTF-8; nothing where there are none. */
export const text = (bytes: Uint8Array | undefined) => (bytes ? Buffer.from(bytes).toString("utf8") : "");
