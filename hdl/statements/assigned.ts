/** Which of the user's lines makes a net follow from another: there may be many that assign it, and conditions around them. */
import type { Assigned, Expression } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import { pushOperands } from "../walk.ts";

/**
 * The first line whose value for some bits of the net reads what `reads` looks for, else the first condition that does, else
 * where the net itself stands. `reads` is asked of bits of a value, all of them where it does not look.
 */
export function lineThatReads(
  net: { readonly at: LazyPosition; readonly assigned?: readonly Assigned[] },
  reads: (value: Expression, low: number, width: number) => boolean,
  { low, width }: { readonly low: number; readonly width: number } = { low: 0, width: Number.POSITIVE_INFINITY },
): LazyPosition {
  const { assigned = [] } = net;
  const value = assigned.find((one) => {
    if (one.kind !== "value") return false;
    const first = Math.max(low, one.low);
    const last = Math.min(low + width, one.low + one.width);
    return last > first && reads(one.expression, first - one.low, last - first);
  });
  const condition = () => assigned.find((one) => one.kind === "condition" && reads(one.expression, 0, 1));
  return (value ?? condition())?.at ?? net.at;
}

/** Whether something stands in an expression. */
export function contains(e: Expression, wanted: (part: Expression) => boolean): boolean {
  const seen = new Set<Expression>();
  const pending = [e];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    if (wanted(next)) return true;
    seen.add(next);
    pushOperands(next, pending);
  }
  return false;
}
