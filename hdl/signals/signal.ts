/**
 * Signals: what the user computes with. TypeScript has no operator overloading, so operators are methods.
 * Exact operators grow (`add` one bit, `mul` the sum of widths), wrapping ones need equal widths, nothing extends or
 * truncates by itself.
 */

import { HdlError, type HdlErrorDetails, type Involved } from "../errors.ts";
import { binary, cast, cat, constant, extend, indexed, low, namedConstant, slice, unary } from "../expression.ts";
import type { BinaryOperator, Const, Expression } from "../ir.ts";
import { bitCount, described } from "../messages/described.ts";
import { attempt, recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import { declarationOf } from "../names/enum-names.ts";
import { type FixedLiteral, isRounded, rawOf, roundedNumber } from "../numbers/fixed-literal.ts";
import { rangeOf, rangeOfType } from "../numbers/range.ts";
import { saturated } from "../numbers/rounding.ts";
import { here, type LazyPosition } from "../position.ts";
import {
  type AnyValue,
  type AnyWidth,
  type BitType,
  bit,
  type EnumType,
  type FixedType,
  isSigned,
  type LeafType,
  type SIntType,
  sint,
  typeName,
  type UIntType,
  uint,
} from "../types.ts";
import { encodingOf } from "./enum-encoding.ts";
import type { SliceWidth } from "./slice-width.ts";

/** A whole number that takes the type of what it is combined with, and must fit it. */
export type Literal = number | bigint;

/** A literal of some leaf type. */
export type AnyLiteral = FixedLiteral | boolean | string;

export abstract class LeafSignal<T extends LeafType> {
  readonly type: T;
  /** The circuit expression behind this signal; for passes and library code. */
  readonly expression: Expression;

  constructor(type: T, expression: Expression) {
    this.type = type;
    this.expression = expression;
  }

  /** Bits. */
  get width(): number {
    return this.type.width;
  }

  /** JavaScript operators would compute with the object, not the hardware. */
  [Symbol.toPrimitive](): never {
    throw new HdlError(
      {
        code: "signal-as-value",
        message: `A ${typeName(this.type)} signal was used as a JavaScript value.`,
        hint: "Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), and put names, not signals, into template strings.",
      },
      here(),
    );
  }

  /** All bits as an unsigned number. */
  asUint(): UIntSignal {
    return new UIntSignal(uint(this.width), cast(this.expression, false, here()));
  }

  /** Bits `high` down to `low`, both included. */
  bits<const H extends number, const L extends number>(high: H, lowest: L): UIntSignal<SliceWidth<H, L>> {
    const at = here();
    const bits = existingBits(this, high, lowest, at);
    if (!bits) return unsigned(recovery(1, false, at));
    return unsigned(slice(this.expression, bits.low, bits.width, at));
  }

  /** Bit `position` as a truth value. */
  bit(position: number): BitSignal {
    return new BitSignal(this.bits(position, position).expression);
  }

  /** The bit at a computed position; the width is 2^(width of the position), so that every position exists. */
  bitAt(position: UIntSignal): BitSignal {
    return new BitSignal(element(this.expression, position, 1, here()));
  }

  /** True when any bit is 1. */
  nonzero(): BitSignal {
    return new BitSignal(unary("reduceOr", this.expression, 1, false, here()));
  }

  /** True when every bit is 1. */
  allOnes(): BitSignal {
    return new BitSignal(unary("reduceAnd", this.expression, 1, false, here()));
  }
}

/** A truth value. */
export class BitSignal extends LeafSignal<BitType> {
  declare protected readonly brand: "bit";

  constructor(expression: Expression) {
    super(bit, expression);
  }

  /** True where both are. */
  and(other: BitSignal | boolean): BitSignal {
    return this.#logic("and", other);
  }

  /** True where one of them is, or both. */
  or(other: BitSignal | boolean): BitSignal {
    return this.#logic("or", other);
  }

  /** True where they differ. */
  xor(other: BitSignal | boolean): BitSignal {
    return this.#logic("xor", other);
  }

  /** True where it is false. */
  not(): BitSignal {
    return new BitSignal(unary("not", this.expression, 1, false, here()));
  }

  #logic(operator: "and" | "or" | "xor", other: BitSignal | boolean): BitSignal {
    const at = here();
    return new BitSignal(binary(operator, this.expression, operandOf(bit, other, at, this), 1, false, at));
  }
}

