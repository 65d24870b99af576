/** The conditions of `when`, `assert`, `assume` and `cover`. */
import { HdlError } from "../errors.ts";
import type { Expression } from "../ir.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { FixedSignal } from "../numbers/fixed.ts";
import type { LazyPosition } from "../position.ts";
import type { EnumSignal } from "../signals/enum-signal.ts";
import { LeafSignal } from "../signals/leaf.ts";
import { operandNote } from "../signals/notes.ts";
import type { BitSignal, SIntSignal, UIntSignal } from "../signals/signal.ts";
import { typeDifference } from "../signals/type-difference.ts";
import { bit, type LeafType } from "../types.ts";

/** A condition; where something else stands, what there is to write, for who reads the error of the type checker. */
export type Condition<C> = C extends BitSignal
  ? C
  : C extends UIntSignal | SIntSignal
    ? "a number is no condition: write a.eq(3), a.ne(0) or a.lt(b); a.nonzero() for any bit"
    : C extends FixedSignal
      ? "a number is no condition: write a.eq(0.5) or a.lt(b)"
      : C extends EnumSignal
        ? 'an enum is no condition: write a.eq("idle")'
        : C extends boolean
          ? "a boolean is known before the hardware: use if, or compare signals by a.eq(b), c.not()"
          : "a condition is a bit signal, such as a.eq(b)";

/** The condition as an expression. A boolean of JavaScript is refused: it is known before there is any hardware. */
export function conditionOf(taker: string, condition: unknown, at: LazyPosition): Expression {
  if (!(condition instanceof LeafSignal)) {
    refuse(() => wrongArgument(taker, "a condition that is a bit signal", condition, at, adviceOn(condition)));
    return recovery(1, false, at);
  }
  const signal = condition as LeafSignal<LeafType>;
  const difference = typeDifference(bit, signal.type);
  if (!difference) return signal.expression;
  const hint =
    signal.type.kind === "enum"
      ? 'a.eq("idle") is true where it has that value.'
      : "a.eq(3) is true where it is 3, a.ne(0) where it is not 0; of a uint, nonzero() where any bit is 1.";
  const note = () => [operandNote("value", signal)];
  refuse(() => new HdlError({ ...difference, hint }, at, note()), signal.expression);
  return recovery(1, false, at);
}

function adviceOn(condition: unknown): string | undefined {
  if (typeof condition !== "boolean" && typeof condition !== "number") return undefined;
  return "Signals are compared by a.eq(3), a.ne(3), a.lt(b), c.not(); what is known before the hardware is, by JavaScript's if.";
}
