/** Fewer bits for a signed number: low ones dropped and rounded, high ones saturated. Works on expressions. */
import { binary, cast, constant, extend, low, mux, slice, unary } from "../expression.ts";
import type { Expression } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import { rangeOf, rangeOfType } from "./range.ts";

/** What becomes of dropped low bits; see `FixedSignal.round`. */
export type RoundingMode = (typeof roundingModes)[number];

export const roundingModes = ["truncate", "nearest", "nearest-even", "stochastic"] as const;

/**
 * The signed `e` without its `count` low bits, rounded; exact, so up to one bit wider than what is left of `e`.
 * `random`, for stochastic rounding only, has at least `count` bits; the low ones count.
 */
export function withoutLowBits(
  e: Expression,
  count: number,
  mode: RoundingMode,
  random: Expression | undefined,
  at: LazyPosition,
): Expression {
  if (count === 0) return e;
  // One bit more than the operands of the sum, which so cannot overflow; what is dropped is never all of them.
  const width = Math.max(e.width, count + 1) + 1;
  const whole = e.width > count ? e : extend(e, width, at);
  const half = 1n << BigInt(count - 1);
  const number = (value: bigint) => constant(value, width, true, at);
  const plus = (addend: Expression) => binary("add", extend(e, width, at), addend, width, true, at);
  const kept = (sum: Expression) => cast(slice(sum, count, sum.width - count, at), true, at);
  switch (mode) {
    case "truncate":
      return kept(whole);
    case "nearest":
      // Just below one half: a tie goes down.
      return kept(plus(number(half - 1n)));
    case "nearest-even":
      // One half where the kept part is odd: then, and only then, a tie goes up.
      return kept(plus(mux(slice(whole, count, 1, at), number(half), number(half - 1n), at)));
    case "stochastic": {
      const drawn = low(random as Expression, count, at);
      return kept(plus(cast(extend(drawn, width, at), true, at)));
    }
  }
}

/** The nearest number that fits `width` bits, in `width` bits. Costs nothing where the number is proven to fit. */
export function saturated(e: Expression, width: number, at: LazyPosition): Expression {
  if (width >= e.width) return extend(e, width, at);
  const [proven, wanted] = [rangeOf(e), rangeOfType(width, e.signed)];
  const narrow = low(e, width, at);
  if (proven.least >= wanted.least && proven.most <= wanted.most) return narrow;
  if (!e.signed) {
    const over = unary("reduceOr", slice(e, width, e.width - width, at), 1, false, at);
    return mux(over, constant(wanted.most, width, false, at), narrow, at);
  }
  const top = slice(e, width - 1, e.width - width + 1, at);
  const negative = slice(e, e.width - 1, 1, at);
  const none = unary("not", unary("reduceOr", top, 1, false, at), 1, false, at);
  const fits = binary("or", unary("reduceAnd", top, 1, false, at), none, 1, false, at);
  const limit = mux(negative, constant(wanted.least, width, true, at), constant(wanted.most, width, true, at), at);
  return mux(fits, narrow, limit, at);
}