/** The method that compares with its operands swapped. */
const swapped = { eq: "eq", ne: "ne", lt: "gt", le: "ge" } as const;

export abstract class NumberSignal<T extends UIntType | SIntType | FixedType> extends LeafSignal<T> {
  /** The other operand, which must be as wide as this one. */
  #sameWidth(operator: string, other: Operand<T>, at: LazyPosition): Expression {
    const left = this.expression;
    const right = operandOf(this.type, other, at, this);
    if (left.width === right.width) return right;
    refuse(
      () =>
        new HdlError(
          {
            code: "width-mismatch",
            message: `${operator} needs operands of equal width.`,
            expected: bitCount(left.width),
            found: bitCount(right.width),
            hint: "Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer.",
          },
          at,
          [operandNote("left", this), operandNote("right", other as LeafSignal<T>)],
        ),
      left,
      right,
    );
    return recovery(left.width, left.signed, at);
  }

  protected compare(operator: "eq" | "ne" | "lt" | "le", other: Operand<T>, swap = false): BitSignal {
    const at = here();
    const right = this.#sameWidth(swap ? swapped[operator] : operator, other, at);
    const [a, b] = swap ? [right, this.expression] : [this.expression, right];
    return new BitSignal(binary(operator, a, b, 1, false, at));
  }

  /** Operands extended to `width` and combined at that width. */
  protected exact(operator: BinaryOperator, other: Operand<T>, grow: number): Expression {
    const at = here();
    const right = operandOf(this.type, other, at, this);
    const width = Math.max(this.width, right.width) + grow;
    const signed = isSigned(this.type);
    return binary(operator, extend(this.expression, width, at), extend(right, width, at), width, signed, at);
  }

  protected modular(operator: BinaryOperator, other: Operand<T>): Expression {
    const at = here();
    const right = this.#sameWidth(operator === "add" || operator === "sub" ? `${operator}Wrap` : operator, other, at);
    return binary(operator, this.expression, right, this.width, isSigned(this.type), at);
  }

  protected product(other: Operand<T>): Expression {
    const at = here();
    const right = operandOf(this.type, other, at, this);
    return binary("mul", this.expression, right, this.width + right.width, isSigned(this.type), at);
  }

  protected narrowed(width: number, verb: string): Expression {
    const at = here();
    if (!(Number.isInteger(width) && width >= 1 && width <= this.width)) {
      return this.#badWidth(
        {
          message: `A ${typeName(this.type)} has no ${verb}(${width}).`,
          expected: `1 to ${bitCount(this.width)}`,
          ...(width === 0
            ? { hint: "A number has at least one bit; where a parameter can leave none, leave the signal out." }
            : width > this.width
              ? { hint: "Use extend to make a number wider." }
              : {}),
        },
        width,
        at,
      );
    }
    return low(this.expression, width, at);
  }

  #badWidth(details: Omit<HdlErrorDetails, "code">, width: number, at: LazyPosition): Expression {
    refuse(() => new HdlError({ code: "bad-width", ...details }, at, [operandNote("operand", this)]), this.expression);
    return recovery(Number.isInteger(width) && width > 0 ? width : this.width, this.expression.signed, at);
  }

  /** The low `width` bits, which are proven to be the number; `amount` and `text` only serve the message. */
  protected fitted(width: number, amount = width, text: (value: bigint) => string = String): Expression {
    const narrow = this.narrowed(width, "fit");
    if (narrow.width !== width) return narrow;
    const [proven, wanted] = [rangeOf(this.expression), rangeOfType(width, this.expression.signed)];
    if (proven.least >= wanted.least && proven.most <= wanted.most) return narrow;
    const at = here();
    refuse(
      () =>
        new HdlError(
          {
            code: "does-not-fit",
            message: `fit(${amount}) could lose values of a ${typeName(this.type)}.`,
            expected: `${text(wanted.least)} to ${text(wanted.most)}`,
            found: `${text(proven.least)} to ${text(proven.most)}, as far as the operands and their types prove`,
            hint: "Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n).",
          },
          at,
          [operandNote("operand", this)],
        ),
      this.expression,
    );
    return narrow;
  }

  protected widened(width: number): Expression {
    const at = here();
    if (!(Number.isInteger(width) && width >= this.width)) {
      return this.#badWidth(
        {
          message: `A ${typeName(this.type)} has no extend(${width}).`,
          expected: `at least ${bitCount(this.width)}`,
          hint: "Use wrap or saturate to make a number narrower.",
        },
        width,
        at,
      );
    }
    return extend(this.expression, width, at);
  }

  /** The low `amount` bits cut off. */
  protected withoutLow(amount: number): Expression {
    const at = here();
    if (!(Number.isInteger(amount) && amount >= 0 && amount < this.width)) {
      return this.#badWidth(
        {
          message: `A ${typeName(this.type)} has no shiftRight(${amount}).`,
          expected: `0 to ${this.width - 1}`,
          hint: "At least one bit must remain.",
        },
        Math.max(1, this.width - Number(amount)),
        at,
      );
    }
    const cut = slice(this.expression, amount, this.width - amount, at);
    return amount === 0 ? this.expression : cast(cut, isSigned(this.type), at);
  }
}

