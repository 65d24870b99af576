/** Which numbers an expression can have: proves that `fit` loses nothing. */
import type { Expression } from "../ir.ts";
import { type BinaryOperator, binaryOperators, type Range, type UnaryOperator, unaryOperators } from "../operators.ts";
import { unreachable } from "../walk.ts";

/** Ranges by expression; expressions are frozen and shared, so what is known of one stays true. */
const known = new WeakMap<Expression, Range>();

/** Every number of `width` bits. */
export function rangeOfType(width: number, signed: boolean): Range {
  const count = 1n << BigInt(width);
  return signed ? { least: -count / 2n, most: count / 2n - 1n } : { least: 0n, most: count - 1n };
}

/** Numbers between which the value of `e` always lies. Conditions are not looked at: both arms of a choice count. */
export function rangeOf(e: Expression): Range {
  const before = known.get(e);
  if (before) return before;
  const range = wrapped(exactRange(e), e.width, e.signed);
  known.set(e, range);
  return range;
}

/** Says that the net `reference` always has the value `value`. */
export function sameRange(reference: Expression, value: Expression): void {
  known.set(reference, rangeOf(value));
}

/** The range after the numbers are cut to `width` bits: the same, shifted, where they wrap together, else all. */
function wrapped({ least, most }: Range, width: number, signed: boolean): Range {
  const cut = (value: bigint) => (signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value));
  const moved = { least: cut(least), most: cut(most) };
  return moved.most - moved.least === most - least ? moved : rangeOfType(width, signed);
}

/** The range before the result is cut to the width of `e`: equal to the value modulo 2^width. */
function exactRange(e: Expression): Range {
  switch (e.kind) {
    case "const":
      return { least: e.value, most: e.value };
    case "ref":
      return known.get(e) ?? rangeOfType(e.width, e.signed);
    case "unary":
      return unaryRange(e.operator, e.operand);
    case "binary":
      return binaryRange(e.operator, e.left, e.right);
    case "mux": {
      const [a, b] = [rangeOf(e.whenTrue), rangeOf(e.whenFalse)];
      const [lower, upper] = [a.least < b.least ? a : b, a.most > b.most ? a : b];
      return { least: lower.least, most: upper.most };
    }
    case "cat":
      return e.parts.reduce<Range>(
        (above, part) => {
          const bits = wrapped(rangeOf(part), part.width, false);
          const shift = BigInt(part.width);
          return { least: (above.least << shift) + bits.least, most: (above.most << shift) + bits.most };
        },
        { least: 0n, most: 0n },
      );
    case "slice": {
      const { least, most } = rangeOf(e.operand);
      return { least: least >> BigInt(e.low), most: most >> BigInt(e.low) };
    }
    case "index":
      return rangeOfType(e.width, false);
    default:
      return unreachable(e);
  }
}

function unaryRange(operator: UnaryOperator, operand: Expression): Range {
  // What was cut off the operand is cut off by a cast as well, so the uncut range serves: a sliced sign comes back.
  return operator === "cast" ? exactRange(operand) : unaryOperators[operator].range(rangeOf(operand));
}

function binaryRange(operator: BinaryOperator, left: Expression, right: Expression): Range {
  return binaryOperators[operator].range(rangeOf(left), rangeOf(right)) ?? rangeOfType(left.width, left.signed);
}
