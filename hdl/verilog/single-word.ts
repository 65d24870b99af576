/** Memories of one word: where every port has the address 0, a plain register, which tools would make of it with a warning. */
import type { Expression, Module } from "../ir.ts";

/** The names of the memories of a module that are declared without addresses. */
export function singleWords({ items }: Pick<Module, "items">): ReadonlySet<string> {
  const addressed = new Set(
    items.flatMap((item) =>
      (item.kind === "memRead" || item.kind === "memWrite") && !isZero(item.address) ? [item.memory] : [],
    ),
  );
  return new Set(
    items.flatMap((item) => (item.kind === "mem" && item.depth === 1 && !addressed.has(item.name) ? [item.name] : [])),
  );
}

function isZero(address: Expression): boolean {
  return address.kind === "const" && address.value === 0n;
}