type Operand<T extends LeafType> = LeafSignal<T> | (T extends FixedType ? FixedLiteral : Literal);

/** An unsigned number. `W` is its width where the type checker knows it. */
export class UIntSignal<W extends number = AnyWidth> extends NumberSignal<UIntType> {
  declare protected readonly brand: ["uint", W];

  constructor(type: UIntType<W>, expression: Expression) {
    super(type, expression);
  }

  /** Exact sum: one bit wider than the wider operand. */
  add(other: UIntSignal | Literal): UIntSignal {
    return unsigned(this.exact("add", other, 1));
  }

  /** Exact difference: a signed number, one bit wider than the wider operand. */
  sub(other: UIntSignal | Literal): SIntSignal {
    return signed(cast(this.exact("sub", other, 1), true, here()));
  }

  /** Exact product: as wide as both operands together. */
  mul(other: UIntSignal | Literal): UIntSignal {
    return unsigned(this.product(other));
  }

  /** Sum modulo 2^width; equal widths. */
  addWrap(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, this.modular("add", other));
  }

  /** Difference modulo 2^width; equal widths. */
  subWrap(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, this.modular("sub", other));
  }

  /** Each bit: 1 where both are. */
  and(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, this.modular("and", other));
  }

  /** Each bit: 1 where one of them is, or both. */
  or(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, this.modular("or", other));
  }

  /** Each bit: 1 where they differ. */
  xor(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, this.modular("xor", other));
  }

  /** Each bit inverted. */
  not(): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, unary("not", this.expression, this.width, false, here()));
  }

  /** True where both are the same number. */
  eq(other: UIntSignal<W> | Literal): BitSignal {
    return this.compare("eq", other);
  }

  /** True where they differ. */
  ne(other: UIntSignal<W> | Literal): BitSignal {
    return this.compare("ne", other);
  }

  /** Less than. */
  lt(other: UIntSignal<W> | Literal): BitSignal {
    return this.compare("lt", other);
  }

  /** Less than or equal. */
  le(other: UIntSignal<W> | Literal): BitSignal {
    return this.compare("le", other);
  }

  /** Greater than. */
  gt(other: UIntSignal<W> | Literal): BitSignal {
    return this.compare("lt", other, true);
  }

  /** Greater than or equal. */
  ge(other: UIntSignal<W> | Literal): BitSignal {
    return this.compare("le", other, true);
  }

  /** The low `width` bits: the number modulo 2^width. */
  wrap<V extends number>(width: V): UIntSignal<V> {
    return unsigned(this.narrowed(width, "wrap"));
  }

  /** The same number in fewer bits; an error unless its range is proven to fit them. */
  fit<V extends number>(width: V): UIntSignal<V> {
    return unsigned(this.fitted(width));
  }

  /** The same number in `width` bits, zeros in front. */
  extend<V extends number>(width: V): UIntSignal<V> {
    return unsigned(this.widened(width));
  }

  /** The number divided by 2^amount, rounded down: the low bits cut off. */
  shiftRight(amount: number): UIntSignal {
    return unsigned(this.withoutLow(amount));
  }

  /** The nearest number that fits `width` bits: the number, or the largest one. */
  saturate<V extends number>(width: V): UIntSignal<V> {
    const narrow = this.narrowed(width, "saturate");
    return unsigned(narrow.width === width ? saturated(this.expression, width, here()) : narrow) as UIntSignal<V>;
  }

  /** The same bits read as two's complement. */
  asSint(): SIntSignal<W> {
    return new SIntSignal(sint(this.width) as SIntType<W>, cast(this.expression, true, here()));
  }

  /** The same number as a signed one, a bit wider. */
  toSint(): SIntSignal {
    return signed(cast(extend(this.expression, this.width + 1, here()), true, here()));
  }

  /** Element `index` of a word of 2^(width of the index) elements of `width` bits each, element 0 lowest. */
  element(index: UIntSignal, width: number): UIntSignal {
    return unsigned(element(this.expression, index, width, here()));
  }
}

