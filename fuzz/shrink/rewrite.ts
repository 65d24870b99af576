/** Changes of a circuit that keep it whole: what is taken away reads as 0 from then on. */
import { cast, constant, extend, low, refolded } from "../../hdl/expression.ts";
import type { Circuit, Expression, Item, Module } from "../../hdl/ir.ts";
import { mapItem, mapOperands } from "../../hdl/walk.ts";

/** `undefined`: leave the expression as it is, apart from its operands. */
export type Change = (e: Expression) => Expression | undefined;

export function zero({ width, signed, at }: Pick<Expression, "width" | "signed" | "at">): Expression {
  return constant(0n, width, signed, at);
}

/** The low bits of the value, or its extension, in the type of `like`. */
export function fitted(e: Expression, like: Pick<Expression, "width" | "signed" | "at">): Expression {
  const sized = e.width > like.width ? low(e, like.width, like.at) : extend(e, like.width, like.at);
  return cast(sized, like.signed, like.at);
}

export function changeExpressions(items: readonly Item[], change: Change): Item[] {
  const done = new Map<Expression, Expression>();
  const visit = (e: Expression): Expression => {
    const known = done.get(e);
    if (known) return known;
    let result = change(e);
    if (result === undefined) {
      const mapped = mapOperands(e, visit);
      result = mapped === e ? e : refolded(mapped);
    }
    done.set(e, result);
    return result;
  };
  return items.map((item) => mapItem(item, visit));
}

export function replaceModule(circuit: Circuit, changed: Module): Circuit {
  return { ...circuit, modules: circuit.modules.map((module) => (module.name === changed.name ? changed : module)) };
}

/** The names of nets that an item drives. */
export function netsOf(item: Item): readonly string[] {
  switch (item.kind) {
    case "wire":
    case "reg":
    case "memRead":
      return [item.name];
    case "inst":
      return item.outputs.map(({ net }) => net);
    default:
      return [];
  }
}

/** Without some items of a module, by position; output ports go with their drivers, memories with their ports. */
export function withoutItems(circuit: Circuit, module: Module, positions: ReadonlySet<number>): Circuit {
  const memories = new Set(
    module.items.flatMap((item, i) => (item.kind === "mem" && positions.has(i) ? [item.name] : [])),
  );
  const goes = (item: Item, i: number) => positions.has(i) || ("memory" in item && memories.has(item.memory));
  const nets = new Set(module.items.filter(goes).flatMap(netsOf));
  const kept = { ...module, items: module.items.filter((item, i) => !goes(item, i)) };
  return withoutNets(replaceModule(circuit, kept), kept, nets);
}

/** Without ports and what reads the nets; drivers must be gone already. Instances follow. */
export function withoutNets(circuit: Circuit, module: Module, nets: ReadonlySet<string>): Circuit {
  const blind: Change = (e) => (e.kind === "ref" && nets.has(e.name) ? zero(e) : undefined);
  let result = replaceModule(circuit, {
    ...module,
    ports: module.ports.filter(({ name }) => !nets.has(name)),
    items: changeExpressions(module.items, blind),
  });
  for (const parent of result.modules) {
    const gone = new Set<string>();
    const items = parent.items.map((item): Item => {
      if (item.kind !== "inst" || item.module !== module.name) return item;
      for (const { port, net } of item.outputs) if (nets.has(port)) gone.add(net);
      const stays = ({ port }: { readonly port: string }) => !nets.has(port);
      return {
        ...item,
        inputs: item.inputs.filter(stays),
        outputs: item.outputs.filter(stays),
        controls: item.controls.filter(stays),
      };
    });
    if (items.every((item, i) => item === parent.items[i])) continue;
    const changed = { ...parent, items };
    result =
      gone.size > 0 ? withoutNets(replaceModule(result, changed), changed, gone) : replaceModule(result, changed);
  }
  return result;
}
