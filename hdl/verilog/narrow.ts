/** Sums of which only the low bits are used are computed at that width, so that no carry dangles. */
import { binary, cast, low, refolded } from "../expression.ts";
import type { Expression, Item } from "../ir.ts";
import { itemValues, mapItem, mapOperands, pushOperands } from "../walk.ts";

/** How often each expression that computes something is used as an operand or by an item. */
function countUses(items: readonly Item[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const pending = items.flatMap(itemValues);
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e.kind === "ref" || e.kind === "const") continue;
    const count = (uses.get(e) ?? 0) + 1;
    uses.set(e, count);
    if (count === 1) pushOperands(e, pending);
  }
  return uses;
}

export interface NarrowedSums {
  readonly items: readonly Item[];
  /** How often each expression is used now. */
  readonly uses: ReadonlyMap<Expression, number>;
  /** What became of expressions: others of the same value, perhaps ones that nothing uses now. Those that are absent stayed as they were. */
  readonly narrowed: ReadonlyMap<Expression, Expression>;
}

/** Narrows every sum or difference whose only use is its low bits. */
export function narrowSums(items: readonly Item[]): NarrowedSums {
  const uses = countUses(items);
  const done = new Map<Expression, Expression>();
  const isCarryless = (e: Expression) =>
    e.kind === "slice" && e.low === 0 && isSum(e.operand) && uses.get(e.operand) === 1;
  if (![...uses.keys()].some(isCarryless)) return { items, uses, narrowed: done };
  const visit = (e: Expression): Expression => {
    if (e.kind === "ref" || e.kind === "const") return e;
    const known = done.get(e);
    if (known) return known;
    const mapped = mapOperands(e, visit);
    const inner = mapped === e ? e : refolded(mapped);
    const result =
      isCarryless(e) && e.kind === "slice" && inner.kind === "slice"
        ? cast(lowPart(inner.operand, e.operand, e.width, e.at), false, e.at)
        : inner;
    done.set(e, result);
    return result;
  };
  /** The low `width` bits of `e`, which stands for `original` in the use counts; `at` is where they were taken. */
  const lowPart = (e: Expression, original: Expression, width: number, at = e.at): Expression => {
    const alone = uses.get(original) === 1;
    if (alone && isSum(e) && isSum(original)) {
      const left = lowPart(e.left, original.left, width);
      const right = lowPart(e.right, original.right, width);
      return binary(e.operator, left, right, width, e.signed, at);
    }
    const extended = e.kind === "unary" && e.operator === "extend" && original.kind === "unary";
    if (alone && extended && width < e.operand.width) return lowPart(e.operand, original.operand, width);
    return low(e, width, e.at);
  };
  const changed = items.map((item) => mapItem(item, visit));
  return { items: changed, uses: countUses(changed), narrowed: done };
}

function isSum(e: Expression): e is Extract<Expression, { kind: "binary" }> {
  return e.kind === "binary" && (e.operator === "add" || e.operator === "sub");
}
