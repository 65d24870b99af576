import type { Circuit, Expression, Item, Module } from "../../hdl/ir.ts";
import { itemValues, pushOperands } from "../../hdl/walk.ts";
import { netsOf, withoutItems, withoutNets } from "./rewrite.ts";

/** Without nets, instances, modules and ports that nothing needs. */
export function withoutUnused(circuit: Circuit): Circuit {
  let result = circuit;
  for (let changed = true; changed; ) {
    changed = false;
    for (const { name } of result.modules) {
      const module = result.modules.find((candidate) => candidate.name === name) as Module;
      const smaller = pruned(result, module);
      changed ||= smaller !== result;
      result = smaller;
    }
    const used = new Set([result.top, ...result.modules.flatMap(({ items }) => items.flatMap(instantiated))]);
    const modules = result.modules.filter(({ name }) => used.has(name));
    changed ||= modules.length < result.modules.length;
    result = { ...result, modules };
  }
  return result;
}

function pruned(circuit: Circuit, module: Module): Circuit {
  const read = readNets(module.items);
  const readMemories = new Set(module.items.flatMap((item) => (item.kind === "memRead" ? [item.memory] : [])));
  const idle = (item: Item): boolean => {
    if (item.kind === "wire" && item.output) return false;
    if (item.kind === "mem") return !readMemories.has(item.name);
    if (item.kind === "inst") {
      const child = circuit.modules.find(({ name }) => name === item.module);
      const silent = !child?.items.some(({ kind }) => kind === "property" || kind === "inst");
      return silent && netsOf(item).every((net) => !read.has(net));
    }
    return item.kind !== "property" && item.kind !== "memWrite" && netsOf(item).every((net) => !read.has(net));
  };
  const positions = new Set(module.items.flatMap((item, i) => (idle(item) ? [i] : [])));
  if (positions.size > 0) return withoutItems(circuit, module, positions);
  const controls = new Set(module.items.flatMap(controlsOf));
  const ports = module.ports.filter(({ name, direction, role }) =>
    role === "data" ? direction === "input" && !read.has(name) : !controls.has(name),
  );
  // A circuit without a clock would be another kind of thing for the benches.
  const removable = ports.filter(
    (port) => port.role !== "clock" || module.ports.find(({ role }) => role === "clock") !== port,
  );
  return removable.length > 0 ? withoutNets(circuit, module, new Set(removable.map(({ name }) => name))) : circuit;
}

function readNets(items: readonly Item[]): Set<string> {
  const read = new Set<string>();
  const seen = new Set<Expression>();
  const pending = items.flatMap(itemValues);
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "ref") read.add(e.name);
    pushOperands(e, pending);
  }
  return read;
}

function controlsOf(item: Item): string[] {
  if (item.kind === "inst") return item.controls.map(({ net }) => net);
  const reset = item.kind === "reg" ? item.reset?.signal : item.kind === "property" ? item.reset : undefined;
  return [...("clock" in item ? [item.clock] : []), ...(reset ? [reset] : [])];
}

function instantiated(item: Item): string[] {
  return item.kind === "inst" ? [item.module] : [];
}
