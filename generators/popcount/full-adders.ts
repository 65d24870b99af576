import type { BitSignal, Builder } from "../../hdl/index.ts";
import { Heap, type Plan } from "./plan.ts";

/**
 * Full adders on the three earliest bits of a weight until one or two are left, a half adder on two: of n bits, n less the
 * ones in n's binary form are full adders, which no structure of full adders undercuts.
 */
export function planFullAdders(inputs: number): Plan {
  const heap = new Heap(inputs);
  for (let weight = 0; weight < heap.weights; weight++) {
    while (heap.height(weight) > 1) heap.count(weight, heap.take(weight, 3), 2);
  }
  return heap.plan();
}

/** A full or half adder: sum and carry. */
export function fullAdder(m: Builder, name: string, [a, b, c]: readonly BitSignal[]): BitSignal[] {
  const half = c === undefined ? a.xor(b) : m.node(`${name}_half`, a.xor(b));
  const both = a.and(b);
  return c === undefined
    ? [m.node(`${name}_sum`, half), m.node(`${name}_carry`, both)]
    : [m.node(`${name}_sum`, half.xor(c)), m.node(`${name}_carry`, both.or(half.and(c)))];
}
