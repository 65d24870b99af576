/**
 * Signals: what the user computes with. TypeScript has no operator overloading, so operators are methods.
 * Exact operators grow (`add` one bit, `mul` the sum of widths), wrapping ones need equal widths, nothing extends or
 * truncates by itself.
 */

import { HdlError, type HdlErrorDetails, type Involved } from "../errors.ts";
import { binary, cast, cat, extend, indexed, low, slice, unary } from "../expression.ts";
import type { BinaryOperator, Expression } from "../ir.ts";
import { bitCount } from "../messages/described.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { FixedLiteral } from "../numbers/fixed-literal.ts";
import { rangeOf, rangeOfType } from "../numbers/range.ts";
import { saturated } from "../numbers/rounding.ts";
import { here, type LazyPosition } from "../position.ts";
import {
  type AnyWidth,
  type BitType,
  bit,
  type FixedType,
  isSigned,
  type LeafType,
  type SIntType,
  sint,
  typeName,
  type UIntType,
  uint,
} from "../types.ts";
import { type AnyLiteral, type Literal, literal } from "./literal.ts";
import { expressionNote, operandNote } from "./notes.ts";
import type { SliceWidth } from "./slice-width.ts";
import { typeDifference } from "./type-difference.ts";

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
        hint: "Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), at(v, i) for v[i], and put names, not signals, into template strings.",
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
