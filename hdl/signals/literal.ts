/** Literals as constants of a type, where they fit it. */
import { HdlError, type HdlErrorDetails, type Involved } from "../errors.ts";
import { constant, namedConstant } from "../expression.ts";
import type { Const } from "../ir.ts";
import { described } from "../messages/described.ts";
import { attempt, refuse } from "../messages/problems.ts";
import { declarationOf } from "../names/enum-names.ts";
import { type FixedLiteral, isRounded, rawOf, roundedNumber } from "../numbers/fixed-literal.ts";
import type { LazyPosition } from "../position.ts";
import { isSigned, type LeafType, typeName } from "../types.ts";
import { encodingOf } from "./enum-encoding.ts";

/** A whole number that takes the type of what it is combined with, and must fit it. */
export type Literal = number | bigint;

/** A literal of some leaf type. */
export type AnyLiteral = FixedLiteral | boolean | string;

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
