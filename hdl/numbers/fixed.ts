/**
 * Fixed-point numbers: a signed integer, the raw value, that stands for raw · 2^−FL. Sums and products are exact and
 * grow; bits are given up only by `round`, `saturate`, `wrap` and `fit`.
 */

import { HdlError } from "../errors.ts";
import { binary, cast, cat, constant, extend, low } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { bitCount } from "../messages/described.ts";
import { checkOptions } from "../messages/options.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { BinaryOperator } from "../operators.ts";
import { here, type LazyPosition } from "../position.ts";
import { refuseNoSigned, refuseNoWord } from "../signals/given.ts";
import { operandNote } from "../signals/notes.ts";
import { compared, fitted } from "../signals/number-operations.ts";
import { operandOf } from "../signals/operand.ts";
import { BitSignal, BitsSignal, SIntSignal, type UIntSignal } from "../signals/signal.ts";
import { type AnyWidth, type FixedType, fixed, sint, typeName } from "../types.ts";
import { decimal, type FixedLiteral } from "./fixed-literal.ts";
import { type RoundingMode, roundingModes, saturated, withoutLowBits } from "./rounding.ts";

/** The format of a rounded number, and how it is rounded. */
export interface RoundOptions<I extends number, F extends number> {
  /** Integer bits of the result, sign included; what does not fit saturates. */
  readonly il: I;
  /** Fraction bits of the result: at most those of the number. */
  readonly fl: F;
  readonly mode: RoundingMode;
  /** For `stochastic`: as many uniform random bits as are dropped, or more, of which the low ones count. */
  readonly random?: UIntSignal;
}

type Operand = FixedSignal | FixedLiteral;

/** A fixed-point number. `I` and `F` are its format where the type checker knows it. */
export class FixedSignal<I extends number = AnyWidth, F extends number = AnyWidth> extends BitsSignal<FixedType> {
  declare protected readonly brand: ["fixed", I, F];

  constructor(type: FixedType<I, F>, expression: Expression) {
    super(type, expression);
  }

  /** Exact sum: one integer bit more than the larger operand, and the fraction bits of the finer one. */
  add(other: Operand): FixedSignal {
    return this.#sum("add", other, here());
  }

  /** Exact difference, in the format of the sum. */
  sub(other: Operand): FixedSignal {
    return this.#sum("sub", other, here());
  }

  /** Exact product: integer bits added, fraction bits added. */
  mul(other: Operand): FixedSignal {
    const at = here();
    const { type, expression } = this.#number(other, at);
    const { il, fl } = this.type;
    const width = this.width + type.width;
    return made(il + type.il, fl + type.fl, binary("mul", this.expression, expression, width, true, at));
  }

  /** Exact negative: one integer bit more. */
  negate(): FixedSignal {
    const at = here();
    const { il, fl, width } = this.type;
    const zero = constant(0n, width + 1, true, at);
    return made(il + 1, fl, binary("sub", zero, extend(this.expression, width + 1, at), width + 1, true, at));
  }

  /** True where both are the same number. */
  eq(other: FixedSignal<I, F> | FixedLiteral): BitSignal {
    return new BitSignal(compared(this, "eq", other));
  }

  /** True where they differ. */
  ne(other: FixedSignal<I, F> | FixedLiteral): BitSignal {
    return new BitSignal(compared(this, "ne", other));
  }

  /** Less than. */
  lt(other: FixedSignal<I, F> | FixedLiteral): BitSignal {
    return new BitSignal(compared(this, "lt", other));
  }

  /** Less than or equal. */
  le(other: FixedSignal<I, F> | FixedLiteral): BitSignal {
    return new BitSignal(compared(this, "le", other));
  }

  /** Greater than. */
  gt(other: FixedSignal<I, F> | FixedLiteral): BitSignal {
    return new BitSignal(compared(this, "lt", other, true));
  }

  /** Greater than or equal. */
  ge(other: FixedSignal<I, F> | FixedLiteral): BitSignal {
    return new BitSignal(compared(this, "le", other, true));
  }

  /**
   * The number in a format of fewer fraction bits, then saturated to its integer bits. Of k dropped bits, x the raw value:
   * - `truncate`: x >> k, towards minus infinity;
   * - `nearest`: (x + 2^(k−1) − 1) >> k, ties down;
   * - `nearest-even`: ties to the even raw value;
   * - `stochastic`: (x + r) >> k, r the low k bits of `random`: up with a probability of the dropped part.
   */
  round<const J extends number, const G extends number>(options: RoundOptions<J, G>): FixedSignal<J, G> {
    const at = here();
    const keys = { il: true, fl: true, mode: true, random: true } as const;
    checkOptions("round", "an object of il, fl and mode", options, keys, at);
    const { il, fl, mode, random } = options;
    if (random !== undefined) refuseNoWord("Rounding", random, at);
    if (!roundingModes.includes(mode)) {
      const modes = roundingModes.join(", ");
      throw wrongArgument("round", `a mode: ${modes}`, mode, at, `Write mode: one of ${modes}.`);
    }
    const type = fixed(il, fl);
    const dropped = this.type.fl - fl;
    const instead = () => new FixedSignal(type as FixedType<J, G>, recovery(type.width, true, at));
    if (dropped < 0) {
      this.#refuse(`round to ${typeName(type)}`, `at most ${this.type.fl} fraction bits`, at);
      return instead();
    }
    if (mode === "stochastic" && (random === undefined || random.width < dropped)) {
      refuse(
        () =>
          new HdlError(
            {
              code: "width-mismatch",
              message: `Stochastic rounding from ${typeName(this.type)} to ${typeName(type)} drops ${bitCount(dropped)}.`,
              expected: `random: a uint of at least ${bitCount(dropped)}`,
              found: random === undefined ? "none" : typeName(random.type),
              hint: "Give it that many random bits at every edge, of a generator such as an LFSR.",
            },
            at,
            [operandNote("operand", this), ...(random ? [operandNote("random", random)] : [])],
          ),
        this.expression,
        random?.expression,
      );
      return instead();
    }
    const rounded = withoutLowBits(this.expression, dropped, mode, random?.expression, at);
    return new FixedSignal(type as FixedType<J, G>, saturated(rounded, type.width, at));
  }

