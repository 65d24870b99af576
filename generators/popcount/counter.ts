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

/** The signals that a counter adds; see `Counter` of the plan. */
export interface CounterSignals {
  readonly group: readonly BitSignal[];
  readonly addends: readonly UIntSignal[];
  readonly carryIn?: BitSignal;
  readonly digits: number;
}

/** The hardware of a counter; its nets, or its instance, are called `name`. */
export function counterSum(m: Builder, name: string, counter: CounterSignals): UIntSignal {
  const { group, addends, carryIn = false, digits } = counter;
  const [addend] = addends;
  if (addend === undefined) return groupCount(m, name, group).wrap(digits);
  if (group.length === 0) return numberSum(m, name, counter);
  const shape = { group: group.length, addend: addend.width, digits };
  return m.inst(name, carryCounter, shape, { group: concat(...group.toReversed()), addend, carryIn }).sum;
}

/** Two numbers and a carry. */
function numberSum(m: Builder, name: string, { addends: [a, b], carryIn, digits }: CounterSignals): UIntSignal {
  // The lowest digit of both carries in: tools make of it the carry into the chain.
  const low = carryIn === undefined ? 0 : 1;
  const sum = carryIn === undefined ? a.add(b) : concat(a, carryIn).add(concat(b, carryIn));
  return m.node(`${name}_total`, sum).bits(digits + low - 1, low);
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
