/** The ports of a module as objects of the shape of their types, over any way to read and write its nets. */

import { HdlError } from "../errors.ts";
import { described } from "../messages/described.ts";
import { decimal, realOf } from "../numbers/fixed-literal.ts";
import type { InputPort, OutputPort, Ports } from "../ports.ts";
import { here } from "../position.ts";
import { type AnyLiteral, literal } from "../signals/literal.ts";
import {
  bit,
  type DataType,
  type Fields,
  type FixedType,
  type LeafType,
  type RecordType,
  typeName,
  type VecType,
} from "../types.ts";
import type { DutInputs, DutOutputs } from "./port-values.ts";
import { refuseLength, refuseWrite, unknownElement, unknownPort } from "./unknown-port.ts";

/** Reads and writes a net of the top by its name in the Verilog. */
export interface NetAccess {
  read(net: string): number | bigint;
  /** A number that fits the net. */
  write(net: string, value: number | bigint): void;
}

/** The two sides of the ports. Values are checked when they are written; nothing is clipped. */
export function viewPorts<D extends Ports>(ports: D, access: NetAccess): { in: DutInputs<D>; out: DutOutputs<D> } {
  const [inputs, outputs]: [Entry[], Entry[]] = [[], []];
  for (const [name, { direction, type }] of Object.entries(ports) as [string, InputPort | OutputPort][]) {
    const [own, other] = direction === "input" ? [inputs, outputs] : [outputs, inputs];
    if (type.kind === "stream") {
      own.push({ key: name, fields: streamFields(name, type.data) });
      other.push({ key: name, fields: [{ key: "ready", net: `${name}_ready`, type: bit }] });
    } else own.push({ key: name, net: name, type });
  }
  return {
    in: inputObject(inputs, "in", access) as DutInputs<D>,
    out: outputObject(outputs, "out", access) as DutOutputs<D>,
  };
}

interface Part {
  readonly key: string;
  readonly net: string;
  readonly type: DataType;
}

/** A property of a view: a value in a net or several, or an object of properties. */
type Entry = Part | { readonly key: string; readonly fields: readonly Entry[] };

function streamFields(name: string, data: DataType): Entry[] {
  return [
    { key: "valid", net: `${name}_valid`, type: bit },
    { key: "data", net: `${name}_data`, type: data },
  ];
}

function partsOf(net: string, type: VecType | RecordType): Part[] {
  if (type.kind === "vec") {
    return Array.from({ length: type.length }, (_, i) => ({ key: `${i}`, net: `${net}_${i}`, type: type.element }));
  }
  return Object.entries(type.fields as Fields).map(([key, field]) => ({ key, net: `${net}_${key}`, type: field }));
}

function outputObject(entries: readonly Entry[], path: string, access: NetAccess): object {
  const keys = entries.map(({ key }) => key);
  const view = Object.create(unknownPort(path, keys));
  for (const entry of entries) {
    const place = `${path}.${entry.key}`;
    const value = "fields" in entry ? outputObject(entry.fields, place, access) : undefined;
    const get = "fields" in entry ? () => value : () => readValue(entry.net, entry.type, access);
    const set = () => refuseWrite(place);
    Object.defineProperty(view, entry.key, { get, set, enumerable: true });
  }
  return Object.freeze(view);
}

/** A copy of the value: it stays as it is when the simulation goes on. */
function readValue(net: string, type: DataType, access: NetAccess): unknown {
  if (type.kind !== "vec" && type.kind !== "record") return decoded(net, type, access.read(net));
  const values = partsOf(net, type).map((part) => [part.key, readValue(part.net, part.type, access)] as const);
  return type.kind === "vec" ? values.map(([, value]) => value) : Object.fromEntries(values);
}

/** The value that the number on a net stands for; an error for a pattern without a meaning. */
function decoded(net: string, type: LeafType, value: number | bigint): unknown {
  switch (type.kind) {
    case "bit":
      return Number(value) === 1;
    case "uint":
    case "sint":
      return value;
    case "fixed":
      return realOf(BigInt(value), type.fl) ?? refuseInexact(net, type, BigInt(value));
    case "enum": {
      const word: string | undefined = type.values[Number(value)];
      if (word !== undefined) return word;
      throw new HdlError(
        {
          code: "unknown-value",
          message: `"${net}" holds ${value}, which is no value of ${typeName(type)}.`,
          expected: `0 to ${type.values.length - 1}`,
        },
        here(),
      );
    }
  }
}

