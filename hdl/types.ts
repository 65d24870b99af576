import { HdlError } from "./errors.ts";
import { described, isType, spelled } from "./messages/described.ts";
import { checkedCount } from "./messages/options.ts";
import { refuse, standIn } from "./messages/problems.ts";
import { refuseNoObject, wrongArgument } from "./messages/wrong-argument.ts";
import { declaredAs } from "./names/enum-names.ts";
import { here } from "./position.ts";

/** One wire that is a truth value: conditions, flags, handshakes. Distinct from `uint(1)`, which is a number. */
export interface BitType {
  readonly kind: "bit";
  readonly width: 1;
}

/** A width that the type checker cannot know, such as a parameter or the result of arithmetic; elaboration checks it. */
// biome-ignore lint/suspicious/noExplicitAny: compatible with every literal width, which is what "not known" means
export type AnyWidth = any;

/** `W` where it is a literal, else AnyWidth. */
export type KnownWidth<W extends number> = number extends W ? AnyWidth : W;

/** An unsigned number of `width` bits. */
export interface UIntType<W extends number = AnyWidth> {
  readonly kind: "uint";
  readonly width: W;
}

/** A two's-complement number of `width` bits. */
export interface SIntType<W extends number = AnyWidth> {
  readonly kind: "sint";
  readonly width: W;
}

/** A number raw · 2^−fl, raw in two's complement of il + fl bits; the sign counts among the integer bits `il`. */
export interface FixedType<I extends number = AnyWidth, F extends number = AnyWidth> {
  readonly kind: "fixed";
  readonly il: I;
  readonly fl: F;
  readonly width: number;
}

/** The values of an enumeration that the type checker does not know. */
// biome-ignore lint/suspicious/noExplicitAny: compatible with every list of values, which is what "not known" means
export type AnyValue = any;

/** One of several named values, encoded as its place in the list. */
export interface EnumType<V extends string = AnyValue> {
  readonly kind: "enum";
  readonly values: readonly V[];
  readonly width: number;
}

/** A type that is one Verilog net. */
export type LeafType = BitType | UIntType | SIntType | FixedType | EnumType;

/** True where the bits of the type are two's complement. */
export function isSigned(type: LeafType): boolean {
  return type.kind === "sint" || type.kind === "fixed";
}

/** Named fields, each of any data type. */
export interface RecordType<F extends Fields = Fields> {
  readonly kind: "record";
  readonly fields: F;
}
export type Fields = { readonly [name: string]: DataType };

/** `length` elements of one data type. */
export interface VecType<T extends DataType = DataType, N extends number = AnyWidth> {
  readonly kind: "vec";
  readonly length: N;
  readonly element: T;
}

/**
 * A length that the type checker does not know: any `number` may be a value of an enumeration, but a number that it knows is one
 * only where it is listed. So an array passes where this is asked for, and a list that is written out does not.
 */
export declare enum UnknownLength {
  any = -1,
}

/** What a wire, a register or a memory word can hold. */
// biome-ignore lint/suspicious/noExplicitAny: a recursive bound; the element type is recovered by inference
export type DataType = LeafType | RecordType<any> | VecType<any>;

/** A valid/ready handshake around a payload: a word moves at each clock edge where both are high. */
export interface StreamType<T extends DataType = DataType> {
  readonly kind: "stream";
  readonly data: T;
}

/** What a port can carry. */
export type PortType = DataType | StreamType;

/** A single truth value. */
export const bit: BitType = Object.freeze({ kind: "bit", width: 1 });

/** An unsigned number of `width` bits, range 0 to 2^width - 1. */
export function uint<const W extends number>(width: W): UIntType<KnownWidth<W>> {
  const checked = checkedWidth("uint", width);
  const type: UIntType<KnownWidth<W>> = Object.freeze({ kind: "uint", width: checked ?? 1 }) as never;
  return checked === undefined ? standIn(type) : type;
}

