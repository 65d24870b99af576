/** Where the nets that the source names stand among the items: where the source has them. */
import type { Item, Wire } from "../ir.ts";

/** A net with a name of the source, after those for the parts of its value. */
export interface DeclaredNets {
  /** When it was made. */
  readonly rank: number;
  readonly wires: readonly Wire[];
}

/**
 * The items, each with the nets before it that are its own, and the declared nets between them by the time when they were
 * made. A register takes no part in that: it may read what is made later, so nets go before it as far as they can, and
 * are declared before they are read.
 */
export function inOrder(items: readonly (readonly Item[])[], declared: readonly DeclaredNets[]): Item[] {
  const waiting = [...declared].sort((a, b) => a.rank - b.rank);
  const ordered: Item[] = [];
  let registers: Item[] = [];
  let next = 0;
  const placeUntil = (rank: number) => {
    for (; next < waiting.length && waiting[next].rank < rank; next++) ordered.push(...waiting[next].wires);
    ordered.push(...registers);
    registers = [];
  };
  for (const own of items) {
    const item = own[own.length - 1];
    if (item.kind === "reg") {
      registers.push(...own);
    } else {
      placeUntil(item.at.rank);
      ordered.push(...own);
    }
  }
  placeUntil(Number.POSITIVE_INFINITY);
  return ordered;
}
