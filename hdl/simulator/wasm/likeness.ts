/** Whether two steps get the same code, told without generating it twice. */
import type { Frame } from "./frame.ts";
import type { Shared } from "./generator.ts";
import type { Step } from "./schedule.ts";
import type { Unit } from "./units.ts";

/**
 * What the code of a step follows from: the items of the circuit, which equal instances share, and how the function reaches
 * what they name.
 */
export interface Likeness {
  readonly items: readonly object[];
  readonly reached: readonly number[];
}

export function likenessOf({ design, places, overtaken }: Shared, frame: Frame, { units }: Step): Likeness {
  const items: object[] = [];
  const reached: number[] = [];
  /** Nets computed in this step, by the unit that does. */
  const own = new Map<number, number>();
  const nowhere = -1;
  const reach = (address: number | undefined) => (address === undefined ? nowhere : frame.reach(address));
  const net = (read: number) => {
    const unit = own.get(read);
    const old = overtaken[read] === 1 ? places.saved[read] : undefined;
    reached.push(unit === undefined ? reach(old ?? places.nets[read]) : -2 - unit);
  };
  units.forEach((unit, i) => {
    const { reads, sets } = unit;
    for (let k = 0; k < reads.length; k++) net(reads[k]);
    for (let k = 0; k < sets.length; k++) {
      reached.push(reach(places.nets[sets[k]]));
      reached.push(reach(places.saved[sets[k]]));
    }
    if (unit.kind === "node") {
      own.set(unit.node.net, i);
      reached.push(reach(places.nets[unit.node.net]));
    }
    if (unit.kind === "property") reached.push(reach(places.counts[unit.index]));
    const memory = memoryOf(design, unit);
    if (memory !== undefined) reached.push(reach(places.memories[memory]));
    addItems(items, design, unit);
  });
  return { items, reached };
}

export function alike(a: Likeness, b: Likeness): boolean {
  return sameElements(a.reached, b.reached) && sameElements(a.items, b.items);
}

function sameElements<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function memoryOf({ clockedReads, writes }: Shared["design"], unit: Unit): number | undefined {
  switch (unit.kind) {
    case "node":
      return unit.node.kind === "read" ? unit.node.scope.memory(unit.node.read.memory) : undefined;
    case "clockedRead":
      return clockedReads[unit.index].scope.memory(clockedReads[unit.index].read.memory);
    case "write":
      return writes[unit.index].scope.memory(writes[unit.index].write.memory);
    default:
      return undefined;
  }
}

function addItems(
  items: object[],
  { registers, clockedReads, writes, properties }: Shared["design"],
  unit: Unit,
): void {
  switch (unit.kind) {
    case "node":
      items.push(unit.node.kind === "read" ? unit.node.read : unit.node.value);
      return;
    case "registers":
      for (const index of unit.indices) items.push(registers[index].reg);
      return;
    case "clockedRead":
      items.push(clockedReads[unit.index].read);
      return;
    case "write":
      items.push(writes[unit.index].write);
      return;
    case "property":
      items.push(properties[unit.index].property);
      return;
  }
}
