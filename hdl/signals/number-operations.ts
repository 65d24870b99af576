/** What numbers of every kind compute alike: sums, products and comparisons, and changes of their width. */
import { HdlError, type HdlErrorDetails } from "../errors.ts";
import { binary, cast, extend, low, slice } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { bitCount } from "../messages/described.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { rangeOf, rangeOfType } from "../numbers/range.ts";
import type { BinaryOperator } from "../operators.ts";
import { here, type LazyPosition } from "../position.ts";
import { type FixedType, isSigned, type LeafType, type SIntType, typeName, type UIntType } from "../types.ts";
import type { LeafSignal } from "./leaf.ts";
import type { AnyLiteral } from "./literal.ts";
import { operandNote } from "./notes.ts";
import { operandOf } from "./operand.ts";

type NumberSignal = LeafSignal<UIntType | SIntType | FixedType>;
type NumberOperand = NumberSignal | AnyLiteral;

/** The method that compares with its operands swapped. */
const swapped = { eq: "eq", ne: "ne", lt: "gt", le: "ge" } as const;

/** The other operand, which must be as wide as the value. */
function sameWidth(value: NumberSignal, operator: string, other: NumberOperand, at: LazyPosition): Expression {
  const left = value.expression;
  const right = operandOf(value.type, other, at, value);
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
        [operandNote("left", value), operandNote("right", other as LeafSignal<LeafType>)],
      ),
    left,
    right,
  );
  return recovery(left.width, left.signed, at);
}

/** The bit of a comparison; `swap`: of the operands the other way round. */
export function compared(
  value: NumberSignal,
  operator: "eq" | "ne" | "lt" | "le",
  other: NumberOperand,
  swap = false,
): Expression {
  const at = here();
  const right = sameWidth(value, swap ? swapped[operator] : operator, other, at);
  const [a, b] = swap ? [right, value.expression] : [value.expression, right];
  return binary(operator, a, b, 1, false, at);
}

/** Operands extended to `width` and combined at that width. */
export function exact(value: NumberSignal, operator: BinaryOperator, other: NumberOperand, grow: number): Expression {
  const at = here();
  const right = operandOf(value.type, other, at, value);
  const width = Math.max(value.width, right.width) + grow;
  const signed = isSigned(value.type);
  return binary(operator, extend(value.expression, width, at), extend(right, width, at), width, signed, at);
}

/** Operands of one width, combined at that width. */
export function modular(value: NumberSignal, operator: BinaryOperator, other: NumberOperand): Expression {
  const at = here();
  const right = sameWidth(value, operator === "add" || operator === "sub" ? `${operator}Wrap` : operator, other, at);
  return binary(operator, value.expression, right, value.width, isSigned(value.type), at);
}

/** As wide as both operands together. */
export function product(value: NumberSignal, other: NumberOperand): Expression {
  const at = here();
  const right = operandOf(value.type, other, at, value);
  return binary("mul", value.expression, right, value.width + right.width, isSigned(value.type), at);
}

/** The low `width` bits; `verb` is the method that errors name. */
export function narrowed(value: NumberSignal, width: number, verb: string): Expression {
  const at = here();
  if (!(Number.isInteger(width) && width >= 1 && width <= value.width)) {
    return refuseWidth(
      value,
      {
        message: `A ${typeName(value.type)} has no ${verb}(${width}).`,
        expected: `1 to ${bitCount(value.width)}`,
        ...(width === 0
          ? { hint: "A number has at least one bit; where a parameter can leave none, leave the signal out." }
          : width > value.width
            ? { hint: "Use extend to make a number wider." }
            : {}),
      },
      width,
      at,
    );
  }
  return low(value.expression, width, at);
}

function refuseWidth(
  value: NumberSignal,
  details: Omit<HdlErrorDetails, "code">,
  width: number,
  at: LazyPosition,
): Expression {
  refuse(() => new HdlError({ code: "bad-width", ...details }, at, [operandNote("operand", value)]), value.expression);
  return recovery(Number.isInteger(width) && width > 0 ? width : value.width, value.expression.signed, at);
}

/** The low `width` bits, which are proven to be the number; `amount` and `text` only serve the message. */
export function fitted(
  value: NumberSignal,
  width: number,
  amount = width,
  text: (bound: bigint) => string = String,
): Expression {
  const narrow = narrowed(value, width, "fit");
  if (narrow.width !== width) return narrow;
  const [proven, wanted] = [rangeOf(value.expression), rangeOfType(width, value.expression.signed)];
  if (proven.least >= wanted.least && proven.most <= wanted.most) return narrow;
  const at = here();
  refuse(
    () =>
      new HdlError(
        {
          code: "does-not-fit",
          message: `fit(${amount}) could lose values of a ${typeName(value.type)}.`,
          expected: `${text(wanted.least)} to ${text(wanted.most)}`,
          found: `${text(proven.least)} to ${text(proven.most)}, as far as the operands and their types prove`,
          hint: "Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n).",
        },
        at,
        [operandNote("operand", value)],
      ),
    value.expression,
  );
  return narrow;
}

/** The same number in `width` bits. */
export function widened(value: NumberSignal, width: number): Expression {
  const at = here();
  if (!(Number.isInteger(width) && width >= value.width)) {
    return refuseWidth(
      value,
      {
        message: `A ${typeName(value.type)} has no extend(${width}).`,
        expected: `at least ${bitCount(value.width)}`,
        hint: "Use wrap or saturate to make a number narrower.",
      },
      width,
      at,
    );
  }
  return extend(value.expression, width, at);
}

/** The low `amount` bits cut off. */
export function withoutLow(value: NumberSignal, amount: number): Expression {
  const at = here();
  if (!(Number.isInteger(amount) && amount >= 0 && amount < value.width)) {
    return refuseWidth(
      value,
      {
        message: `A ${typeName(value.type)} has no shiftRight(${amount}).`,
        expected: `0 to ${value.width - 1}`,
        hint: "At least one bit must remain.",
      },
      Math.max(1, value.width - Number(amount)),
      at,
    );
  }
  const cut = slice(value.expression, amount, value.width - amount, at);
  return amount === 0 ? value.expression : cast(cut, isSigned(value.type), at);
}
