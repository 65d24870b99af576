/**
 * Nets of a module that depend on each other as wholes, though no bit depends on itself, as nets of their own for the
 * pieces: Verilator takes nets whole, and would warn of a loop.
 */

import type { Circuit, Expression, Item, Module, Wire } from "../ir.ts";
import { components } from "../module/components.ts";
import { freeName, takenNames } from "../names/naming.ts";
import { Cutter, cutNets, cutToBits, joined, type Piece, type TangledNet } from "../statements/pieces.ts";
import { pushOperands } from "../walk.ts";

/** The circuit with such nets in pieces. Nets that depend on each other through an instance stay whole, as its ports do. */
export function splitTangled(circuit: Circuit): Circuit {
  const modules = circuit.modules.map(splitModule);
  return modules.every((module, i) => module === circuit.modules[i]) ? circuit : { ...circuit, modules };
}

function splitModule(module: Module): Module {
  const wires = new Map(module.items.flatMap((item) => (item.kind === "wire" ? [[item.name, item] as const] : [])));
  const reads = readsOf(wires);
  const tangled = components(wires.keys(), reads).filter(
    ([net, ...more]) => more.length > 0 || reads(net).includes(net),
  );
  if (tangled.length === 0) return module;
  const taken = takenNames(module);
  const replaced = new Map<string, Item[]>();
  for (const names of tangled) {
    const group = names.map((name) => tangledNet(wires.get(name) as Wire));
    const cut = new Map(inPieces(wires, group, cutNets(group), new Set(taken)).map((wire) => [wire.name, wire]));
    const still = components(cut.keys(), readsOf(cut)).some(([, ...more]) => more.length > 0);
    const items = inPieces(wires, group, still ? cutToBits(group) : cutNets(group), taken);
    // All pieces stand where the first of the nets stood, the whole nets in their places.
    const [first] = module.items.filter((item) => item.kind === "wire" && names.includes(item.name)) as Wire[];
    const whole = (item: Wire) => names.includes(item.name);
    for (const name of names)
      replaced.set(
        name,
        items.filter((item) => item.name === name),
      );
    replaced.set(first.name, [
      ...items.filter((item) => !whole(item)),
      ...items.filter((item) => item.name === first.name),
    ]);
  }
  const items = module.items.flatMap((item) => (item.kind === "wire" ? (replaced.get(item.name) ?? [item]) : [item]));
  return { ...module, items };
}

function readsOf(wires: ReadonlyMap<string, Wire>): (net: string) => string[] {
  return (net) => {
    const names = new Set<string>();
    const seen = new Set<Expression>();
    const value = wires.get(net)?.value;
    const pending = value ? [value] : [];
    for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
      if (seen.has(e)) continue;
      seen.add(e);
      if (e.kind === "ref" && wires.has(e.name)) names.add(e.name);
      pushOperands(e, pending);
    }
    return [...names];
  };
}

function tangledNet({ name, width, value }: Wire): TangledNet<string> {
  return { net: name, width, value, divisible: true, named: (read) => read };
}

function inPieces(
  wires: ReadonlyMap<string, Wire>,
  group: readonly TangledNet<string>[],
  cuts: ReadonlyMap<string, readonly { low: number; width: number }[]>,
  taken: Set<string>,
): Wire[] {
  const pieces = new Map(
    group.map(({ net }) => {
      const own = (cuts.get(net) ?? []).map(({ low, width }): Piece => {
        const name = width === 1 ? `${net}_${low}` : `${net}_${low + width - 1}_${low}`;
        return { name: freeName(name, taken), low, width };
      });
      return [net, own] as const;
    }),
  );
  const cutter = new Cutter((name) => pieces.get(name));
  return group.flatMap(({ net, value }) => {
    const wire = wires.get(net) as Wire;
    const own = pieces.get(net) ?? [];
    return [
      ...own.map(({ name, low, width }): Wire => {
        const part = cutter.part(value, low, width);
        return { ...wire, name, output: false, width, signed: false, value: part };
      }),
      { ...wire, value: joined(own, value) },
    ];
  });
}