/** A two's-complement number. `W` is its width where the type checker knows it. */
export class SIntSignal<W extends number = AnyWidth> extends NumberSignal<SIntType> {
  declare protected readonly brand: ["sint", W];

  constructor(type: SIntType<W>, expression: Expression) {
    super(type, expression);
  }

  /** Exact sum: one bit wider than the wider operand. */
  add(other: SIntSignal | Literal): SIntSignal {
    return signed(this.exact("add", other, 1));
  }

  /** Exact difference: one bit wider than the wider operand. */
  sub(other: SIntSignal | Literal): SIntSignal {
    return signed(this.exact("sub", other, 1));
  }

  /** Exact product: as wide as both operands together. */
  mul(other: SIntSignal | Literal): SIntSignal {
    return signed(this.product(other));
  }

  /** True where both are the same number. */
  eq(other: SIntSignal<W> | Literal): BitSignal {
    return this.compare("eq", other);
  }

  /** True where they differ. */
  ne(other: SIntSignal<W> | Literal): BitSignal {
    return this.compare("ne", other);
  }

  /** Less than. */
  lt(other: SIntSignal<W> | Literal): BitSignal {
    return this.compare("lt", other);
  }

  /** Less than or equal. */
  le(other: SIntSignal<W> | Literal): BitSignal {
    return this.compare("le", other);
  }

  /** Greater than. */
  gt(other: SIntSignal<W> | Literal): BitSignal {
    return this.compare("lt", other, true);
  }

  /** Greater than or equal. */
  ge(other: SIntSignal<W> | Literal): BitSignal {
    return this.compare("le", other, true);
  }

  /** The low `width` bits: the number modulo 2^width, as two's complement. */
  wrap<V extends number>(width: V): SIntSignal<V> {
    return signed(this.narrowed(width, "wrap"));
  }

  /** The same number in fewer bits; an error unless its range is proven to fit them. */
  fit<V extends number>(width: V): SIntSignal<V> {
    return signed(this.fitted(width));
  }

  /** The same number in `width` bits, copies of the sign in front. */
  extend<V extends number>(width: V): SIntSignal<V> {
    return signed(this.widened(width));
  }

