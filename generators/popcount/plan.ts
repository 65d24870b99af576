/** Which counters add up a set of bits: plain data, from which hardware, latency and tests follow. */

/** One binary digit of a sum, worth 2^weight. */
export interface Bit {
  readonly weight: number;
  /** Counters on the longest way to it; 0 for what comes from outside. */
  readonly level: number;
  /** The counter that gives it; absent: one of the bits that are counted. */
  readonly counter?: number;
  /** Which digit of the counter, or which of the bits that are counted. */
  readonly index: number;
}

/** A binary number, the lowest digit first; a digit may be missing. */
export type Addend = readonly (Bit | undefined)[];

/** Adds up bits of one weight, numbers from that weight on, and a carry; gives the digits of the sum. */
export interface Counter {
  /** Of the lowest digit. */
  readonly weight: number;
  readonly level: number;
  /** Bits of equal weight, counted by tables. */
  readonly group: readonly Bit[];
  /** Numbers that are added by a carry chain, to each other and to the count of the group. */
  readonly addends: readonly Addend[];
  readonly carryIn?: Bit;
  /** Digits of the sum. */
  readonly digits: number;
}

export interface Plan {
  readonly counters: readonly Counter[];
  /** The digits of the sum, the lowest first. */
  readonly digits: readonly Bit[];
  /** Counters on the longest way. */
  readonly depth: number;
}

/** What goes into a counter. */
export type CounterInputs = Partial<Pick<Counter, "group" | "addends" | "carryIn">>;

/** All bits that a counter adds. */
export function inputsOf({ group, addends, carryIn }: CounterInputs): Bit[] {
  const bits = [...(group ?? []), ...(addends ?? []).flat(), carryIn];
  return bits.filter((bit) => bit !== undefined);
}

/** A counter whose lowest digit has this weight. */
export function counterOf(weight: number, inputs: CounterInputs): Counter {
  const bits = inputsOf(inputs);
  const largest = bits.reduce((sum, bit) => sum + 2 ** (bit.weight - weight), 0);
  return {
    ...{ weight, group: [], addends: [], ...inputs },
    level: 1 + Math.max(...bits.map((bit) => bit.level)),
    digits: Math.floor(Math.log2(largest)) + 1,
  };
}

/** The digits of a counter's sum; `counter` is its place in the plan. */
export function digitsOf({ weight, level, digits }: Counter, counter: number): Bit[] {
  return Array.from({ length: digits }, (_, index) => ({ weight: weight + index, level, counter, index }));
}

export function planOf(counters: readonly Counter[], digits: readonly Bit[]): Plan {
  return { counters, digits, depth: Math.max(0, ...digits.map(({ level }) => level)) };
}
