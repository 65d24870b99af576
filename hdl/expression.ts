/**
 * Constructors of expressions. They fold constants and drop work that has no effect. They trust their callers on widths;
 * the verifier does not.
 */
import type { Const, ConstSymbol, Expression } from "./ir.ts";
import { type BinaryOperator, binaryOperators, type UnaryOperator, unaryOperators } from "./operators.ts";
import type { LazyPosition } from "./position.ts";
import { unreachable } from "./walk.ts";

/** A constant of the given number; the caller has checked that it fits. */
export function constant(value: bigint, width: number, signed: boolean, at: LazyPosition): Const {
  return Object.freeze({ kind: "const", value, width, signed, at });
}

/** A constant with a name for the reader of the Verilog. */
export function namedConstant(value: bigint, width: number, symbol: ConstSymbol, at: LazyPosition): Const {
  return Object.freeze({ kind: "const", value, width, signed: false, symbol: Object.freeze(symbol), at });
}

/** The number that the low `width` bits of `value` mean. */
export function normalise(value: bigint, width: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

export function reference(name: string, width: number, signed: boolean, at: LazyPosition): Expression {
  return Object.freeze({ kind: "ref", name, width, signed, at });
}

export function unary(
  operator: UnaryOperator,
  operand: Expression,
  width: number,
  signed: boolean,
  at: LazyPosition,
): Expression {
  if (operator === "extend" && width === operand.width) return operand;
  if (operator === "cast" && signed === operand.signed) return operand;
  if (operator === "cast" && operand.kind === "unary" && operand.operator === "cast") return operand.operand;
  if (operator === "not" && operand.kind === "unary" && operand.operator === "not") return operand.operand;
  if (operand.width === 1 && unaryOperators[operator].family === "reduction") return cast(operand, false, at);
  if (operand.kind === "const") {
    const value = unaryOperators[operator].value(operand.value, operand.width);
    return constant(normalise(value, width, signed), width, signed, at);
  }
  return Object.freeze({ kind: "unary", operator, operand, width, signed, at });
}

/** The same number in more bits. */
export function extend(e: Expression, width: number, at: LazyPosition): Expression {
  return unary("extend", e, width, e.signed, at);
}

/** The same bits with the given sign. */
export function cast(e: Expression, signed: boolean, at: LazyPosition): Expression {
  return unary("cast", e, e.width, signed, at);
}

/** The low `width` bits with the sign of `e`. */
export function low(e: Expression, width: number, at: LazyPosition): Expression {
  if (width === e.width) return e;
  if (e.kind === "const") return constant(normalise(e.value, width, e.signed), width, e.signed, at);
  if (e.kind === "unary" && e.operator === "extend") {
    return width >= e.operand.width ? extend(e.operand, width, at) : low(e.operand, width, at);
  }
  if (e.kind === "unary" && e.operator === "cast") return cast(low(e.operand, width, at), e.signed, at);
  return cast(slice(e, 0, width, at), e.signed, at);
}

/** Bits `from` to `from + width - 1` as an unsigned value. */
export function slice(e: Expression, from: number, width: number, at: LazyPosition): Expression {
  if (from === 0 && width === e.width) return cast(e, false, at);
  if (e.kind === "const") return constant(normalise(e.value >> BigInt(from), width, false), width, false, at);
  if (e.kind === "slice") return slice(e.operand, e.low + from, width, at);
  if (e.kind === "unary" && e.operator === "cast") return slice(e.operand, from, width, at);
  return Object.freeze({ kind: "slice", operand: e, low: from, width, signed: false, at });
}

export function binary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  width: number,
  signed: boolean,
  at: LazyPosition,
): Expression {
  if (left.kind === "const" && right.kind === "const") {
    const value = binaryOperators[operator].value(left.value, right.value);
    return constant(normalise(value, width, signed), width, signed, at);
  }
  return (
    simplified(operator, left, right, at) ?? Object.freeze({ kind: "binary", operator, left, right, width, signed, at })
  );
}