  /** The number divided by 2^amount, rounded towards minus infinity: the low bits cut off. */
  shiftRight(amount: number): SIntSignal {
    return signed(this.withoutLow(amount));
  }

  /** The sign bit. */
  negative(): BitSignal {
    return this.bit(this.width - 1);
  }

  /** The nearest number that fits `width` bits. */
  saturate<V extends number>(width: V): SIntSignal<V> {
    const at = here();
    const narrow = this.narrowed(width, "saturate");
    return signed(narrow.width === width ? saturated(this.expression, width, at) : narrow) as SIntSignal<V>;
  }
}

/** One of the values of an enumeration. */
export class EnumSignal<V extends string = AnyValue> extends LeafSignal<EnumType<V>> {
  declare protected readonly brand: ["enum", (value: V) => V];

  /** True where it is this value. */
  eq(other: EnumSignal<V> | V): BitSignal {
    return this.#compare("eq", other);
  }

  /** True where it is another value. */
  ne(other: EnumSignal<V> | V): BitSignal {
    return this.#compare("ne", other);
  }

  #compare(operator: "eq" | "ne", other: EnumSignal<V> | V): BitSignal {
    const at = here();
    return new BitSignal(binary(operator, this.expression, operandOf(this.type, other, at, this), 1, false, at));
  }
}

function unsigned(expression: Expression): UIntSignal {
  return new UIntSignal(uint(expression.width), expression);
}

function signed(expression: Expression): SIntSignal {
  return new SIntSignal(sint(expression.width), expression);
}

function element(word: Expression, index: UIntSignal, width: number, at: LazyPosition): Expression {
  if (!(index instanceof UIntSignal))
    throw wrongArgument("An element of a word", "a uint signal as its index", index, at);
  if (!Number.isInteger(width) || width < 1) return none(`An element needs at least one bit, got ${width}.`, at);
  if (word.width !== width * 2 ** index.width) {
    refuse(
      () =>
        new HdlError(
          {
            code: "slice-out-of-range",
            message: `An index of ${bitCount(index.width)} does not match a word of ${bitCount(word.width)} in elements of ${width}.`,
            expected: `a word of ${bitCount(width * 2 ** index.width)}`,
            found: bitCount(word.width),
            hint: "Extend the word, or wrap the index, so that every index meets an element.",
          },
          at,
          [expressionNote("word", word), operandNote("index", index)],
        ),
      word,
      index.expression,
    );
    return recovery(width, false, at);
  }
  return indexed(cast(word, false, at), index.expression, width, at);
}

/** Bits `high` down to `low` of a signal, where they exist; undefined after refusing them. */
export function existingBits(
  signal: LeafSignal<LeafType>,
  high: number,
  low: number,
  at: LazyPosition,
): { low: number; width: number } | undefined {
  const { type, expression } = signal;
  if (Number.isInteger(high) && Number.isInteger(low) && high < type.width && low >= 0 && high >= low)
    return { low, width: high - low + 1 };
  refuse(
    () =>
      new HdlError(
        {
          code: "slice-out-of-range",
          message: `Bits ${high} down to ${low} do not exist in a ${typeName(type)}.`,
          expected: `${type.width - 1} >= high >= low >= 0`,
          ...(high === Number(low) - 1 ? { hint: "High and low are both included; there is no part of no bits." } : {}),
        },
        at,
        [operandNote("word", signal)],
      ),
    expression,
  );
  return undefined;
}

/** How an error shows a signal: its name, if it has one, its type, and where it comes from. */
export function operandNote(role: string, { type, expression }: LeafSignal<LeafType>): Involved {
  return expressionNote(role, expression, typeName(type));
}

/** The same for an expression of a known width. */
export function expressionNote(role: string, e: Expression, what = bitCount(e.width)): Involved {
  return { role, what: e.kind === "ref" ? `"${e.name}", ${what}` : what, at: e.at };
}