/** A two's-complement number of `width` bits, range -2^(width-1) to 2^(width-1) - 1. */
export function sint<const W extends number>(width: W): SIntType<KnownWidth<W>> {
  const checked = checkedWidth("sint", width);
  const type: SIntType<KnownWidth<W>> = Object.freeze({ kind: "sint", width: checked ?? 1 }) as never;
  return checked === undefined ? standIn(type) : type;
}

/**
 * A fixed-point number: `il` integer bits, the sign included, and `fl` fraction bits; range −2^(il−1) to
 * 2^(il−1) − 2^−fl, in steps of 2^−fl.
 */
export function fixed<const I extends number, const F extends number>(
  il: I,
  fl: F,
): FixedType<KnownWidth<I>, KnownWidth<F>> {
  const whole = Number.isInteger(il) && Number.isInteger(fl) && il >= 0 && fl >= 0;
  if (!whole || il + fl < 1 || il + fl > 65_536) {
    const at = here();
    const message = `fixed(${il}, ${fl}) is not a format.`;
    const expected = "integers of 0 or more, together 1 to 65536";
    const hint = "The sign counts among the integer bits.";
    const problem = () => new HdlError({ code: "bad-width", message, expected, hint }, at);
    // Callers compute with the two numbers.
    if (!(Number.isInteger(il) && Number.isInteger(fl))) throw problem();
    refuse(problem);
    return standIn(Object.freeze({ kind: "fixed", il: 1, fl: 0, width: 1 } as FixedType<KnownWidth<I>, KnownWidth<F>>));
  }
  return Object.freeze({ kind: "fixed", il, fl, width: il + fl } as FixedType<KnownWidth<I>, KnownWidth<F>>);
}

/** One of the named values, encoded 0, 1, 2, … in the given order, in the fewest bits (at least one). */
export function enumOf<const V extends string>(...values: readonly V[]): EnumType<V> {
  const at = here();
  const refuse = (message: string, hint?: string): HdlError =>
    new HdlError(
      {
        code: "illegal-name",
        message,
        expected: "one or more distinct values: a letter, then letters, digits and underscores",
        ...(hint ? { hint } : {}),
      },
      at,
    );
  if (values.length === 0)
    throw refuse("An enum needs at least one value.", "Where a parameter can leave none, leave the signal out.");
  const earlier = new Set<string>();
  for (const value of values) {
    if (value === "default")
      throw refuse('"default" cannot name a value.', "It stands for the other cases of a switch.");
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(value)) throw refuse(`"${value}" cannot name a value.`);
    if (earlier.has(value)) throw refuse(`The value "${value}" stands twice in one enum.`);
    earlier.add(value);
  }
  const type = Object.freeze({ kind: "enum", values: Object.freeze([...values]), width: addressWidth(values.length) });
  return declaredAs(type as EnumType<V>, { at });
}

/** A bundle of named fields; its nets are named `<name>_<field>`. */
export function record<F extends Fields>(fields: F): RecordType<F> {
  refuseNoObject("record", "an object of types", fields);
  if ("set" in fields) {
    throw new HdlError(
      {
        code: "illegal-name",
        message: '"set" cannot name a field.',
        hint: "A record that can be assigned has a method of that name; choose another word.",
      },
      here(),
    );
  }
  if (Object.keys(fields).length === 0) {
    throw new HdlError(
      {
        code: "bad-width",
        message: "A record needs at least one field.",
        hint: "Where a parameter can leave none, leave the signal out.",
      },
      here(),
    );
  }
  for (const type of Object.values(fields)) refuseNoType(type);
  return Object.freeze({ kind: "record", fields: Object.freeze({ ...fields }) });
}

/** `length` elements; the nets are named `<name>_0` upwards. */
export function vec<T extends DataType, const N extends number>(length: N, element: T): VecType<T, KnownWidth<N>> {
  refuseNoType(element);
  if (!Number.isInteger(length) || length < 1) {
    const at = here();
    const message = `A vec needs at least one element, got ${length}.`;
    const hint = "Where a parameter can leave none, leave the vec out.";
    refuse(() => new HdlError({ code: "bad-width", message, expected: "an integer of 1 or more", hint }, at));
    return standIn(Object.freeze({ kind: "vec", length: 1 as KnownWidth<N>, element }));
  }
  return Object.freeze({ kind: "vec", length: length as KnownWidth<N>, element });
}

