/**
 * A matrix product in WebAssembly with 128-bit vectors, for training: several times what JavaScript reaches, and as
 * exact, since every operation and their order are fixed. The module is small enough to be assembled here.
 */

/** c = a * b over matrices in the memory; pointers and strides are in bytes (see `gemm.ts`). */
export type Kernel = (
  a: number,
  b: number,
  c: number,
  rows: number,
  cols: number,
  inner: number,
  strideA: number,
  strideB: number,
  strideC: number,
  panel: number,
) => void;

type Code = readonly number[];

/** The numbers that a kernel computes with. */
export interface Precision {
  /** Bytes of a number. */
  readonly bytes: number;
  /** Columns of c that the kernel takes at once: two vectors. */
  readonly tileCols: number;
  /** One number of the memory in every lane of a vector. */
  readonly loadSplat: Code;
  readonly addLanes: Code;
  readonly mulLanes: Code;
}

export const float32: Precision = {
  bytes: 4,
  tileCols: 8,
  loadSplat: [0xfd, 0x09, 0, 0],
  addLanes: [0xfd, 0xe4, 0x01],
  mulLanes: [0xfd, 0xe6, 0x01],
};

export const float64: Precision = {
  bytes: 8,
  tileCols: 4,
  loadSplat: [0xfd, 0x0a, 0, 0],
  addLanes: [0xfd, 0xf0, 0x01],
  mulLanes: [0xfd, 0xf2, 0x01],
};

/** The kernel takes this many rows of c at once. */
export const tileRows = 4;
/** Bytes of a row of a tile, whatever the numbers are: two vectors. */
export const tileRowBytes = 32;

const valueTypes = { i32: 0x7f, v128: 0x7b } as const;

/** An unsigned integer as WebAssembly writes it (LEB128). */
function leb(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

const get = (local: number): Code => [0x20, ...leb(local)];
const set = (local: number): Code => [0x21, ...leb(local)];
/** Signed LEB128; enough for the small constants here. */
const constant = (value: number): Code => [0x41, ...(value < 64 ? [value] : [(value & 127) | 128, value >>> 7])];
const add = [0x6a];
const mul = [0x6c];
const below = [0x49];
const load = (offset: number): Code => [0xfd, 0x00, 0, ...leb(offset)];
const store = (offset: number): Code => [0xfd, 0x0b, 0, ...leb(offset)];
const zeros: Code = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];

/** local += by, where `by` is code that pushes an i32. */
const advance = (local: number, by: Code): Code => [...get(local), ...by, ...add, ...set(local)];

/** Runs `body` at least once, and again while `counter` (advanced by `step` each time) is below `limit`. */
function repeat(counter: number, step: number, limit: number, body: Code): Code {
  const again = [...advance(counter, constant(step)), ...get(counter), ...get(limit), ...below, 0x0d, 0];
  return [...constant(0), ...set(counter), 0x03, 0x40, ...body, ...again, 0x0b];
}

const parameters = ["a", "b", "c", "rows", "cols", "inner", "strideA", "strideB", "strideC", "panel"] as const;
const integers = ["i", "j", "k", "from", "to", "row0", "row1", "row2", "row3"] as const;
const names: readonly string[] = [...parameters, ...integers];
const local = (name: (typeof parameters)[number] | (typeof integers)[number]) => names.indexOf(name);
const left = names.length;
const right = left + 1;
const splat = left + 2;
const sum = (row: number, half: number) => left + 3 + 2 * row + half;
const vectors = 3 + 2 * tileRows;
const rowsOfTile = Array.from({ length: tileRows }, (_, row) => row);
const pointer = (row: number) => local("row0") + row;

/** Copies the next columns of b, as many as a tile has, so that the inner loop reads them one after another. */
function copyPanel({ bytes }: Precision): Code {
  const copy = [0, 16].flatMap((at) => [...get(local("to")), ...get(local("from")), ...load(at), ...store(at)]);
  return [
    ...get(local("b")),
    ...[...get(local("j")), ...constant(bytes), ...mul, ...add],
    ...set(local("from")),
    ...get(local("panel")),
    ...set(local("to")),
    ...repeat(local("k"), 1, local("inner"), [
      ...copy,
      ...advance(local("from"), get(local("strideB"))),
      ...advance(local("to"), constant(tileRowBytes)),
    ]),
  ];
}

/** One tile of c: four rows of two vectors stay in registers through the inner loop. */
function computeTile({ bytes, loadSplat, addLanes, mulLanes }: Precision): Code {
  const start = rowsOfTile.flatMap((row) => [
    ...get(local("a")),
    ...[...get(local("i")), ...constant(row), ...add, ...get(local("strideA")), ...mul, ...add],
    ...set(pointer(row)),
    ...[...zeros, ...set(sum(row, 0)), ...zeros, ...set(sum(row, 1))],
  ]);
  const step = rowsOfTile.flatMap((row) => [
    ...[...get(pointer(row)), ...loadSplat, ...set(splat)],
    ...[left, right].flatMap((values, half) => [
      ...[...get(splat), ...get(values), ...mulLanes],
      ...[...get(sum(row, half)), ...addLanes, ...set(sum(row, half))],
    ]),
    ...advance(pointer(row), constant(bytes)),
  ]);
  const loop = repeat(local("k"), 1, local("inner"), [
    ...[...get(local("from")), ...load(0), ...set(left), ...get(local("from")), ...load(16), ...set(right)],
    ...step,
    ...advance(local("from"), constant(tileRowBytes)),
  ]);
  const finish = rowsOfTile.flatMap((row) => [
    ...get(local("c")),
    ...[...get(local("i")), ...constant(row), ...add, ...get(local("strideC")), ...mul, ...add],
    ...[...get(local("j")), ...constant(bytes), ...mul, ...add],
    ...set(local("to")),
    ...[0, 1].flatMap((half) => [...get(local("to")), ...get(sum(row, half)), ...store(16 * half)]),
  ]);
  return [...start, ...get(local("panel")), ...set(local("from")), ...loop, ...finish];
}

function section(id: number, content: Code): Code {
  return [id, ...leb(content.length), ...content];
}

function moduleBytes(pages: number, precision: Precision): Uint8Array<ArrayBuffer> {
  const tiles = repeat(local("i"), tileRows, local("rows"), computeTile(precision));
  const body = [...repeat(local("j"), precision.tileCols, local("cols"), [...copyPanel(precision), ...tiles]), 0x0b];
  const locals = [2, ...leb(integers.length), valueTypes.i32, ...leb(vectors), valueTypes.v128];
  const code = [...locals, ...body];
  const text = (word: string): Code => [word.length, ...new TextEncoder().encode(word)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters.length, ...parameters.map(() => valueTypes.i32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0x00, ...leb(pages)]),
    ...section(7, [2, ...text("multiply"), 0x00, 0, ...text("memory"), 0x02, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** The kernel and its memory, of at least `bytes`. */
export function createKernel(
  bytes: number,
  precision: Precision = float32,
): { readonly multiply: Kernel; readonly buffer: ArrayBuffer } {
  const module = new WebAssembly.Module(moduleBytes(Math.ceil(bytes / 65536), precision));
  const { multiply, memory } = new WebAssembly.Instance(module).exports;
  return { multiply: multiply as Kernel, buffer: (memory as { readonly buffer: ArrayBuffer }).buffer };
}
