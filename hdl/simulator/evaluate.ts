/** The value of an expression by its definition: bigints and recursion, exact at every width. */
import type { Expression } from "../ir.ts";
import { operands, unreachable } from "../walk.ts";

/** The number that the low bits of `value` mean. */
export function wrapTo(value: bigint, { width, signed }: { width: number; signed: boolean }): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

/**
 * The number that an expression is, where `net` gives the number on each net. What several parts share is computed once: a
 * description that uses a value twice, a thousand times over, is small, and written out as a tree it is not.
 */
export function evaluate(e: Expression, net: (name: string) => bigint): bigint {
  const known = new Map<Expression, bigint>();
  const numberOf = (part: Expression): bigint => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const value = compute(part, numberOf, net);
    known.set(part, value);
    return value;
  };
  return numberOf(e);
}

/** The names of all nets that an expression refers to. */
export function netNames(e: Expression): Set<string> {
  const seen = new Set([e]);
  // A set goes on over what is added meanwhile.
  for (const part of seen) for (const operand of operands(part)) seen.add(operand);
  return new Set([...seen].flatMap((part) => (part.kind === "ref" ? [part.name] : [])));
}

/** One step of it, `numberOf` giving the numbers of the operands. */
function compute(e: Expression, numberOf: (operand: Expression) => bigint, net: (name: string) => bigint): bigint {
  switch (e.kind) {
    case "const":
      return e.value;
    case "ref":
      return net(e.name);
    case "unary": {
      const value = numberOf(e.operand);
      const bits = BigInt.asUintN(e.operand.width, value);
      switch (e.operator) {
        case "not":
          return wrapTo(~value, e);
        case "extend":
          return value;
        case "cast":
          return wrapTo(value, e);
        case "reduceAnd":
          return bits === (1n << BigInt(e.operand.width)) - 1n ? 1n : 0n;
        case "reduceOr":
          return bits === 0n ? 0n : 1n;
        case "reduceXor":
          return BigInt([...bits.toString(2)].filter((digit) => digit === "1").length & 1);
        default:
          return unreachable(e);
      }
    }
    case "binary": {
      const a = numberOf(e.left);
      const b = numberOf(e.right);
      switch (e.operator) {
        case "add":
          return wrapTo(a + b, e);
        case "sub":
          return wrapTo(a - b, e);
        case "mul":
          return wrapTo(a * b, e);
        case "and":
          return wrapTo(a & b, e);
        case "or":
          return wrapTo(a | b, e);
        case "xor":
          return wrapTo(a ^ b, e);
        case "eq":
          return a === b ? 1n : 0n;
        case "ne":
          return a === b ? 0n : 1n;
        case "lt":
          return a < b ? 1n : 0n;
        case "le":
          return a <= b ? 1n : 0n;
        default:
          return unreachable(e);
      }
    }
    case "mux":
      return numberOf(numberOf(e.condition) === 1n ? e.whenTrue : e.whenFalse);
    case "cat":
      return e.parts.reduce(
        (bits, part) => (bits << BigInt(part.width)) | BigInt.asUintN(part.width, numberOf(part)),
        0n,
      );
    case "slice":
      return BigInt.asUintN(e.width, numberOf(e.operand) >> BigInt(e.low));
    case "index": {
      const from = numberOf(e.index) * BigInt(e.width);
      return BigInt.asUintN(e.width, numberOf(e.operand) >> from);
    }
    default:
      return unreachable(e);
  }
}
