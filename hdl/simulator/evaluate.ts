/** The value of an expression by its definition: bigints and recursion, exact at every width. */
import type { Expression } from "../ir.ts";
import { binaryOperators, unaryOperators } from "../operators.ts";
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
    case "unary":
      return wrapTo(unaryOperators[e.operator].value(numberOf(e.operand), e.operand.width), e);
    case "binary":
      return wrapTo(binaryOperators[e.operator].value(numberOf(e.left), numberOf(e.right)), e);
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
