import { readTensor, type Tensor, type UnreadTensor } from "./tensors.ts";
import { all, badOnnx, type Field, fieldsOf, one, text } from "./wire.ts";

/** An operator of a graph. */
export interface Node {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers and 32-bit floats; other attributes are left out. */
  readonly attributes: ReadonlyMap<string, number>;
  /** Lists of integers. */
  readonly lists: ReadonlyMap<string, readonly number[]>;
}

/** The graph of an ONNX model without its sub-graphs. */
export interface Graph {
  readonly nodes: readonly Node[];
  /** Initialisers, and the outputs of constant nodes, by name: those of floats whose data is in the file. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The others of them. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  /** All initialisers' names. */
  readonly initialisers: ReadonlySet<string>;
  /** What the graph is given, initialisers left out, and what it gives. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Reads the graph of an ONNX model (onnx.proto, version 3). Throws `UserError` bad-onnx. */
export function graphOf(file: Uint8Array, source: string): Graph {
  const bytes = new Uint8Array(file);
  const model = fieldsOf(bytes, source);
  const graph = one(model, 7);
  if (!graph) throw badOnnx(source, bytes.length, "a graph");
  // Most writers put it last: without it, the file is cut short.
  if (!one(model, 8)) throw badOnnx(source, bytes.length, "the version of the operators");
  const fields = fieldsOf(graph, source);
  const tensors = all(fields, 5);
  const constants = new Map<string, Tensor>();
  const unread = new Map<string, UnreadTensor>();
  const keep = (tensor: Tensor | UnreadTensor) => {
    if ("values" in tensor) constants.set(tensor.path, tensor);
    else unread.set(tensor.path, tensor);
  };
  for (const initialiser of tensors) keep(readTensor(initialiser, "", undefined, source));
  const nodes = all(fields, 1).map((node) => {
    const parts = fieldsOf(node, source);
    const attributes = all(parts, 5).map((attribute) => fieldsOf(attribute, source));
    const outputs = all(parts, 2).map(text);
    const value = attributes.map((attribute) => one(attribute, 5)).find((tensor) => tensor !== undefined);
    if (text(one(parts, 4)) === "Constant" && value) keep(readTensor(value, "", outputs[0], source));
    return {
      name: text(one(parts, 3)),
      kind: text(one(parts, 4)),
      inputs: all(parts, 1).map(text),
      outputs,
      attributes: new Map(attributes.flatMap(numberOf)),
      lists: new Map(attributes.map((attribute) => [text(one(attribute, 1)), listOf(attribute)])),
    };
  });
  const initialisers = new Set(tensors.map((tensor) => text(one(fieldsOf(tensor, source), 8))));
  const namesOf = (number: number) => all(fields, number).map((value) => text(one(fieldsOf(value, source), 1)));
  const inputs = namesOf(11).filter((name) => !initialisers.has(name));
  return { nodes, constants, unread, initialisers, inputs, outputs: namesOf(12) };
}

/** The name and value of an attribute that is a float (field 2) or an integer (field 3). */
function numberOf(attribute: readonly Field[]): [string, number][] {
  const name = text(one(attribute, 1));
  const float = one(attribute, 2);
  if (float?.length === 4) return [[name, new DataView(float.buffer, float.byteOffset, 4).getFloat32(0, true)]];
  const integer = attribute.find(({ number }) => number === 3)?.value;
  return integer === undefined ? [] : [[name, integer]];
}

/** Integers one by one or packed (field 8). */
function listOf(attribute: readonly Field[]): number[] {
  return attribute.flatMap(({ number, value, bytes }) => {
    if (number !== 8) return [];
    return value === undefined ? Array.from(bytes ?? []) : [value];
  });
}
