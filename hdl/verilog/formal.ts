/** Properties and what only they read: printed under `ifdef FORMAL`, so that synthesis and linting never meet it. */
import type { Expression, Item, MemRead, Module } from "../ir.ts";
import { itemValues, pushOperands } from "../walk.ts";

/** For each item, whether it is a property, or a wire, register or memory that nothing but properties need. */
export function formalItems(module: Module): readonly boolean[] {
  const isProperty = (item: Item) => item.kind === "property";
  if (!module.items.some(isProperty)) return module.items.map(() => false);
  const makers = new Map<string, Item>();
  for (const item of module.items) {
    if (item.kind === "reg" || item.kind === "memRead" || (item.kind === "wire" && !item.output))
      makers.set(item.name, item);
  }
  const memoryOf = ({ memory }: MemRead) =>
    module.items.filter(
      (item) => (item.kind === "mem" && item.name === memory) || (item.kind === "memWrite" && item.memory === memory),
    );
  const behind = (roots: readonly Item[]): Set<Item> => {
    const found = new Set(roots);
    const seen = new Set<Expression>();
    for (const item of found) {
      const pending = itemValues(item);
      for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
        if (seen.has(e)) continue;
        seen.add(e);
        pushOperands(e, pending);
        const maker = e.kind === "ref" ? makers.get(e.name) : undefined;
        if (maker) found.add(maker);
      }
      if (item.kind === "memRead") for (const part of memoryOf(item)) found.add(part);
    }
    return found;
  };
  const forProperties = behind(module.items.filter(isProperty));
  const forOthers = behind(module.items.filter((item) => !forProperties.has(item)));
  // What others need too is no matter of properties.
  return module.items.map((item) => forProperties.has(item) && !forOthers.has(item));
}
