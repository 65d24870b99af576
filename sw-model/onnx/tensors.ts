import { halfOf } from "../format/half.ts";
import { all, badOnnx, type Field, fieldsOf, one, text } from "./wire.ts";

/** A stored tensor of floats; those of 64 bits are rounded to 32. */
export interface Tensor {
  /** Where it stands: names of the nodes and attributes around it, then its own. */
  readonly path: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** A tensor that is there, but cannot be read, and why. */
export interface UnreadTensor {
  readonly path: string;
  /** What it holds instead of floats in the file itself. */
  readonly holds: string;
}

/** A type of elements: its bytes where they lie raw, and the field with a list of them where they do not. */
interface FloatType {
  readonly bytes: number;
  readonly listed: (fields: readonly Field[]) => Uint8Array;
  readonly read: (view: DataView, at: number) => number;
}

/** Numbers of types in onnx.proto, version 3: `TensorProto.DataType`. */
const floatTypes: ReadonlyMap<number, FloatType> = new Map([
  [1, { bytes: 4, listed: fixedList(4), read: (view, at) => view.getFloat32(at, true) }],
  [10, { bytes: 2, listed: shortList, read: (view, at) => halfOf(view.getUint16(at, true)) }],
  [11, { bytes: 8, listed: fixedList(10), read: (view, at) => view.getFloat64(at, true) }],
  // A bfloat16 is the upper half of a 32-bit float.
  [16, { bytes: 2, listed: shortList, read: bfloat16 }],
]);
const otherTypes: Readonly<Record<number, string>> = {
  ...{ 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "strings", 9: "truth values" },
  ...{ 12: "uint32", 13: "uint64", 14: "complex numbers", 15: "complex numbers" },
};

/**
 * All tensors of floats in an ONNX model, initialisers and constants, those of sub-graphs too (onnx.proto, version 3). Throws
 * `UserError` bad-onnx.
 */
export function tensorsOf(file: Uint8Array, source: string): Tensor[] {
  // Offsets in errors count from the start of the file, wherever its bytes lie.
  const bytes = new Uint8Array(file);
  const graph = one(fieldsOf(bytes, source), 7);
  if (!graph) throw badOnnx(source, bytes.length, "a graph");
  return graphTensors(graph, "", source);
}

function graphTensors(bytes: Uint8Array, path: string, source: string): Tensor[] {
  const fields = fieldsOf(bytes, source);
  const initializers = all(fields, 5).flatMap((tensor) => tensorIn(tensor, path, undefined, source));
  const nodes = all(fields, 1).flatMap((node) => {
    const parts = fieldsOf(node, source);
    const output = text(one(parts, 2));
    const name = text(one(parts, 3));
    return all(parts, 5).flatMap((attribute) => {
      const inner = fieldsOf(attribute, source);
      const tensor = one(inner, 5);
      const graph = one(inner, 6);
      return [
        ...(tensor ? tensorIn(tensor, path, output, source) : []),
        ...(graph ? graphTensors(graph, `${path}${name}.${text(one(inner, 1))}/`, source) : []),
      ];
    });
  });
  return [...initializers, ...nodes];
}

function tensorIn(bytes: Uint8Array, path: string, output: string | undefined, source: string): Tensor[] {
  const tensor = readTensor(bytes, path, output, source);
  return "values" in tensor ? [tensor] : [];
}

/** A tensor; `output` names it in place of its own name. */
export function readTensor(
  bytes: Uint8Array,
  path: string,
  output: string | undefined,
  source: string,
): Tensor | UnreadTensor {
  const fields = fieldsOf(bytes, source);
  const place = path + (output ?? text(one(fields, 8)));
  const number = fields.find((field) => field.number === 2)?.value ?? 0;
  const type = floatTypes.get(number);
  if (!type) {
    return { path: place, holds: otherTypes[number] ?? `type ${number} of ONNX` };
  }
  const dims = fields.filter((field) => field.number === 1).flatMap((field) => integers(field));
  const raw = one(fields, 9) ?? type.listed(fields);
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (raw.length !== type.bytes * size) {
    const apart = all(fields, 13).length > 0;
    return { path: place, holds: apart ? "values in another file" : `${raw.length} bytes for ${size} values` };
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const values = Float32Array.from({ length: size }, (_, i) => type.read(view, type.bytes * i));
  return { path: place, dims, values };
}

function bfloat16(view: DataView, at: number): number {
  const whole = new DataView(new ArrayBuffer(4));
  whole.setUint16(0, view.getUint16(at, true));
  return whole.getFloat32(0);
}

/** Floats of 32 or 64 bits, packed or one by one, in this field. */
function fixedList(number: number) {
  return (fields: readonly Field[]): Uint8Array => Buffer.concat(all(fields, number));
}

/** Floats of 16 bits, the bits of each as an integer of 32 bits. */
function shortList(fields: readonly Field[]): Uint8Array {
  const bits = fields.filter(({ number }) => number === 5).flatMap((field) => integers(field));
  const list = Buffer.alloc(2 * bits.length);
  bits.forEach((value, i) => {
    list.writeUInt16LE(value & 0xffff, 2 * i);
  });
  return list;
}

/** One integer, or a packed list of small ones. */
function integers({ value, bytes }: Field): number[] {
  if (value !== undefined) return [value];
  const list: number[] = [];
  let current = 0;
  let shift = 0;
  for (const byte of bytes ?? []) {
    current += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte >= 0x80) continue;
    list.push(current);
    current = 0;
    shift = 0;
  }
  return list;
}