/** Concatenate, the first part most significant. */
export function concat(...parts: readonly (BitSignal | UIntSignal | SIntSignal)[]): UIntSignal {
  const at = here();
  if (parts.length === 0) return unsigned(none("concat needs at least one part.", at));
  const stray = parts.find((part) => !(part instanceof LeafSignal));
  if (stray !== undefined || parts.includes(stray as never)) throw wrongArgument("concat", "signals", stray, at);
  return unsigned(
    cat(
      parts.map((part) => part.expression),
      at,
    ),
  );
}

/** Refuses a value of no bits. */
function none(message: string, at: LazyPosition): Expression {
  const hint = "Where a parameter can leave none, leave the signal out.";
  refuse(() => new HdlError({ code: "bad-width", message, hint }, at));
  return recovery(1, false, at);
}

/**
 * The expression of an operand: a signal of the same kind, or a literal that fits `type`. `meets` is the left operand, or
 * what takes the value; errors show it.
 */
export function operandOf(
  type: LeafType,
  operand: LeafSignal<LeafType> | AnyLiteral,
  at: LazyPosition,
  meets?: LeafSignal<LeafType> | (() => Involved),
): Expression {
  const left = meets instanceof LeafSignal ? meets : undefined;
  const note = () => (left ? [operandNote("left", left)] : typeof meets === "function" ? [meets()] : []);
  if (!(operand instanceof LeafSignal)) return literal(type, operand, at, note);
  const difference = typeDifference(type, operand.type);
  if (!difference) return operand.expression;
  const notes = () => [...note(), operandNote(left ? "right" : "value", operand)];
  refuse(() => new HdlError(difference, at, notes()), operand.expression, left?.expression);
  return recovery(type.width, isSigned(type), at);
}

/** `other`, which must have the very type of `first`, its width included; `roles` is what errors call the two. */
export function alike(
  first: LeafSignal<LeafType>,
  other: LeafSignal<LeafType>,
  roles: readonly [string, string],
  at: LazyPosition,
): Expression {
  const { type } = first;
  const width = (): HdlErrorDetails => ({
    code: "width-mismatch",
    message: "Numbers of different widths meet.",
    expected: typeName(type),
    found: typeName(other.type),
    hint: "Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer.",
  });
  const difference = typeDifference(type, other.type) ?? (type.width === other.width ? undefined : width());
  if (!difference) return other.expression;
  const notes = () => [operandNote(roles[0], first), operandNote(roles[1], other)];
  refuse(() => new HdlError(difference, at, notes()), first.expression, other.expression);
  return recovery(type.width, isSigned(type), at);
}

/** Why a signal of type `given` cannot stand where `type` is expected; widths of integers are judged elsewhere. */
export function typeDifference(type: LeafType, given: LeafType): HdlErrorDetails | undefined {
  const kinds = [type.kind, given.kind];
  if (type.kind !== given.kind) {
    return {
      code: "sign-mismatch",
      message: `${withArticle("A", given)} meets ${withArticle("a", type)}.`,
      expected: kindName(type),
      found: kindName(given),
      hint: kinds.includes("enum")
        ? "An enum meets its own values and signals of the same enum; asUint gives its encoding."
        : kinds.includes("fixed")
          ? "raw() of a fixed-point number is a sint; asFixed(x, il, fl) reads a sint as one."
          : "Convert one of them: asUint, asSint (same bits) or toSint (same number, one bit wider); bit(0) makes a bit of a number.",
    };
  }
  if (type === given || (type.kind !== "enum" && type.kind !== "fixed")) return undefined;
  const named = { expected: typeName(type), found: typeName(given) };
  if (named.expected === named.found) return undefined;
  if (type.kind === "enum") {
    return {
      code: "enum-mismatch",
      message: "Values of different enums meet.",
      ...named,
      hint: "Enums are the same when they list the same values in the same order; translate with a switch.",
    };
  }
  if (type.kind === "fixed") {
    return {
      code: "width-mismatch",
      message: "Fixed-point numbers of different formats meet.",
      ...named,
      hint: "Spell the change: extend(il, fl) for more bits, round({ il, fl, mode }), saturate(il) or wrap(il) for fewer.",
    };
  }
  return undefined;
}

