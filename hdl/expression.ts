/**
 * Constructors of expressions. They fold constants and drop work that has no effect. They trust their callers on widths;
 * the verifier does not.
 */
import type { BinaryOperator, Const, Expression, UnaryOperator } from "./ir.ts";
import type { LazyPosition } from "./position.ts";

/** A constant of the given number; the caller has checked that it fits. */
export function constant(value: bigint, width: number, signed: boolean, at: LazyPosition): Const {
  return Object.freeze({ kind: "const", value, width, signed, at });
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
  if (operator === "not" && operand.kind === "unary" && operand.operator === "not") return operand.operand;
  if (operand.width === 1 && operator.startsWith("reduce")) return cast(operand, false, at);
  if (operand.kind === "const") {
    const bits = BigInt.asUintN(operand.width, operand.value);
    const ones = (1n << BigInt(operand.width)) - 1n;
    switch (operator) {
      case "not":
        return constant(normalise(~operand.value, width, signed), width, signed, at);
      case "extend":
      case "cast":
        return constant(normalise(operand.value, width, signed), width, signed, at);
      case "reduceAnd":
        return constant(bits === ones ? 1n : 0n, 1, false, at);
      case "reduceOr":
        return constant(bits !== 0n ? 1n : 0n, 1, false, at);
      case "reduceXor": {
        const count = [...bits.toString(2)].filter((digit) => digit === "1").length;
        return constant(BigInt(count & 1), 1, false, at);
      }
    }
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
    return constant(normalise(evaluate(operator, left, right), width, signed), width, signed, at);
  }
  if (operator === "and" || operator === "or") {
    const [fixed, other] = left.kind === "const" ? [left, right] : [right, left];
    if (fixed.kind === "const") {
      const bits = BigInt.asUintN(width, fixed.value);
      const ones = (1n << BigInt(width)) - 1n;
      if (bits === 0n) return operator === "and" ? constant(0n, width, signed, at) : other;
      if (bits === ones)
        return operator === "and" ? other : constant(normalise(ones, width, signed), width, signed, at);
    }
  }
  return Object.freeze({ kind: "binary", operator, left, right, width, signed, at });
}

function evaluate(operator: BinaryOperator, left: Const, right: Const): bigint {
  const [a, b] = [left.value, right.value];
  const truth = (condition: boolean) => (condition ? 1n : 0n);
  switch (operator) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "eq":
      return truth(a === b);
    case "ne":
      return truth(a !== b);
    case "lt":
      return truth(a < b);
    case "le":
      return truth(a <= b);
  }
}

export function mux(condition: Expression, whenTrue: Expression, whenFalse: Expression, at: LazyPosition): Expression {
  if (condition.kind === "const") return condition.value === 0n ? whenFalse : whenTrue;
  if (whenTrue === whenFalse || sameConstant(whenTrue, whenFalse)) return whenTrue;
  const { width, signed } = whenTrue;
  if (width === 1 && !signed && whenTrue.kind === "const" && whenFalse.kind === "const") {
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
  for (const part of parts) {
    const above = merged.at(-1);
    const joins = above?.kind === "slice" && part.kind === "slice" && above.operand === part.operand;
    if (joins && above.low === part.low + part.width) {
      merged[merged.length - 1] = slice(part.operand, part.low, part.width + above.width, at);
    } else merged.push(part.kind === "unary" && part.operator === "cast" ? part.operand : part);
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
