import { all, badOnnx, type Field, fieldsOf, one, text } from "./wire.ts";

/** A stored tensor of 32-bit floats. */
export interface Tensor {
  /** Where it stands: names of the nodes and attributes around it, then its own. */
  readonly path: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

const float32 = 1;

/**
 * All tensors of 32-bit floats in an ONNX model, initialisers and constants, those of sub-graphs too (onnx.proto, version 3). Throws
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

/** The tensor, where it holds 32-bit floats and its data is in the file; `output` names it in place of its own name. */
export function tensorIn(bytes: Uint8Array, path: string, output: string | undefined, source: string): Tensor[] {
  const fields = fieldsOf(bytes, source);
  if (fields.find(({ number }) => number === 2)?.value !== float32) return [];
  const dims = fields.filter(({ number }) => number === 1).flatMap((field) => integers(field));
  // Raw bytes, or floats packed or one by one.
  const raw = one(fields, 9) ?? Buffer.concat(all(fields, 4));
  const size = dims.reduce((product, dim) => product * dim, 1);
  // Data may also lie in another file.
  if (raw.length !== 4 * size) return [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const values = Float32Array.from({ length: size }, (_, i) => view.getFloat32(4 * i, true));
  return [{ path: path + (output ?? text(one(fields, 8))), dims, values }];
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
