import { countWidth } from "../../hdl/index.ts";
import { Heap } from "./heap.ts";
import type { Plan } from "./plan.ts";

/**
 * Full adders on the three earliest bits of a weight until one or two are left, a half adder on two: of n bits, n less the
 * ones in n's binary form are adders, which is the least.
 */
export function planFullAdders(inputs: number): Plan {
  const heap = new Heap(countWidth(inputs));
  for (let index = 0; index < inputs; index++) heap.put({ weight: 0, level: 0, index });
  for (let weight = 0; weight < heap.weights; weight++) {
    while (heap.height(weight) > 1) heap.count(weight, { group: heap.take(weight, 3) });
  }
  return heap.plan();
}
