import { inflateRawSync } from "node:zlib";
import { UserError } from "../errors.ts";

/** A file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

const endMarker = 0x06054b50;
const centralMarker = 0x02014b50;
const localMarker = 0x04034b50;
const [endBytes, centralBytes, localBytes] = [22, 46, 30];
/** Most files, and most bytes of a path: both are 16-bit numbers. */
export const mostEntries = 0xffff;
export const longestPath = 0xffff;
/** Says that the path is UTF-8. */
const utf8Flag = 0x800;
const [isStored, isDeflated] = [0, 8];

/** CRC-32 as ZIP and PNG have it (reflected polynomial 0xEDB88320). */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of some bytes. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The files of a ZIP archive in the order of its directory (PKWARE APPNOTE 6.3; stored or deflated, no encryption, no archive
 * above 4 GiB). No more than `limit` bytes are unpacked in all. Throws `UserError` bad-zip with the byte at which it goes wrong.
 */
export function unzip(bytes: Buffer, file: string, limit: number): ZipEntry[] {
  const end = findEnd(bytes, file);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  let left = limit;
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    if (at + centralBytes > end || bytes.readUInt32LE(at) !== centralMarker) {
      throw badZip(file, Math.min(at, bytes.length), `entry ${i + 1} of ${count} of the directory`, "something else");
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const next = at + centralBytes + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > end) throw badZip(file, at, "an entry inside the directory", "one beyond its end");
    const name = bytes.toString("utf8", at + centralBytes, at + centralBytes + nameLength);
    if (names.has(name)) throw badZip(file, at, "every name once", `${name} twice`);
    names.add(name);
    const size = bytes.readUInt32LE(at + 24);
    if (size > left) throw badZip(file, at + 24, `at most ${limit} bytes unpacked`, `${size} bytes more in ${name}`);
    left -= size;
    entries.push({ name, content: contentOf(bytes, at, name, file) });
    at = next;
  }
  if (at !== end) throw badZip(file, at, "the end of the directory", `${end - at} bytes more`);
  return entries;
}

/** The end record stands at the end, behind it at most a comment. */
function findEnd(bytes: Buffer, file: string): number {
  const lowest = Math.max(0, bytes.length - endBytes - 0xffff);
  for (let at = bytes.length - endBytes; at >= lowest; at--) {
    if (bytes.readUInt32LE(at) === endMarker && at + endBytes + bytes.readUInt16LE(at + 20) === bytes.length) return at;
  }
  throw badZip(file, bytes.length, "the end record of a ZIP archive", "the end of the file");
}

function contentOf(bytes: Buffer, at: number, name: string, file: string): Buffer {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const [crc, packed, size, local] = [16, 20, 24, 42].map((offset) => bytes.readUInt32LE(at + offset));
  if (flags & 1) throw badZip(file, at + 8, "files without a password", `${name} with one`);
  if (local + localBytes > bytes.length || bytes.readUInt32LE(local) !== localMarker) {
    throw badZip(file, at + 42, `the offset of ${name}`, `${local}`);
  }
  const from = local + localBytes + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (from + packed > bytes.length) {
    throw badZip(file, bytes.length, `${packed} bytes of ${name} from byte ${from}`, "the end of the file");
  }
  const data = bytes.subarray(from, from + packed);
  const content = unpack(data, method, size);
  if (content === undefined) {
    throw badZip(file, from, `${name}: ${size} bytes, stored or deflated`, `method ${method}, or damaged data`);
  }
  if (crc32(content) !== crc) throw badZip(file, from, `${name} with CRC-32 ${crc}`, `${crc32(content)}`);
  return content;
}

function unpack(data: Buffer, method: number, size: number): Buffer | undefined {
  if (method === isStored) return data.length === size ? data : undefined;
  if (method !== isDeflated) return undefined;
  try {
    const content = inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
    return content.length === size ? content : undefined;
  } catch {
    return undefined;
  }
}

function badZip(file: string, at: number, expected: string, found: string): UserError {
  const where = `${file}: byte ${at}`;
  const message = `${where}: expected ${expected}, found ${found}`;
  return new UserError({ code: "bad-zip", message, where, expected, found });
}

/** An archive of at most `mostEntries` files, stored as they are; the same files give the same bytes. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content } of entries) {
    const path = Buffer.from(name, "utf8");
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    if (path.length !== name.length) facts.writeUInt16LE(utf8Flag, 2);
    // 1 January 1980, the first day there is.
    facts.writeUInt16LE(0x21, 8);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(path.length, 22);
    const central = Buffer.alloc(centralBytes);
    central.writeUInt32LE(centralMarker, 0);
    central.writeUInt16LE(20, 4);
    facts.copy(central, 6);
    central.writeUInt32LE(at, 42);
    directory.push(central, path);
    const head = [Buffer.from([0x50, 0x4b, 3, 4]), facts, path];
    parts.push(...head, content);
    at += localBytes + path.length + content.length;
  }
  const tail = Buffer.concat(directory);
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(endMarker, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(tail.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, tail, end]);
}