/** A valid/ready stream of `data`; its nets are `<name>_valid`, `<name>_ready` and `<name>_data…`. */
export function stream<T extends DataType>(data: T): StreamType<T> {
  refuseNoType(data);
  return Object.freeze({ kind: "stream", data });
}

/** The width; undefined after refusing it. */
function checkedWidth<W extends number>(kind: string, width: W): W | undefined {
  if (Number.isInteger(width) && width >= 1 && width <= 65_536) return width;
  const at = here();
  const message = `${kind}(${typeof width === "number" ? width : "…"}) is not a width.`;
  const hint = "Compute the width first; for a memory of one word use addressWidth(depth), which never returns 0.";
  const found = typeof width === "number" ? {} : { found: described(width) };
  const expected = "an integer from 1 to 65536";
  refuse(() => new HdlError({ code: "bad-width", message, expected, ...found, hint }, at));
  return undefined;
}

/** What is no type has no nets. */
export function refuseNoType(type: unknown): void {
  if (isType(type)) return;
  throw wrongArgument("This", "a type, such as bit, uint(8) or record({ … })", type, here(), adviceOn(type));
}

function adviceOn(value: unknown): string | undefined {
  if (typeof value === "number") return `Write uint(${value}) or sint(${value}) for a number of ${value} bits.`;
  if (typeof value === "string") return 'The name comes first, then the type: m.reg("count", uint(8)).';
  if (typeof value !== "object" || value === null || !("reset" in value)) return undefined;
  return 'The type comes before the options: m.reg("count", uint(8), { reset: 0 }).';
}

/** "uint(8)", "record({ a: bit })": the type as the user writes it. */
export function typeName(type: PortType): string {
  refuseNoType(type);
  return spelled(type);
}

export interface Leaf {
  /** Net name: the base name and the path joined by underscores. */
  readonly name: string;
  readonly type: LeafType;
  /** How TypeScript reaches it from the value: `.pixels[3].red`, empty for a value of one leaf. */
  readonly path: string;
}

/** The nets that a value of `type` called `name` consists of, in declaration order. */
export function leaves(name: string, type: DataType): Leaf[] {
  refuseNoType(type);
  if (carriesStream(type)) {
    throw wrongArgument("This", "a type of data; `m.stream` makes a stream inside a module", type);
  }
  return leavesAt(name, type, "");
}

/** A stream is a port or made by `m.stream`; no register, memory word or field of a record is one. */
function carriesStream(type: PortType): boolean {
  if (type.kind === "vec") return carriesStream(type.element);
  return type.kind === "stream" || (type.kind === "record" && Object.values(type.fields as Fields).some(carriesStream));
}

function leavesAt(name: string, type: DataType, path: string): Leaf[] {
  switch (type.kind) {
    case "bit":
    case "uint":
    case "sint":
    case "fixed":
    case "enum":
      return [{ name, type, path }];
    case "vec":
      return Array.from({ length: type.length }, (_, i) =>
        leavesAt(`${name}_${i}`, type.element, `${path}[${i}]`),
      ).flat();
    case "record":
      return Object.entries(type.fields as Fields).flatMap(([field, t]) =>
        leavesAt(`${name}_${field}`, t, `${path}.${field}`),
      );
  }
}

/** Total bits of a data type. */
export function bitWidth(type: DataType): number {
  return leaves("", type).reduce((sum, leaf) => sum + leaf.type.width, 0);
}

/** Bits that address `depth` words: at least 1. */
export function addressWidth(depth: number): number {
  const words = checkedCount("The depth that addressWidth takes", depth, 0);
  return words < 2 ? 1 : (words - 1).toString(2).length;
}

/** Bits that hold the numbers 0 to `largest`: at least 1. */
export function countWidth(largest: number): number {
  const most = checkedCount("The number that countWidth takes", Number(largest), 0);
  return most === 0 ? 1 : most.toString(2).length;
}
