/** Operands: signals and literals that meet a signal or a type. */
import { HdlError, type HdlErrorDetails, type Involved } from "../errors.ts";
import type { Expression } from "../ir.ts";
import { recovery, refuse } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";
import { isSigned, type LeafType, typeName } from "../types.ts";
import { LeafSignal } from "./leaf.ts";
import { type AnyLiteral, literal } from "./literal.ts";
import { operandNote } from "./notes.ts";
import { typeDifference } from "./type-difference.ts";

/**
 * The expression of an operand: a signal of the same kind, or a literal that fits `type`. `meets` is the left operand, or
 * what takes the value; errors show it.
 */
export function operandOf(
  type: LeafType,
  operand: LeafSignal<LeafType> | AnyLiteral,
  at: LazyPosition,
  meets?: LeafSignal<LeafType> | (() => Involved),
): Expression {
  const left = meets instanceof LeafSignal ? meets : undefined;
  const note = () => (left ? [operandNote("left", left)] : typeof meets === "function" ? [meets()] : []);
  if (!(operand instanceof LeafSignal)) return literal(type, operand, at, note);
  const difference = typeDifference(type, operand.type);
  if (!difference) return operand.expression;
  const notes = () => [...note(), operandNote(left ? "right" : "value", operand)];
  refuse(() => new HdlError(difference, at, notes()), operand.expression, left?.expression);
  return recovery(type.width, isSigned(type), at);
}

/** `other`, which must have the very type of `first`, its width included; `roles` is what errors call the two. */
export function alike(
  first: LeafSignal<LeafType>,
  other: LeafSignal<LeafType>,
  roles: readonly [string, string],
  at: LazyPosition,
): Expression {
  const { type } = first;
  const width = (): HdlErrorDetails => ({
    code: "width-mismatch",
    message: "Numbers of different widths meet.",
    expected: typeName(type),
    found: typeName(other.type),
    hint: "Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer.",
  });
  const difference = typeDifference(type, other.type) ?? (type.width === other.width ? undefined : width());
  if (!difference) return other.expression;
  const notes = () => [operandNote(roles[0], first), operandNote(roles[1], other)];
  refuse(() => new HdlError(difference, at, notes()), first.expression, other.expression);
  return recovery(type.width, isSigned(type), at);
}