/** The simpler value of an operator that its operands decide; readers of Verilog warn of the unsimplified ones. */
function simplified(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  at: LazyPosition,
): Expression | undefined {
  const { width, signed } = left;
  const ones = normalise(-1n, width, signed);
  const is = (e: Expression, value: bigint) => e.kind === "const" && e.value === value;
  const truth = (holds: boolean) => constant(holds ? 1n : 0n, 1, false, at);
  const equal = same(left, right);
  switch (operator) {
    case "mul": {
      const product = left.width + right.width;
      return is(left, 0n) || is(right, 0n) ? constant(0n, product, signed, at) : undefined;
    }
    case "eq":
    case "ne":
      return equal ? truth(operator === "eq") : undefined;
    case "and":
      if (equal || is(left, ones) || is(right, 0n)) return right;
      return is(right, ones) || is(left, 0n) ? left : undefined;
    case "or":
      if (equal || is(left, 0n) || is(right, ones)) return right;
      return is(right, 0n) || is(left, ones) ? left : undefined;
    case "xor":
      if (equal) return constant(0n, width, signed, at);
      if (is(left, 0n)) return right;
      return is(right, 0n) ? left : undefined;
    case "add":
      if (is(left, 0n)) return right;
      return is(right, 0n) ? left : undefined;
    case "sub":
      if (equal) return constant(0n, width, signed, at);
      return is(right, 0n) ? left : undefined;
    case "lt":
    case "le": {
      if (equal) return truth(operator === "le");
      if (width === 1) return singleBitOrder(operator, left, right, at);
      const least = signed ? -(1n << BigInt(width - 1)) : 0n;
      const most = least + (1n << BigInt(width)) - 1n;
      if (operator === "lt") return is(left, most) || is(right, least) ? truth(false) : undefined;
      return is(left, least) || is(right, most) ? truth(true) : undefined;
    }
    default:
      return undefined;
  }
}

/** Order of two bits as logic: 0 is less than 1, and -1 (the signed bit 1) is less than 0. */
function singleBitOrder(operator: "lt" | "le", left: Expression, right: Expression, at: LazyPosition): Expression {
  const [a, b] = left.signed ? [right, left] : [left, right];
  const not = unary("not", cast(a, false, at), 1, false, at);
  return binary(operator === "lt" ? "and" : "or", not, cast(b, false, at), 1, false, at);
}

/** The same object, or the same bits of the same net. */
function same(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind === "ref") return b.kind === "ref" && a.name === b.name;
  if (a.kind === "slice")
    return b.kind === "slice" && a.low === b.low && a.width === b.width && same(a.operand, b.operand);
  if (a.kind !== "unary" || b.kind !== "unary") return false;
  return a.operator === b.operator && a.width === b.width && same(a.operand, b.operand);
}

export function mux(condition: Expression, whenTrue: Expression, whenFalse: Expression, at: LazyPosition): Expression {
  if (condition.kind === "const") return condition.value === 0n ? whenFalse : whenTrue;
  if (whenTrue === whenFalse || sameConstant(whenTrue, whenFalse)) return whenTrue;
  const { width, signed } = whenTrue;
  const plain = (e: Expression) => e.kind === "const" && !e.symbol;
  if (width === 1 && !signed && whenTrue.kind === "const" && plain(whenTrue) && plain(whenFalse)) {
    return whenTrue.value === 1n ? condition : unary("not", condition, 1, false, at);
  }
  return Object.freeze({ kind: "mux", condition, whenTrue, whenFalse, width, signed, at });
}

function sameConstant(a: Expression, b: Expression): boolean {
  return a.kind === "const" && b.kind === "const" && a.value === b.value;
}

/** Concatenation, most significant part first; unsigned. Adjacent parts of one value become one part. */
export function cat(parts: readonly Expression[], at: LazyPosition): Expression {
  const merged: Expression[] = [];
  for (const given of parts) {
    const part = given.kind === "unary" && given.operator === "cast" ? given.operand : given;
    const above = merged.at(-1);
    if (above?.kind === "const" && part.kind === "const") {
      const bits =
        (BigInt.asUintN(above.width, above.value) << BigInt(part.width)) | BigInt.asUintN(part.width, part.value);
      merged[merged.length - 1] = constant(bits, above.width + part.width, false, at);
      continue;
    }
    const joins = above?.kind === "slice" && part.kind === "slice" && above.operand === part.operand;
    if (joins && above.low === part.low + part.width) {
      merged[merged.length - 1] = slice(part.operand, part.low, part.width + above.width, at);
    } else merged.push(part);
  }
  if (merged.length === 1) return cast(merged[0], false, at);
  const width = merged.reduce((sum, part) => sum + part.width, 0);
  return Object.freeze({ kind: "cat", parts: Object.freeze(merged), width, signed: false, at });
}

/** Element `index` of a packed value of exactly 2^(width of index) elements. */
export function indexed(operand: Expression, index: Expression, width: number, at: LazyPosition): Expression {
  if (index.kind === "const") return slice(operand, Number(index.value) * width, width, at);
  return Object.freeze({ kind: "index", operand, index, width, signed: false, at });
}

/** The expression made anew, simpler where a changed operand allows it. */
export function refolded(e: Expression): Expression {
  switch (e.kind) {
    case "const":
    case "ref":
      return e;
    case "unary":
      return unary(e.operator, e.operand, e.width, e.signed, e.at);
    case "binary":
      return binary(e.operator, e.left, e.right, e.width, e.signed, e.at);
    case "mux":
      return mux(e.condition, e.whenTrue, e.whenFalse, e.at);
    case "cat":
      return cat(e.parts, e.at);
    case "slice":
      return slice(e.operand, e.low, e.width, e.at);
    case "index":
      return indexed(e.operand, e.index, e.width, e.at);
    default:
      return unreachable(e);
  }
}