/** What has to agree where widths are judged elsewhere: of integers the kind, of others all that the user wrote. */
function kindName(type: LeafType): string {
  return type.kind === "uint" || type.kind === "sint" ? type.kind : typeName(type);
}

function withArticle(article: string, type: LeafType): string {
  return `${article}${type.kind === "enum" ? "n" : ""} ${typeName(type)}`;
}

/** What to do about something that is neither a signal nor a literal. */
function strayHint(value: unknown): string {
  if (value === undefined) return "Look at the name or the index that gives nothing here.";
  if (typeof value === "string") return "Number(text) makes a number of a string, before the hardware is described.";
  return "Pass a signal of that type, or a literal; of a record or a vec, one of its parts.";
}

/** What to do about a literal that `type` does not hold; where it meets an operand, that one could be wider. */
function literalHint(type: LeafType, value: unknown, range: string, meets: readonly Involved[]): string {
  const isNumber = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  if (!isNumber) return strayHint(value);
  if (type.kind === "bit") return "Write true or false.";
  const whole = typeof value !== "number" || Number.isInteger(value);
  const widens = whole && meets.some(({ role }) => role === "left") && !(type.kind === "uint" && BigInt(value) < 0n);
  return widens ? "Write a literal in the range, or widen the signal first: `a.extend(9).eq(300)`." : `Write ${range}.`;
}

/** A literal of `type`: a number that it holds exactly, or one of the values of an enum. `meets`: what it is combined with. */
export function literal(
  type: LeafType,
  value: AnyLiteral,
  at: LazyPosition,
  meets: () => readonly Involved[] = () => [],
): Const {
  const zero = () => constant(0n, type.width, isSigned(type), at);
  if (type.kind === "fixed") {
    const raw = () => constant(rawOf(type, value, at, meets), type.width, true, at);
    return attempt(raw, zero);
  }
  if (type.kind === "enum") {
    const { places, of } = encodingOf(type);
    const place = places.get(value);
    if (place !== undefined) {
      const declared = declarationOf(type);
      const symbol = { name: type.values[place], of, ...(declared === undefined ? {} : { declared }) };
      return namedConstant(BigInt(place), type.width, symbol, at);
    }
    refuse(
      () =>
        new HdlError(
          {
            code: "unknown-value",
            message: `${typeof value === "string" ? `"${value}"` : described(value)} is no value of ${typeName(type)}.`,
            expected: `one of ${type.values.map((v: string) => `"${v}"`).join(", ")}`,
          },
          at,
          meets(),
        ),
    );
    return zero();
  }
  const width = BigInt(type.width);
  const [least, most] =
    type.kind === "sint" ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n] : [0n, (1n << width) - 1n];
  const whole = typeof value === "bigint" || typeof value === "boolean" || Number.isInteger(value);
  const number = whole ? BigInt(value as number) : undefined;
  if (number !== undefined && least <= number && number <= most) {
    if (isRounded(value)) refuse(() => roundedNumber(value as number, at, meets()));
    return constant(number, type.width, isSigned(type), at);
  }
  const isNumber = whole || typeof value === "number";
  const range = type.kind === "bit" ? "true or false" : `a whole number from ${least} to ${most}`;
  const problem: HdlErrorDetails = {
    code: "literal-out-of-range",
    message: isNumber
      ? `The literal ${String(value)} does not fit ${typeName(type)}.`
      : `${described(value)} is no value of ${typeName(type)}.`,
    expected: range,
  };
  refuse(() => {
    const involved = meets();
    return new HdlError({ ...problem, hint: literalHint(type, value, range, involved) }, at, involved);
  });
  return zero();
}
