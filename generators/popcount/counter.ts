import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  countWidth,
  defineModule,
  input,
  output,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import type { Counter } from "./plan.ts";
import type { Stages } from "./stages.ts";

/** The hardware of a counter that works in this stage; its nets, or its instance, are called `name`. */
export function counterSum(m: Builder, name: string, counter: Counter, stages: Stages, stage: number): UIntSignal {
  const { group, addends, carryIn, digits } = counter;
  if (addends.length === 0) {
    const bits = stages.bits(group, stage);
    return bits.length > 3 ? groupCount(m, name, bits) : m.node(name, groupCount(m, name, bits));
  }
  if (group.length === 0) return numberSum(m, name, counter, stages, stage);
  return m.inst(
    name,
    carryCounter,
    { group: group.length, addend: addends[0].length, digits },
    {
      group: stages.number(group, stage),
      addend: stages.number(addends[0], stage),
      carryIn: carryIn === undefined ? false : stages.bit(carryIn, stage),
    },
  ).sum;
}

/** Two numbers and a carry. */
function numberSum(m: Builder, name: string, counter: Counter, stages: Stages, stage: number): UIntSignal {
  const { addends, carryIn, digits } = counter;
  // The lowest digit of both carries in: tools make of it the carry into the chain.
  const low = carryIn === undefined ? [] : [carryIn];
  const numbers: UIntSignal[] = [];
  for (const addend of addends) numbers.push(stages.number([...low, ...addend], stage));
  return m.node(`${name}_total`, numbers[0].add(numbers[1])).bits(digits + low.length - 1, low.length);
}

interface CarryCounterShape {
  readonly group: number;
  readonly addend: number;
  readonly digits: number;
}

/** Bits of one weight, a number from that weight on, and a carry: a table and a place in the carry chain for each digit. */
const carryCounter = defineModule("carry_counter", (p: CarryCounterShape) => ({
  // Of a sum, tools choose by chance which operand goes to the chain.
  summary: `Sum of ${p.group} bits, a number and a carry. In a - ~b = a + b + 1, a goes to the carry chain, b into its tables.`,
  ports: {
    group: input(uint(p.group)),
    addend: input(uint(p.addend)),
    carryIn: input(bit),
    sum: output(uint(p.digits)),
  },
  build({ group, addend, carryIn, sum }, m) {
    const bits = Array.from({ length: p.group }, (_, i) => group.bit(i));
    const counted = groupCount(m, "counted", bits);
    const width = Math.max(p.digits, p.addend, counted.width) + 1;
    const first = concat(addend, carryIn).extend(width);
    const second = concat(counted, carryIn).extend(width);
    const total = m.node("total", first.subWrap(second.not()));
    sum.set(total.bits(p.digits, 1));
  },
}));

/** The count of up to six bits, a table a digit. */
function groupCount(m: Builder, name: string, bits: readonly BitSignal[]): UIntSignal {
  if (bits.length === 1) return concat(bits[0]);
  if (bits.length > 3) {
    return m.inst(name, tableCounter, { bits: bits.length }, { bits: concat(...bits.toReversed()) }).count;
  }
  const [sum, carry] = adder(m, name, bits);
  return concat(carry, sum);
}

/** Four to six bits in, their count out: three functions of all of them. */
const tableCounter = defineModule("table_counter", (p: { bits: number }) => ({
  summary: `How many of ${p.bits} bits are 1: a table a digit.`,
  ports: { bits: input(uint(p.bits)), count: output(uint(countWidth(p.bits))) },
  build({ bits, count }, m) {
    const all = Array.from({ length: p.bits }, (_, i) => bits.bit(i));
    const [low, lowCarry] = adder(m, "low", all.slice(0, 3));
    const [high, highCarry] = p.bits === 4 ? [all[3]] : adder(m, "high", all.slice(3));
    const both = low.and(high);
    const [twos, fours] = adder(m, "twos", highCarry === undefined ? [lowCarry, both] : [lowCarry, highCarry, both]);
    count.set(concat(fours, twos, low.xor(high)));
  },
}));

/** Sum and carry of two or three bits. */
function adder(m: Builder, name: string, [a, b, c]: readonly BitSignal[]): readonly [BitSignal, BitSignal] {
  if (c === undefined) return [m.node(`${name}_sum`, a.xor(b)), m.node(`${name}_carry`, a.and(b))];
  const half = m.node(`${name}_half`, a.xor(b));
  return [m.node(`${name}_sum`, half.xor(c)), m.node(`${name}_carry`, a.and(b).or(half.and(c)))];
}
