import { countWidth } from "../../hdl/index.ts";
import { Heap } from "./heap.ts";
import type { Bit, Plan } from "./plan.ts";

/**
 * Counters for tables of six inputs in front of carry chains. A digit of the chain costs one table, whose inputs are those of
 * the group that it counts and one bit that goes by the table into the chain:
 *
 *     5 bits counted + (4 z + 2 y + x) + carry in    3 tables, 9 bits become 4
 *     3 bits counted + (2 y + x) + carry in          2 tables, 6 bits become 3
 *
 * where a table for each digit of six bits' count makes 3 of 6. Only these come first, on half of the bits, since the others need bits of three
 * weights. Of bits made of two, as in an XNOR, three fit a table: three quarters are counted so, and the others, in pairs,
 * in the second kind of counter.
 */
export function planCarryCounters(inputs: number, pins: 1 | 2): Plan {
  const heap = new Heap(countWidth(inputs));
  const bits = Array.from({ length: inputs }, (_, index): Bit => ({ weight: 0, level: 0, index }));
  if (pins === 2) takeLanes(heap, bits);
  else takeBits(heap, bits);
  for (let weight = 0; weight < heap.weights; weight++) {
    while (heap.height(weight) > 1) {
      if (isTwoNumbers(heap, weight)) addTwoNumbers(heap, weight);
      else countOnce(heap, weight);
    }
  }
  return heap.plan();
}

function takeBits(heap: Heap, bits: Bit[]): void {
  const groups = Math.round(bits.length / 12);
  for (let i = 0; i < groups; i++) heap.count(0, { group: bits.splice(0, 6) });
  for (const bit of bits) heap.put(bit);
}

function takeLanes(heap: Heap, lanes: Bit[]): void {
  const groups = Math.ceil(lanes.length / 4);
  for (let i = 0; i < groups; i++) heap.count(0, { group: lanes.splice(0, 3) });
  while (lanes.length > 0 && heap.height(0) > 0) {
    const pair = lanes.splice(0, 2);
    const [x, third, carryIn] = heap.take(0, 3);
    const group = third === undefined ? pair : [...pair, third];
    const [y] = heap.weights > 1 ? heap.take(1, 1) : [];
    heap.count(0, { group, addends: [[x, y]], ...(carryIn === undefined ? {} : { carryIn }) });
  }
}

function countOnce(heap: Heap, weight: number): void {
  const height = heap.height(weight);
  const size = height >= 6 ? 5 : height >= 4 ? 3 : 1;
  const group = heap.take(weight, size);
  const [x, carryIn] = heap.take(weight, 2);
  const level = Math.max(...[...group, x, carryIn].map((bit) => bit?.level ?? 0));
  const digits = Math.floor(Math.log2(size)) + 1;
  const higher = Array.from({ length: digits - 1 }, (_, i) =>
    weight + 1 + i < heap.weights && heap.height(weight + 1 + i, level) > 0
      ? heap.take(weight + 1 + i, 1)[0]
      : undefined,
  );
  heap.count(weight, { group, addends: [[x, ...higher]], ...(carryIn === undefined ? {} : { carryIn }) });
}

/** Whether two numbers and a carry are all that is left from this weight on. */
function isTwoNumbers(heap: Heap, weight: number): boolean {
  const heights = Array.from({ length: heap.weights - weight }, (_, i) => heap.height(weight + i));
  return heights.every((height, i) => height <= (i === 0 ? 3 : 2));
}

function addTwoNumbers(heap: Heap, weight: number): void {
  const columns = Array.from({ length: heap.weights - weight }, (_, i) => heap.take(weight + i, 3));
  const [, , carryIn] = columns[0];
  const addends = [columns.map(([first]) => first), columns.map(([, second]) => second)];
  heap.count(weight, { addends, ...(carryIn === undefined ? {} : { carryIn }) });
}
