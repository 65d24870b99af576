/** Memories of which tools would make registers, with a warning. Those of one word, where every port has the address 0, are plain registers. */
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

/**
 * The names of the memories that are written at literal addresses only, but for those of one word: Yosys makes registers of such a
 * memory, with a warning, unless the literal has a net.
 */
export function writtenAtLiterals({ items }: Pick<Module, "items">): ReadonlySet<string> {
  const writes = items.filter((item) => item.kind === "memWrite");
  const others = new Set(writes.filter(({ address }) => address.kind !== "const").map(({ memory }) => memory));
  const single = singleWords({ items });
  return new Set(writes.map(({ memory }) => memory).filter((memory) => !others.has(memory) && !single.has(memory)));
}

function isZero(address: Expression): boolean {
  return address.kind === "const" && address.value === 0n;
}