  /** The nearest number with `il` integer bits. */
  saturate<const J extends number>(il: J): FixedSignal<J, F> {
    const at = here();
    return this.#withInteger(il, "saturate", (width) => saturated(this.expression, width, at), at);
  }

  /** The number modulo 2^il, as two's complement. */
  wrap<const J extends number>(il: J): FixedSignal<J, F> {
    const at = here();
    return this.#withInteger(il, "wrap", (width) => low(this.expression, width, at), at);
  }

  /** The same number with fewer integer bits; an error unless its range is proven to fit them. */
  fit<const J extends number>(il: J): FixedSignal<J, F> {
    return this.#withInteger(
      il,
      "fit",
      (width) => fitted(this, width, il, (raw) => decimal(raw, this.type.fl)),
      here(),
    );
  }

  /** The same number in a format of at least as many integer and fraction bits. */
  extend<const J extends number, const G extends number>(il: J, fl: G): FixedSignal<J, G> {
    const at = here();
    const { type } = this;
    if (!(il >= type.il && fl >= type.fl)) {
      this.#refuse(
        `extend(${il}, ${fl})`,
        `at least ${type.il} integer and ${type.fl} fraction bits`,
        at,
        "Use round, saturate, wrap or fit for fewer.",
      );
      return new FixedSignal(fixed(il, fl) as FixedType<J, G>, recovery(Math.max(1, il + fl), true, at));
    }
    const wider = fixed(il, fl) as FixedType<J, G>;
    return new FixedSignal(wider, aligned(this.expression, fl - type.fl, wider.width, at));
  }

  /** The raw value: the number times 2^FL. */
  raw(): SIntSignal {
    return new SIntSignal(sint(this.width), this.expression);
  }

  /** True where the number is below zero. */
  negative(): BitSignal {
    return this.bit(this.width - 1);
  }

  #sum(operator: BinaryOperator & ("add" | "sub"), other: Operand, at: LazyPosition): FixedSignal {
    const { type, expression } = this.#number(other, at);
    const il = Math.max(this.type.il, type.il) + 1;
    const fl = Math.max(this.type.fl, type.fl);
    const left = aligned(this.expression, fl - this.type.fl, il + fl, at);
    return made(il, fl, binary(operator, left, aligned(expression, fl - type.fl, il + fl, at), il + fl, true, at));
  }

  /** A number of any format, or a literal of this one's. */
  #number(other: Operand, at: LazyPosition): { readonly type: FixedType; readonly expression: Expression } {
    return other instanceof FixedSignal
      ? other
      : { type: this.type, expression: operandOf(this.type, other, at, this) };
  }

  #withInteger<J extends number>(
    il: J,
    verb: string,
    narrow: (width: number) => Expression,
    at: LazyPosition,
  ): FixedSignal<J, F> {
    if (!(Number.isInteger(il) && il >= 0 && il <= this.type.il && il + this.type.fl > 0)) {
      this.#refuse(`${verb}(${il})`, `0 to ${this.type.il} integer bits`, at, "Use extend for more.");
      const instead = fixed(il, this.type.fl) as FixedType<J, F>;
      return new FixedSignal(instead, recovery(instead.width, true, at));
    }
    const type = fixed(il, this.type.fl) as FixedType<J, F>;
    return new FixedSignal(type, narrow(type.width));
  }

  #refuse(what: string, expected: string, at: LazyPosition, hint?: string): void {
    const message = `A ${typeName(this.type)} has no ${what}.`;
    const details = { code: "bad-width", message, expected, ...(hint ? { hint } : {}) } as const;
    refuse(() => new HdlError(details, at, [operandNote("operand", this)]), this.expression);
  }
}

/** The signed number `raw` read as raw · 2^−`fl`; the two parts of the format must have its width together. */
export function asFixed<const I extends number, const F extends number>(
  raw: SIntSignal,
  il: I,
  fl: F,
): FixedSignal<I, F> {
  refuseNoSigned("asFixed", raw);
  const type = fixed(il, fl);
  if (raw.width !== type.width) {
    const at = here();
    refuse(
      () =>
        new HdlError(
          {
            code: "width-mismatch",
            message: `${typeName(type)} has ${bitCount(type.width)}.`,
            expected: `sint(${type.width})`,
            found: typeName(raw.type),
          },
          at,
          [operandNote("operand", raw)],
        ),
      raw.expression,
    );
    return new FixedSignal(type as FixedType<I, F>, recovery(type.width, true, at));
  }
  return new FixedSignal(type as FixedType<I, F>, raw.expression);
}

function made(il: number, fl: number, expression: Expression): FixedSignal {
  return new FixedSignal(fixed(il, fl), expression);
}

/** `e` with `zeros` more fraction bits, in `width` bits. */
function aligned(e: Expression, zeros: number, width: number, at: LazyPosition): Expression {
  if (zeros === 0) return extend(e, width, at);
  return extend(cast(cat([e, constant(0n, zeros, false, at)], at), true, at), width, at);
}
