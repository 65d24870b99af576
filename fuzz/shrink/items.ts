/** Fewer and plainer items. */
import type { Item, Module } from "../../hdl/ir.ts";
import type { FuzzCase } from "../case.ts";
import { replaceModule, withoutItems, withoutNets } from "./rewrite.ts";
import { withoutUnused } from "./unused.ts";

export function* fewerItems(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { circuit } = fuzzCase;
  yield { ...fuzzCase, circuit: withoutUnused(circuit) };
  for (const module of circuit.modules) {
    const positions = module.items.map((_, i) => i);
    for (let size = positions.length; size >= 1; size = Math.floor(size / 2))
      for (let from = 0; from < positions.length; from += size) {
        const gone = new Set(positions.slice(from, from + size));
        yield { ...fuzzCase, circuit: withoutUnused(withoutItems(circuit, module, gone)) };
      }
    for (const port of module.ports)
      if (port.direction === "input" && port.role === "data")
        yield { ...fuzzCase, circuit: withoutNets(circuit, module, new Set([port.name])) };
  }
}

export function* plainerItems(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { circuit } = fuzzCase;
  for (const module of circuit.modules) {
    for (const item of module.items)
      for (const plainer of plainerForms(item))
        yield { ...fuzzCase, circuit: replaceModule(circuit, swapped(module, item, plainer)) };
    if (module.external) {
      const { external: _, ...plain } = module;
      yield { ...fuzzCase, circuit: replaceModule(circuit, plain) };
    }
  }
}

function swapped(module: Module, item: Item, other: Item): Module {
  return { ...module, items: module.items.map((candidate) => (candidate === item ? other : candidate)) };
}

function plainerForms(item: Item): Item[] {
  switch (item.kind) {
    case "reg": {
      const { reset, ...free } = item;
      return reset ? [free, { ...free, reset: { signal: reset.signal, value: 0n } }] : [];
    }
    case "mem": {
      const { init, style: _, ...bare } = item;
      const forms: Item[] = [bare];
      if (init) forms.push({ ...bare, init: [] }, { ...bare, init: init.slice(0, Math.floor(init.length / 2)) });
      if (!init && item.depth > 1) forms.push({ ...item, depth: Math.ceil(item.depth / 2) });
      return forms;
    }
    case "memRead":
      return item.underWrite === "old" ? [] : [{ ...item, underWrite: "old" }];
    case "memWrite": {
      const { mask, ...whole } = item;
      return mask ? [whole] : [];
    }
    default:
      return [];
  }
}
