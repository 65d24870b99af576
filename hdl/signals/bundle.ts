/** Values made of several nets: how records, vecs and streams look to the user, and how they come apart into leaves. */

import { HdlError, type Involved } from "../errors.ts";
import { cast, cat, mux, slice } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { bitCount, described, spelledFields } from "../messages/described.ts";
import { isStandIn, recovery, refuse } from "../messages/problems.ts";
import type { FixedSignal } from "../numbers/fixed.ts";
import type { FixedLiteral } from "../numbers/fixed-literal.ts";
import { here, type LazyPosition } from "../position.ts";
import {
  type BitType,
  bit,
  bitWidth,
  type DataType,
  type EnumType,
  type Fields,
  type FixedType,
  isSigned,
  type LeafType,
  leaves,
  type RecordType,
  refuseNoType,
  type SIntType,
  type StreamType,
  typeName,
  type UIntType,
  type UnknownLength,
  uint,
  type VecType,
} from "../types.ts";
import { guarded } from "./elements.ts";
import type { EnumSignal } from "./enum-signal.ts";
import { refuseNoBit, refuseNoWord } from "./given.ts";
import { LeafSignal } from "./leaf.ts";
import { leafSignal } from "./leaf-signal.ts";
import type { AnyLiteral, Literal } from "./literal.ts";
import { operandNote } from "./notes.ts";
import { operandOf } from "./operand.ts";
import { existingBits } from "./parts.ts";
import type { BitSignal, SIntSignal, UIntSignal } from "./signal.ts";
import type { StreamFlow } from "./stream-flow.ts";

/** What the user reads of a value of type `T`. */
export type SignalOf<T> = T extends BitType
  ? BitSignal
  : T extends UIntType<infer W>
    ? UIntSignal<W>
    : T extends SIntType<infer W>
      ? SIntSignal<W>
      : T extends FixedType<infer I, infer F>
        ? FixedSignal<I, F>
        : T extends EnumType<infer V>
          ? EnumSignal<V>
          : T extends RecordType<infer F>
            ? { readonly [K in keyof F]: SignalOf<F[K]> }
            : T extends VecType<infer E, infer _N>
              ? readonly SignalOf<E>[]
              : never;

/** What may be assigned to a `T`: its signal, or literals that fit. */
export type ValueOf<T> = T extends BitType
  ? BitSignal | boolean
  : T extends UIntType<infer W>
    ? UIntSignal<W> | Literal
    : T extends SIntType<infer W>
      ? SIntSignal<W> | Literal
      : T extends FixedType<infer I, infer F>
        ? FixedSignal<I, F> | FixedLiteral
        : T extends EnumType<infer V>
          ? EnumSignal<V> | V
          : T extends RecordType<infer F>
            ? { readonly [K in keyof F]: ValueOf<F[K]> }
            : T extends VecType<infer E, infer N>
              ? ElementsOf<E, N>
              : never;

/**
 * Values for `N` elements of type `E`. A list that is written out has a known length, and one of another length than `N` is
 * refused; where the type checker does not know one of the lengths, elaboration compares them.
 */
type ElementsOf<E, N> = 0 extends 1 & N
  ? readonly ValueOf<E>[]
  : readonly ValueOf<E>[] & { readonly length: N | UnknownLength };

/** Something that can be assigned with `set`, whole or part by part, and read. */
export type Settable<T> = (T extends BitType
  ? BitSignal
  : T extends UIntType<infer W>
    ? UIntSignal<W> & SettableBits
    : T extends SIntType<infer W>
      ? SIntSignal<W> & SettableBits
      : T extends FixedType<infer I, infer F>
        ? FixedSignal<I, F>
        : T extends EnumType<infer V>
          ? EnumSignal<V>
          : T extends RecordType<infer F>
            ? { readonly [K in keyof F]: Settable<F[K]> }
            : T extends VecType<infer E, infer _N>
              ? readonly Settable<E>[]
              : never) & {
  /** Gives it a value, in this cycle, or for a register at the next edge. */
  set(value: ValueOf<T>): void;
};

/** A number of which some bits can be assigned; the others are assigned elsewhere, or keep their value. */
export interface SettableBits {
  /** Assigns bits `high` down to `low`, both included. */
  setBits(high: number, low: number, value: UIntSignal | Literal): void;
  /** Assigns one bit. */
  setBit(position: number, value: BitSignal | boolean): void;
}

/** What a chain of stream parts does where nothing stalls it. */
export interface StreamTiming {
  /**
   * Edges from the offer of the first word that goes in to the offer of the first word that comes out, from empty. Infinity if none
   * ever does; not a number where it is not known.
   */
  readonly latency: number;
  /**
   * The most words that come out at an edge, on average: 1, 0.5, … 0 where words come to stand for ever. Not a number where it is
   * not known: behind a join of branches of one fork where an arbiter stands on one of them or one has more words than another,
   * and of wide words of many thousand parts.
   */
  readonly throughput: number;
}

