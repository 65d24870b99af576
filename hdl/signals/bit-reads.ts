/** Which bits of which nets some bits of an expression follow from. */
import type { Expression, Ref } from "../ir.ts";
import { binaryOperators } from "../operators.ts";
import { unreachable } from "../walk.ts";

/** Calls `visit` for the ranges of bits that bits `low` to `low + width - 1` of `e` follow from, some more than once. */
export function eachBitRead(
  e: Expression,
  low: number,
  width: number,
  visit: (ref: Ref, low: number, width: number) => void,
): void {
  const seen = new Map<Expression, Set<string>>();
  const pending: [Expression, number, number][] = [[e, low, width]];
  const add = (operand: Expression, from: number, bits: number) => {
    if (bits > 0) pending.push([operand, from, bits]);
  };
  const all = (operand: Expression) => add(operand, 0, operand.width);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [now, from, bits] = next;
    const ranges = seen.get(now) ?? new Set();
    const key = `${from} ${bits}`;
    if (ranges.has(key)) continue;
    seen.set(now, ranges.add(key));
    switch (now.kind) {
      case "const":
        break;
      case "ref":
        visit(now, from, bits);
        break;
      case "unary":
        if (now.operator === "not" || now.operator === "cast") add(now.operand, from, bits);
        else if (now.operator === "extend") {
          const inside = now.operand.width;
          add(now.operand, from, Math.min(from + bits, inside) - from);
          if (now.signed && from + bits > inside) add(now.operand, inside - 1, 1);
        } else all(now.operand);
        break;
      case "binary":
        switch (binaryOperators[now.operator].family) {
          case "bitwise":
            add(now.left, from, bits);
            add(now.right, from, bits);
            break;
          case "sum":
            // Carries come from below.
            add(now.left, 0, from + bits);
            add(now.right, 0, from + bits);
            break;
          default:
            all(now.left);
            all(now.right);
        }
        break;
      case "mux":
        all(now.condition);
        add(now.whenTrue, from, bits);
        add(now.whenFalse, from, bits);
        break;
      case "cat": {
        let end = now.width;
        for (const part of now.parts) {
          end -= part.width;
          const first = Math.max(from, end);
          add(part, first - end, Math.min(from + bits, end + part.width) - first);
        }
        break;
      }
      case "slice":
        add(now.operand, from + now.low, bits);
        break;
      case "index":
        all(now.index);
        if (bits === now.width) all(now.operand);
        else for (let at = from; at < now.operand.width; at += now.width) add(now.operand, at, bits);
        break;
      default:
        unreachable(now);
    }
  }
}
