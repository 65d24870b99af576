import { countWidth } from "../../hdl/index.ts";
import { type Bit, type Counter, counterOf, digitsOf, type Plan, planOf } from "./plan.ts";

/** How a number of bits is counted at the least cost. */
interface Choice {
  /** Look-up tables of four inputs. */
  readonly cost: number;
  /** Bits on either side of an adder, and whether one more is its carry in; absent: tables count them. */
  readonly split?: { readonly left: number; readonly right: number; readonly carryIn: boolean };
}

/**
 * A tree of adders on carry chains, a table of four inputs a digit, the carry in used for one more bit. Which tree is the
 * cheapest is found by trying all splits. `pins` is 2 where each bit is made of two, as in an XNOR: two such bits are counted
 * by two tables without tables of their own.
 */
export function planAdders(inputs: number, pins: 1 | 2): Plan {
  const choices = cheapest(inputs, pins);
  const counters: Counter[] = [];
  let used = 0;
  const one = (): Bit => ({ weight: 0, level: 0, index: used++ });
  const add = (counter: Counter): Bit[] => digitsOf(counter, counters.push(counter) - 1);
  const count = (bits: number): Bit[] => {
    if (bits === 1) return [one()];
    const { split } = choices[bits];
    if (!split) return add(counterOf(0, { group: Array.from({ length: bits }, one) }));
    const addends = [count(split.left), count(split.right)];
    const counter = counterOf(0, { addends, ...(split.carryIn ? { carryIn: one() } : {}) });
    return add({ ...counter, digits: countWidth(bits) });
  };
  return planOf(counters, count(inputs));
}

/** Costs of leaves in tables of four inputs, by the number of bits. */
const leaves = {
  1: { 1: 0, 2: 2, 3: 2, 4: 3 },
  2: { 1: 1, 2: 2, 3: 5 },
} as const;

function cheapest(inputs: number, pins: 1 | 2): Choice[] {
  const leaf: { readonly [bits: number]: number } = leaves[pins];
  const choices: Choice[] = [{ cost: 0 }];
  for (let bits = 1; bits <= inputs; bits++) {
    let best: Choice = { cost: leaf[bits] ?? Number.POSITIVE_INFINITY };
    for (const carry of [1, 0]) {
      // The most even split first, so that of equal ones the flattest tree is taken.
      for (let right = Math.floor((bits - carry) / 2); right >= 1; right--) {
        const left = bits - carry - right;
        const digits = countWidth(bits);
        const cost = choices[left].cost + choices[right].cost + carry * leaf[1] + digits;
        if (cost < best.cost) best = { cost, split: { left, right, carryIn: carry === 1 } };
      }
    }
    choices.push(best);
  }
  return choices;
}