/** The consumer's end of a stream. */
export interface StreamSource<T extends DataType> {
  readonly type: StreamType<T>;
  readonly valid: BitSignal;
  readonly data: SignalOf<T>;
  readonly ready: Settable<BitType>;
  /** True in a cycle in which a word moves. */
  readonly fire: BitSignal;
  /** Of the parts that the words came through since they entered the module; see `timingOf`. */
  readonly timing?: StreamTiming;
  /** Where these parts stand to each other. */
  readonly flow?: StreamFlow;
}

/** The producer's end of a stream. `valid` must not depend on `ready`. */
export interface StreamSink<T extends DataType> {
  readonly type: StreamType<T>;
  readonly valid: Settable<BitType>;
  readonly data: Settable<T>;
  readonly ready: BitSignal;
  readonly fire: BitSignal;
}

/** The expression of the net behind a leaf. */
type NetOf = (name: string, type: LeafType) => Expression;

/**
 * Builds a value of `type` called `name`. `finish` gets each part and the whole. All are frozen: `p.q = 3` would change what a
 * name stands for in JavaScript, and no hardware.
 */
function assemble(
  name: string,
  type: DataType,
  net: NetOf,
  finish: (name: string, type: DataType, value: object) => void,
): object {
  const value = parts(name, type, net, (part, partType) => assemble(part, partType, net, finish));
  finish(name, type, value);
  return Object.freeze(value);
}

function parts(name: string, type: DataType, net: NetOf, part: (name: string, type: DataType) => object): object {
  switch (type.kind) {
    case "bit":
    case "uint":
    case "sint":
    case "fixed":
    case "enum":
      return leafSignal(type, net(name, type));
    case "vec":
      return guarded(
        Array.from({ length: type.length }, (_, i) => part(`${name}_${i}`, type.element)),
        type,
      );
    case "record":
      return Object.fromEntries(
        Object.entries(type.fields as Fields).map(([field, t]) => [field, part(`${name}_${field}`, t)]),
      );
  }
}

/** A readable value over nets named after `name`. */
export function signalOf<T extends DataType>(name: string, type: T, net: NetOf): SignalOf<T> {
  refuseNoType(type);
  return assemble(name, type, net, () => undefined) as SignalOf<T>;
}

/** Gives a net, or some bits of it, a value. */
type Assign = (leaf: string, value: Expression, at: LazyPosition, part?: { low: number; width: number }) => void;

/** The same with `set`, for the whole and for every part. */
export function settable<T extends DataType>(
  name: string,
  type: T,
  net: NetOf,
  assign: Assign,
  madeAt: LazyPosition,
): Settable<T> {
  refuseNoType(type);
  return assemble(name, type, net, (part, partType, value) =>
    addSet(part, partType, value, assign, madeAt),
  ) as Settable<T>;
}

function addSet(name: string, type: DataType, value: object, assign: Assign, madeAt: LazyPosition): void {
  const set = (given: ValueOf<DataType>) => {
    const at = here();
    const expressions = flattenValue(type, given, at, { name, at: madeAt });
    leaves(name, type).forEach((leaf, i) => {
      assign(leaf.name, expressions[i], at);
    });
  };
  Object.defineProperty(value, "set", { value: set, enumerable: false });
  if (type.kind === "uint" || type.kind === "sint") {
    const whole = value as UIntSignal;
    const setPart = (high: number, low: number, given: UIntSignal | BitSignal | Literal | boolean, one: boolean) => {
      const at = here();
      const part = existingBits(whole, high, low, at);
      if (!part) return;
      const partType = one ? bit : (uint(part.width) as UIntType);
      const target = { name: one ? `${name}[${low}]` : `${name}[${high}:${low}]`, at: madeAt };
      assign(name, flattenValue<LeafType>(partType, given as never, at, target)[0], at, part);
    };
    Object.defineProperties(value, {
      setBits: { value: (high: number, low: number, given: UIntSignal | Literal) => setPart(high, low, given, false) },
      setBit: { value: (position: number, given: BitSignal | boolean) => setPart(position, position, given, true) },
    });
  }
}

/** What a value is given to, for errors. */
interface Receiver {
  readonly name: string;
  readonly at: LazyPosition;
}

