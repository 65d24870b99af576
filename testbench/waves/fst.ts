import { deflateSync, gzipSync } from "node:zlib";
import type { WaveWindow } from "./window.ts";

/** Blocks of the format (`fstBlockType` of GTKWave's fstapi.h). */
const block = { header: 0, values: 1, geometry: 3, hierarchy: 4 };
/** Marks in the hierarchy, and the kinds of scopes and variables. */
const hierarchy = { scope: 254, upscope: 255, module: 0, wire: 16, implicit: 0 };

/**
 * A window as a file in GTKWave's FST format, which Surfer reads, too: every net, a cycle a nanosecond under its own number. A window that begins before
 * cycle 0, in the reset, has times that count from its beginning.
 */
export function fstFile(window: WaveWindow): Buffer {
  const from = Math.max(0, window.first);
  // A handle is a wire's place in the order in which the hierarchy names wires for the first time.
  const wires = [...new Set(window.nets.map(({ wire }) => wire))];
  const tree = hierarchyOf(window, wires);
  const header = Buffer.concat([
    ...[u64(from), u64(from + window.cycles.length), doubleOf(Math.E)],
    // Memory that a writer had; of no meaning to readers.
    u64(0),
    ...[u64(tree.scopes), u64(window.nets.length), u64(wires.length), u64(1)],
    // 10^-9 seconds.
    Buffer.from([0xf7]),
    ...[fixedText("Whittle", 128), fixedText("", 119)],
    // Written by a simulator of Verilog; time stands for itself.
    ...[Buffer.from([0]), u64(0)],
  ]);
  const geometry = Buffer.concat(wires.map((wire) => varint(window.widths[wire])));
  return Buffer.concat([
    section(block.header, header),
    section(block.values, valuesOf(window, wires, from)),
    section(block.geometry, Buffer.concat([u64(geometry.length), u64(wires.length), shorter(geometry)])),
    section(block.hierarchy, Buffer.concat([u64(tree.bytes.length), gzipSync(tree.bytes)])),
  ]);
}

/** Scopes and names. A wire that was named before stands with its handle, counted from 1. */
function hierarchyOf({ top, nets, widths }: WaveWindow, wires: readonly number[]): { bytes: Buffer; scopes: number } {
  const parts: Buffer[] = [];
  const handles = new Map(wires.map((wire, i) => [wire, i + 1]));
  const named = new Set<number>();
  let scopes = 0;
  const enter = (name: string) => {
    scopes++;
    parts.push(Buffer.from([hierarchy.scope, hierarchy.module]), cString(name), cString(""));
  };
  const leave = () => parts.push(Buffer.from([hierarchy.upscope]));
  let open: readonly string[] = [];
  enter(top);
  for (const { scope, name, wire } of nets) {
    let shared = 0;
    while (shared < open.length && open[shared] === scope[shared]) shared++;
    open.slice(shared).forEach(leave);
    scope.slice(shared).forEach(enter);
    open = scope;
    const width = widths[wire];
    const alias = named.has(wire) ? (handles.get(wire) ?? 0) : 0;
    named.add(wire);
    const shown = width === 1 ? name : `${name} [${width - 1}:0]`;
    parts.push(Buffer.from([hierarchy.wire, hierarchy.implicit]), cString(shown), varint(width), varint(alias));
  }
  open.forEach(leave);
  leave();
  return { bytes: Buffer.concat(parts), scopes };
}

/** Values at the start, the changes of each wire, where each of these chains lies, and the times. */
function valuesOf({ start, cycles }: WaveWindow, wires: readonly number[], from: number): Buffer {
  const frame = Buffer.from(wires.map((wire) => start[wire]).join(""));
  // Readers take the first values from the changes at the first time, not from the frame.
  const chains = chainsOf([new Map(wires.map((wire) => [wire, start[wire]])), ...cycles.slice(1)]);
  const data: Buffer[] = [Buffer.from("Z")];
  const places: Buffer[] = [];
  let [end, previous, bytes] = [1, 0, 0];
  for (const wire of wires) {
    const plain = Buffer.concat(chains.get(wire) ?? []);
    const stored = packed(plain);
    places.push(varint(((end - previous) << 1) | 1));
    previous = end;
    end += stored.length;
    bytes += plain.length;
    data.push(stored);
  }
  const index = Buffer.concat(places);
  const times = Buffer.concat(cycles.map((_, cycle) => varint(cycle === 0 ? from : 1)));
  const [storedTimes, storedFrame] = [shorter(times), shorter(frame)];
  return Buffer.concat([
    ...[u64(from), u64(from + Math.max(0, cycles.length - 1)), u64(bytes)],
    ...[varint(frame.length), varint(storedFrame.length), varint(wires.length), storedFrame],
    ...[varint(wires.length), ...data],
    ...[index, u64(index.length)],
    ...[storedTimes, u64(times.length), u64(storedTimes.length), u64(cycles.length)],
  ]);
}

/** The changes of each wire that has any. */
function chainsOf(cycles: WaveWindow["cycles"]): Map<number, Buffer[]> {
  const chains = new Map<number, { readonly entries: Buffer[]; last: number }>();
  cycles.forEach((changes, cycle) => {
    for (const [wire, digits] of changes) {
      const chain = chains.get(wire) ?? { entries: [], last: 0 };
      chain.entries.push(change(cycle - chain.last, digits));
      chain.last = cycle;
      chains.set(wire, chain);
    }
  });
  return new Map([...chains].map(([wire, { entries }]) => [wire, entries]));
}

/** A change so many time steps after the one before: one bit in the number itself, words as bits or as characters. */
function change(steps: number, digits: string): Buffer {
  const plain = /^[01]+$/.test(digits);
  if (digits.length === 1) {
    return plain
      ? varint((steps << 2) | (Number(digits) << 1))
      : varint((steps << 4) | ("xz".indexOf(digits) << 1) | 1);
  }
  if (!plain) return Buffer.concat([varint((steps << 1) | 1), Buffer.from(digits)]);
  const bits = digits.padEnd(Math.ceil(digits.length / 8) * 8, "0");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.concat([varint(steps << 1), Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))]);
}

/** A chain: its length and zlib's bytes, or 0 and the bytes themselves. */
function packed(bytes: Buffer): Buffer {
  const small = deflateSync(bytes);
  return small.length < bytes.length ? Buffer.concat([varint(bytes.length), small]) : Buffer.concat([varint(0), bytes]);
}

/** Where a block has two lengths, equal ones say that the bytes are as they were. */
function shorter(bytes: Buffer): Buffer {
  const small = deflateSync(bytes);
  return small.length < bytes.length ? small : bytes;
}

function section(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), u64(content.length + 8), content]);
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** The writer's byte order: readers look for e. */
function doubleOf(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** LEB128, as DWARF has it. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 127 ? 128 : 0;
    bytes.push((rest % 128) | more);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

const cString = (text: string) => Buffer.from(`${text}\0`);

function fixedText(text: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.write(text);
  return bytes;
}