/** Rounding it would make two different numbers equal. */
function refuseInexact(net: string, type: FixedType, raw: bigint): never {
  throw new HdlError(
    {
      code: "inexact-value",
      message: `"${net}" holds ${decimal(raw, type.fl)}, which no number of JavaScript is.`,
      expected: "a number of at most 53 significant bits",
      found: `{ raw: ${raw}n } of ${typeName(type)}`,
      hint: `\`dut.peek("${net}")\` gives the raw value, a bigint; \`decimal(raw, ${type.fl})\` writes it out.`,
    },
    here(),
  );
}

function inputObject(entries: readonly Entry[], path: string, access: NetAccess, isVec = false): object {
  const keys = entries.map(({ key }) => key);
  const view = Object.create(isVec ? unknownElement(path, keys.length) : unknownPort(path, keys));
  if (isVec) Object.defineProperty(view, "length", { get: () => keys.length, set: () => refuseLength(path) });
  for (const entry of entries) {
    const place = isVec ? `${path}[${entry.key}]` : `${path}.${entry.key}`;
    const property =
      "fields" in entry
        ? wholeProperty(entry.fields, place, access, false)
        : inputProperty(entry.net, entry.type, place, access);
    Object.defineProperty(view, entry.key, { ...property, enumerable: true });
  }
  return Object.preventExtensions(view);
}

function inputProperty(net: string, type: DataType, place: string, access: NetAccess): PropertyDescriptor {
  if (type.kind === "vec" || type.kind === "record") {
    return wholeProperty(partsOf(net, type), place, access, type.kind === "vec");
  }
  const fits = quickCheck(type);
  return {
    get: () => readValue(net, type, access),
    set: (value: unknown) => access.write(net, fits(value) ? value : encoded(place, type, value)),
  };
}

/** Parts that can be set one by one, or all at once. */
function wholeProperty(parts: readonly Entry[], place: string, access: NetAccess, isVec: boolean): PropertyDescriptor {
  const inner = inputObject(parts, place, access, isVec);
  return {
    get: () => inner,
    set: (value: unknown) => {
      checkShape(parts, place, value, isVec);
      Object.assign(inner, value);
    },
  };
}

/** Tells a whole number that fits a type of up to 32 bits without further work. */
function quickCheck(type: LeafType): (value: unknown) => value is number {
  const least = type.kind === "sint" ? -(2 ** (type.width - 1)) : 0;
  const most = least + 2 ** type.width - 1;
  const quick = type.kind !== "fixed" && type.kind !== "enum" && type.width <= 32;
  return (value): value is number =>
    quick && Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** The number for a value of a leaf; an error, at the line that wrote it, unless it fits. */
function encoded(place: string, type: LeafType, value: unknown): bigint {
  const at = here();
  try {
    const constant = literal(type, value as AnyLiteral, at);
    return constant.value;
  } catch (error) {
    if (!(error instanceof HdlError)) throw error;
    throw new HdlError({ ...error.details, message: `${place}: ${error.details.message}` }, at);
  }
}

/** A whole bundle has exactly the fields of its type, a whole vec exactly its elements. */
function checkShape(parts: readonly Entry[], place: string, value: unknown, isVec: boolean): void {
  const wanted = parts.map(({ key }) => key);
  const found = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (found.length === wanted.length && wanted.every((key) => found.includes(key))) return;
  throw new HdlError(
    {
      code: "width-mismatch",
      message: `${place}: the value has another shape than the port.`,
      expected: isVec ? `${wanted.length} elements` : `fields ${wanted.join(", ")}`,
      found: Array.isArray(value)
        ? `${value.length} elements`
        : found.length > 0
          ? `fields ${found.join(", ")}`
          : described(value),
      hint: isVec
        ? `Give an array of ${wanted.length}.`
        : "Give a value for every field and no other, or set one field.",
    },
    here(),
  );
}
