/** What every pass over a circuit needs: the parts of an expression and of an item, and the same with other parts. */
import type { Expression, Item } from "./ir.ts";

/** For the default branch of an exhaustive switch: a new kind makes the compiler list the places to extend. */
export function unreachable(value: never): never {
  throw new Error(`unreachable kind: ${JSON.stringify(value)}`);
}

/** Direct operands of an expression. */
export function operands(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "const":
    case "ref":
      return [];
    case "unary":
    case "slice":
      return [e.operand];
    case "binary":
      return [e.left, e.right];
    case "mux":
      return [e.condition, e.whenTrue, e.whenFalse];
    case "cat":
      return e.parts;
    case "index":
      return [e.operand, e.index];
    default:
      return unreachable(e);
  }
}

/** Puts the direct operands of an expression on a stack of what is left to look at. */
export function pushOperands(e: Expression, pending: Expression[]): void {
  switch (e.kind) {
    case "const":
    case "ref":
      return;
    case "binary":
      pending.push(e.left, e.right);
      return;
    default:
      pending.push(...operands(e));
  }
}

/** What `values` are made of, every expression once and after its operands, without those in `ended`, which grows by it. */
export function afterOperands(values: readonly Expression[], ended: Set<Expression>): Expression[] {
  const order: Expression[] = [];
  const begun = new Set<Expression>();
  const pending = [...values];
  for (let e = pending.at(-1); e !== undefined; e = pending.at(-1)) {
    if (!begun.has(e) && !ended.has(e)) {
      begun.add(e);
      for (const operand of operands(e)) if (!ended.has(operand)) pending.push(operand);
      continue;
    }
    pending.pop();
    if (ended.has(e)) continue;
    ended.add(e);
    order.push(e);
  }
  return order;
}

/** The expressions that an item holds, in a list of their own. */
export function itemValues(item: Item): Expression[] {
  switch (item.kind) {
    case "wire":
      return [item.value];
    case "reg":
      return [item.next];
    case "mem":
      return [];
    case "memRead":
      return item.enable ? [item.address, item.enable] : [item.address];
    case "memWrite":
      return [item.address, item.data, item.enable, ...(item.mask ? [item.mask] : [])];
    case "inst":
      return item.inputs.map(({ value }) => value);
    case "property":
      return item.enable ? [item.condition, item.enable] : [item.condition];
    default:
      return unreachable(item);
  }
}

/** The same item with every expression replaced by `change(expression, role)`. */
export function mapItem(item: Item, change: (value: Expression, role: string) => Expression): Item {
  switch (item.kind) {
    case "wire":
      return { ...item, value: change(item.value, "value") };
    case "reg":
      return { ...item, next: change(item.next, "next") };
    case "mem":
      return item;
    case "memRead":
      return {
        ...item,
        address: change(item.address, "address"),
        ...(item.enable ? { enable: change(item.enable, "enable") } : {}),
      };
    case "memWrite":
      return {
        ...item,
        address: change(item.address, "address"),
        data: change(item.data, "data"),
        enable: change(item.enable, "enable"),
        ...(item.mask ? { mask: change(item.mask, "mask") } : {}),
      };
    case "inst":
      return {
        ...item,
        inputs: item.inputs.map((input) => {
          const value = change(input.value, input.port);
          return value === input.value ? input : { ...input, value };
        }),
      };
    case "property":
      return {
        ...item,
        condition: change(item.condition, "condition"),
        ...(item.enable ? { enable: change(item.enable, "enable") } : {}),
      };
    default:
      return unreachable(item);
  }
}

/** The same expression over changed operands; the very object when nothing changed. */
export function mapOperands(e: Expression, change: (operand: Expression) => Expression): Expression {
  switch (e.kind) {
    case "const":
    case "ref":
      return e;
    case "unary":
    case "slice": {
      const operand = change(e.operand);
      return operand === e.operand ? e : { ...e, operand };
    }
    case "binary": {
      const left = change(e.left);
      const right = change(e.right);
      return left === e.left && right === e.right ? e : { ...e, left, right };
    }
    case "mux": {
      const condition = change(e.condition);
      const whenTrue = change(e.whenTrue);
      const whenFalse = change(e.whenFalse);
      const same = condition === e.condition && whenTrue === e.whenTrue && whenFalse === e.whenFalse;
      return same ? e : { ...e, condition, whenTrue, whenFalse };
    }
    case "cat": {
      const parts = e.parts.map(change);
      return parts.every((part, i) => part === e.parts[i]) ? e : { ...e, parts };
    }
    case "index": {
      const operand = change(e.operand);
      const index = change(e.index);
      return operand === e.operand && index === e.index ? e : { ...e, operand, index };
    }
    default:
      return unreachable(e);
  }
}
