/**
 * Expressions that nest deeper than any tool can take, such as a thousand conditions on one target, in pieces that are nets. Ours
 * descend into expressions too, as do the parsers of Verilog, and a stack ends.
 */
import { reference } from "./expression.ts";
import type { Circuit, Expression, Item, Module } from "./ir.ts";
import { freeName, takenNames } from "./names/naming.ts";
import { afterOperands, itemValues, mapItem, mapOperands, operands } from "./walk.ts";

/** Deeper than what a person writes out; low enough for the stack of every pass, which takes several calls a level. */
export const deepest = 500;

/** The circuit with no expression deeper than `deepest`; the very same where none is. */
export function cutDeep(circuit: Circuit): Circuit {
  const modules = circuit.modules.map(cutModule);
  return modules.every((module, i) => module === circuit.modules[i]) ? circuit : { ...circuit, modules };
}

function cutModule(module: Module): Module {
  if (!isDeep(module.items)) return module;
  const order = operandsFirst(module.items);
  const depths = new Map<Expression, number>();
  const depthOf = (e: Expression) =>
    operands(e).reduce((most, operand) => Math.max(most, (depths.get(operand) ?? 0) + 1), 0);
  const names = takenNames(module);
  const cut = new Map<Expression, Expression>();
  const wires = new Map<Item, Item[]>();
  for (const { e, of } of order) {
    const inner = mapOperands(e, (operand) => cut.get(operand) ?? operand);
    const depth = depthOf(inner);
    if (depth < deepest) {
      depths.set(inner, depth);
      cut.set(e, inner);
      continue;
    }
    const { width, signed } = e;
    const name = freeName(`${"name" in of ? of.name : of.memory}_part`, names);
    wires.set(of, [
      ...(wires.get(of) ?? []),
      { kind: "wire", name, output: false, width, signed, value: inner, at: of.at },
    ]);
    cut.set(e, reference(name, width, signed, e.at));
  }
  const items = module.items.flatMap((item) => [
    ...(wires.get(item) ?? []),
    mapItem(item, (value) => cut.get(value) ?? value),
  ]);
  return { ...module, items };
}

/** Whether some expression is deeper than `deepest`. */
function isDeep(items: readonly Item[]): boolean {
  const depths = new Map<Expression, number>();
  const begun = -1;
  for (const item of items) {
    const pending = itemValues(item).filter((e) => e.kind !== "ref");
    for (let e = pending.at(-1); e !== undefined; e = pending.at(-1)) {
      const known = depths.get(e);
      if (known === undefined) {
        depths.set(e, begun);
        for (const operand of operands(e)) if (operand.kind !== "ref" && !depths.has(operand)) pending.push(operand);
        continue;
      }
      pending.pop();
      if (known !== begun) continue;
      let depth = 0;
      for (const operand of operands(e)) depth = Math.max(depth, (depths.get(operand) ?? 0) + 1);
      if (depth > deepest) return true;
      depths.set(e, depth);
    }
  }
  return false;
}

/** Every expression after its operands, with the first item that holds it. */
function operandsFirst(items: readonly Item[]): { readonly e: Expression; readonly of: Item }[] {
  const ended = new Set<Expression>();
  return items.flatMap((of) => afterOperands(itemValues(of), ended).map((e) => ({ e, of })));
}