/** The leaf expressions of a value for a target of `type`; exactly the type, no conversion. */
export function flattenValue<T extends DataType>(
  type: T,
  value: ValueOf<T>,
  at: LazyPosition,
  target?: Receiver,
): Expression[] {
  refuseNoType(type);
  const inner = (part: string) => (target ? { name: target.name + part, at: target.at } : undefined);
  switch (type.kind) {
    case "bit":
    case "uint":
    case "sint":
    case "fixed":
    case "enum":
      return [leafValue(type, value as LeafSignal<LeafType> | AnyLiteral, at, target)];
    case "vec": {
      const elements = value as readonly ValueOf<DataType>[];
      if (!Array.isArray(elements) || elements.length !== type.length) return wrongShape(type, value, at, target);
      return elements.flatMap((element, i) => flattenValue(type.element, element, at, inner(`[${i}]`)));
    }
    case "record": {
      const given = value as Record<string, ValueOf<DataType>>;
      const fields = Object.keys(type.fields);
      const isRecord = typeof given === "object" && given !== null && !(given instanceof LeafSignal);
      if (!isRecord || fields.some((f) => !(f in given)) || Object.keys(given).some((f) => !fields.includes(f)))
        return wrongShape(type, value, at, target);
      return fields.flatMap((field) => flattenValue(type.fields[field], given[field], at, inner(`.${field}`)));
    }
  }
}

function leafValue(
  type: LeafType,
  value: LeafSignal<LeafType> | AnyLiteral,
  at: LazyPosition,
  target: Receiver | undefined,
): Expression {
  if (isStandIn(type)) return recovery(type.width, isSigned(type), at);
  const taker = target && (() => targetNote(type, target));
  const expression = operandOf(type, value, at, taker);
  if (expression.width === type.width) return expression;
  refuse(
    () =>
      new HdlError(
        {
          code: "width-mismatch",
          message: "The value has another width than its target.",
          expected: typeName(type),
          found: `${type.kind}(${expression.width})`,
          hint: "Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer.",
        },
        at,
        [...(taker ? [taker()] : []), operandNote("value", value as LeafSignal<LeafType>)],
      ),
    expression,
  );
  return recovery(type.width, isSigned(type), at);
}

function targetNote(type: DataType, { name, at }: Receiver): Involved {
  return { role: "target", what: `"${name}", ${typeName(type)}`, at };
}

/** The type of a value as its parts tell it: that of a signal, those of a bundle of signals, or what else it is. */
export function shapeName(value: unknown): string {
  if (value instanceof LeafSignal) return typeName(value.type);
  if (typeof value !== "object" || value === null) return described(value);
  if (Array.isArray(value)) {
    const names = new Set(value.map((one) => (one instanceof LeafSignal ? shapeName(one) : "")));
    const [only] = names;
    const count = value.length === 1 ? "1 element" : `${value.length} elements`;
    return names.size === 1 && only !== "" ? `${count} of ${only}` : count;
  }
  return `{ ${spelledFields(value as Record<string, unknown>, shapeName)} }`;
}

function wrongShape(type: DataType, value: unknown, at: LazyPosition, target: Receiver | undefined): Expression[] {
  const found = shapeName(value);
  refuse(
    () =>
      new HdlError(
        {
          code: "width-mismatch",
          message: "The value has another shape than its target.",
          expected: typeName(type),
          found,
          hint:
            type.kind === "vec"
              ? `Give ${type.length === 1 ? "one element" : `${type.length} elements`}, as an array or a vec.`
              : "Give a value for every field and no other.",
        },
        at,
        target ? [targetNote(type, target)] : [],
      ),
  );
  return leaves("", type).map((leaf) => recovery(leaf.type.width, isSigned(leaf.type), at));
}

/** `whenTrue` where `condition` holds, else `whenFalse`; both of the given type. */
export function select<T extends DataType>(
  type: T,
  condition: BitSignal,
  whenTrue: ValueOf<T>,
  whenFalse: ValueOf<T>,
): SignalOf<T> {
  const at = here();
  refuseNoBit("select", condition, at);
  const a = flattenValue(type, whenTrue, at);
  const b = flattenValue(type, whenFalse, at);
  let i = 0;
  return signalOf("", type, () => {
    const chosen = mux(condition.expression, a[i], b[i], at);
    i++;
    return chosen;
  });
}

/** All bits of a value as one unsigned number; the first leaf takes the lowest bits. */
export function pack<T extends DataType>(type: T, value: ValueOf<T>): UIntSignal {
  const at = here();
  const bits = cat(flattenValue(type, value, at).reverse(), at);
  return leafSignal(uint(bits.width), bits) as UIntSignal;
}

/** The inverse of `pack`: a value of `type` out of a number of as many bits. */
export function unpack<T extends DataType>(type: T, packed: UIntSignal): SignalOf<T> {
  const at = here();
  refuseNoWord("unpack", packed, at);
  const width = bitWidth(type);
  if (packed.width !== width) {
    refuse(
      () =>
        new HdlError(
          {
            code: "width-mismatch",
            message: `unpack needs all bits of ${typeName(type)}.`,
            expected: bitCount(width),
            found: bitCount(packed.width),
          },
          at,
          [operandNote("operand", packed)],
        ),
      packed.expression,
    );
  }
  const bits = packed.width === width ? packed.expression : recovery(width, false, at);
  let from = 0;
  return signalOf("", type, (_, leaf) => {
    const part = cast(slice(bits, from, leaf.width, at), isSigned(leaf), at);
    from += leaf.width;
    return part;
  });
}
