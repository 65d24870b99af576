/**
 * Signals: what the user computes with. TypeScript has no operator overloading, so operators are methods.
 * Exact operators grow (`add` one bit, `mul` the sum of widths), wrapping ones need equal widths, nothing extends or
 * truncates by itself.
 */

import { binary, cast, cat, extend, slice, unary } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { recovery } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import { saturated } from "../numbers/rounding.ts";
import { here } from "../position.ts";
import { type AnyWidth, type BitType, bit, type LeafType, type SIntType, sint, type UIntType, uint } from "../types.ts";
import { LeafSignal } from "./leaf.ts";
import type { Literal } from "./literal.ts";
import { compared, exact, fitted, modular, narrowed, product, widened, withoutLow } from "./number-operations.ts";
import { operandOf } from "./operand.ts";
import { elementOf, existingBits, refuseNoBits } from "./parts.ts";
import type { SliceWidth } from "./slice-width.ts";

/** A signal of which bits can be taken. */
export abstract class BitsSignal<T extends LeafType> extends LeafSignal<T> {
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
    return new BitSignal(elementOf(this.expression, position, 1, here()));
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
export class BitSignal extends BitsSignal<BitType> {
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

/** An unsigned number. `W` is its width where the type checker knows it. */
export class UIntSignal<W extends number = AnyWidth> extends BitsSignal<UIntType> {
  declare protected readonly brand: ["uint", W];

  constructor(type: UIntType<W>, expression: Expression) {
    super(type, expression);
  }

  /** Exact sum: one bit wider than the wider operand. */
  add(other: UIntSignal | Literal): UIntSignal {
    return unsigned(exact(this, "add", other, 1));
  }

  /** Exact difference: a signed number, one bit wider than the wider operand. */
  sub(other: UIntSignal | Literal): SIntSignal {
    return signed(cast(exact(this, "sub", other, 1), true, here()));
  }

  /** Exact product: as wide as both operands together. */
  mul(other: UIntSignal | Literal): UIntSignal {
    return unsigned(product(this, other));
  }

  /** Sum modulo 2^width; equal widths. */
  addWrap(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, modular(this, "add", other));
  }

  /** Difference modulo 2^width; equal widths. */
  subWrap(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, modular(this, "sub", other));
  }

  /** Each bit: 1 where both are. */
  and(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, modular(this, "and", other));
  }

  /** Each bit: 1 where one of them is, or both. */
  or(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, modular(this, "or", other));
  }

  /** Each bit: 1 where they differ. */
  xor(other: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, modular(this, "xor", other));
  }

  /** Each bit inverted. */
  not(): UIntSignal<W> {
    return new UIntSignal(this.type as UIntType<W>, unary("not", this.expression, this.width, false, here()));
  }

  /** True where both are the same number. */
  eq(other: UIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "eq", other));
  }

  /** True where they differ. */
  ne(other: UIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "ne", other));
  }

  /** Less than. */
  lt(other: UIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "lt", other));
  }

  /** Less than or equal. */
  le(other: UIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "le", other));
  }

  /** Greater than. */
  gt(other: UIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "lt", other, true));
  }

  /** Greater than or equal. */
  ge(other: UIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "le", other, true));
  }

  /** The low `width` bits: the number modulo 2^width. */
  wrap<V extends number>(width: V): UIntSignal<V> {
    return unsigned(narrowed(this, width, "wrap"));
  }

  /** The same number in fewer bits; an error unless its range is proven to fit them. */
  fit<V extends number>(width: V): UIntSignal<V> {
    return unsigned(fitted(this, width));
  }

  /** The same number in `width` bits, zeros in front. */
  extend<V extends number>(width: V): UIntSignal<V> {
    return unsigned(widened(this, width));
  }

  /** The number divided by 2^amount, rounded down: the low bits cut off. */
  shiftRight(amount: number): UIntSignal {
    return unsigned(withoutLow(this, amount));
  }

  /** The nearest number that fits `width` bits: the number, or the largest one. */
  saturate<V extends number>(width: V): UIntSignal<V> {
    const narrow = narrowed(this, width, "saturate");
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
    return unsigned(elementOf(this.expression, index, width, here()));
  }
}

/** A two's-complement number. `W` is its width where the type checker knows it. */
export class SIntSignal<W extends number = AnyWidth> extends BitsSignal<SIntType> {
  declare protected readonly brand: ["sint", W];

  constructor(type: SIntType<W>, expression: Expression) {
    super(type, expression);
  }

  /** Exact sum: one bit wider than the wider operand. */
  add(other: SIntSignal | Literal): SIntSignal {
    return signed(exact(this, "add", other, 1));
  }

  /** Exact difference: one bit wider than the wider operand. */
  sub(other: SIntSignal | Literal): SIntSignal {
    return signed(exact(this, "sub", other, 1));
  }

  /** Exact product: as wide as both operands together. */
  mul(other: SIntSignal | Literal): SIntSignal {
    return signed(product(this, other));
  }

  /** True where both are the same number. */
  eq(other: SIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "eq", other));
  }

  /** True where they differ. */
  ne(other: SIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "ne", other));
  }

  /** Less than. */
  lt(other: SIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "lt", other));
  }

  /** Less than or equal. */
  le(other: SIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "le", other));
  }

  /** Greater than. */
  gt(other: SIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "lt", other, true));
  }

  /** Greater than or equal. */
  ge(other: SIntSignal<W> | Literal): BitSignal {
    return new BitSignal(compared(this, "le", other, true));
  }

  /** The low `width` bits: the number modulo 2^width, as two's complement. */
  wrap<V extends number>(width: V): SIntSignal<V> {
    return signed(narrowed(this, width, "wrap"));
  }

  /** The same number in fewer bits; an error unless its range is proven to fit them. */
  fit<V extends number>(width: V): SIntSignal<V> {
    return signed(fitted(this, width));
  }

  /** The same number in `width` bits, copies of the sign in front. */
  extend<V extends number>(width: V): SIntSignal<V> {
    return signed(widened(this, width));
  }

  /** The number divided by 2^amount, rounded towards minus infinity: the low bits cut off. */
  shiftRight(amount: number): SIntSignal {
    return signed(withoutLow(this, amount));
  }

  /** The sign bit. */
  negative(): BitSignal {
    return this.bit(this.width - 1);
  }

  /** The nearest number that fits `width` bits. */
  saturate<V extends number>(width: V): SIntSignal<V> {
    const at = here();
    const narrow = narrowed(this, width, "saturate");
    return signed(narrow.width === width ? saturated(this.expression, width, at) : narrow) as SIntSignal<V>;
  }
}

function unsigned(expression: Expression): UIntSignal {
  return new UIntSignal(uint(expression.width), expression);
}

function signed(expression: Expression): SIntSignal {
  return new SIntSignal(sint(expression.width), expression);
}

/** Concatenate, the first part most significant. */
export function concat(...parts: readonly (BitSignal | UIntSignal | SIntSignal)[]): UIntSignal {
  const at = here();
  if (parts.length === 0) return unsigned(refuseNoBits("concat needs at least one part.", at));
  const stray = parts.find((part) => !(part instanceof LeafSignal));
  if (stray !== undefined || parts.includes(stray as never)) throw wrongArgument("concat", "signals", stray, at);
  return unsigned(
    cat(
      parts.map((part) => part.expression),
      at,
    ),
  );
}
