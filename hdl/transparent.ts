/**
 * Reads that see the word written at the same edge, in terms of reads that need not: the written word is kept in a
 * register beside the memory, and taken where the addresses were equal. Block RAMs rarely have this by themselves.
 */
import { binary, cat, constant, mux, reference, slice } from "./expression.ts";
import type { Circuit, Expression, Item, MemRead, MemWrite, Module } from "./ir.ts";
import { freeName, takenNames } from "./names/naming.ts";

export function lowerTransparentReads(circuit: Circuit): Circuit {
  const lowered = circuit.modules.map(lowerModule);
  return lowered.every((module, i) => module === circuit.modules[i]) ? circuit : { ...circuit, modules: lowered };
}

function isTransparent(item: Item): item is MemRead {
  return item.kind === "memRead" && item.latency === 1 && item.underWrite === "new";
}

function lowerModule(module: Module): Module {
  if (!module.items.some(isTransparent)) return module;
  const taken = takenNames(module);
  const writesOf = (memory: string) =>
    module.items.filter((item): item is MemWrite => item.kind === "memWrite" && item.memory === memory);
  return {
    ...module,
    items: module.items.flatMap((item) =>
      isTransparent(item) ? bypassed(item, writesOf(item.memory), taken) : [item],
    ),
  };
}

function isNever(enable: Expression): boolean {
  return enable.kind === "const" && enable.value === 0n;
}

function bypassed(read: MemRead, writes: readonly MemWrite[], taken: Set<string>): Item[] {
  const { name, width, clock, at } = read;
  const enable = read.enable as Expression;
  // A write in another domain never happens at the same edge. A port that a parameter turned off meets no other at all, and a
  // register that only ever kept its value would have no driver.
  const colliding = isNever(enable) ? [] : writes.filter((one) => one.clock === clock && !isNever(one.enable));
  if (colliding.length === 0) return [{ ...read, underWrite: "undefined" }];
  // The lanes that a mask leaves out come from the memory, so it has to give its old word then.
  const underWrite = colliding.some(({ mask }) => mask) ? "old" : "undefined";
  const word: MemRead = { ...read, name: freeName(`${name}_stored`, taken), underWrite };
  const items: Item[] = [word];
  let value = reference(word.name, width, false, at);
  const register = (label: string, next: Expression): Expression => {
    const chosen = freeName(`${name}_${label}`, taken);
    const own = reference(chosen, next.width, false, at);
    const kind = { kind: "reg", name: chosen, width: next.width, signed: false, clock, at } as const;
    items.push({ ...kind, next: mux(enable, next, own, at) });
    return own;
  };
  for (const write of colliding) {
    const same = binary("eq", write.address, read.address, 1, false, at);
    const lanes = write.mask?.width ?? 1;
    const hit = binary("and", write.enable, same, 1, false, at);
    const hits = write.mask ? mux(hit, write.mask, constant(0n, lanes, false, at), at) : hit;
    const [met, written] = [register("met", hits), register("written", write.data)];
    const lane = width / lanes;
    const parts = Array.from({ length: lanes }, (_, i) =>
      mux(slice(met, i, 1, at), slice(written, i * lane, lane, at), slice(value, i * lane, lane, at), at),
    );
    value = cat(parts.reverse(), at);
  }
  items.push({ kind: "wire", name, output: false, width, signed: false, value, at });
  return items;
}
