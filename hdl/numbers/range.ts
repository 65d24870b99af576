/** Which numbers an expression can have: proves that `fit` loses nothing. */
import type { BinaryOperator, Expression, UnaryOperator } from "../ir.ts";
import { unreachable } from "../walk.ts";

/** Whole numbers from `least` to `most`, both included. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

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
      return { least: min(a.least, b.least), most: max(a.most, b.most) };
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
  switch (operator) {
    case "not": {
      // Modulo 2^width, the complement of x is -1 - x.
      const { least, most } = rangeOf(operand);
      return { least: -1n - most, most: -1n - least };
    }
    case "extend":
      return rangeOf(operand);
    case "cast":
      // What was cut off the operand is cut off here as well, so the uncut range serves: a sliced sign comes back.
      return exactRange(operand);
    case "reduceAnd":
    case "reduceOr":
    case "reduceXor":
      return { least: 0n, most: 1n };
    default:
      return unreachable(operator);
  }
}

function binaryRange(operator: BinaryOperator, left: Expression, right: Expression): Range {
  const [a, b] = [rangeOf(left), rangeOf(right)];
  const whole = rangeOfType(left.width, left.signed);
  const natural = a.least >= 0n && b.least >= 0n;
  switch (operator) {
    case "add":
      return { least: a.least + b.least, most: a.most + b.most };
    case "sub":
      return { least: a.least - b.most, most: a.most - b.least };
    case "mul": {
      const corners = [a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most];
      return { least: corners.reduce(min), most: corners.reduce(max) };
    }
    case "and":
      if (natural) return { least: 0n, most: min(a.most, b.most) };
      // With a natural number on one side the other can only take bits away.
      if (a.least >= 0n) return { least: 0n, most: a.most };
      return b.least >= 0n ? { least: 0n, most: b.most } : whole;
    case "or":
      return natural ? { least: max(a.least, b.least), most: ones(a.most | b.most) } : whole;
    case "xor":
      return natural ? { least: 0n, most: ones(a.most | b.most) } : whole;
    case "eq":
    case "ne":
    case "lt":
    case "le":
      return { least: 0n, most: 1n };
    default:
      return unreachable(operator);
  }
}

/** The largest number of as many bits. */
function ones(value: bigint): bigint {
  return value === 0n ? 0n : (1n << BigInt(value.toString(2).length)) - 1n;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
