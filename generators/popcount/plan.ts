/** Which counters add up a set of bits: plain data, from which hardware, latency and tests follow. */

/** A bit of a sum, worth 2^weight. */
export interface Bit {
  readonly weight: number;
  /** Counters on the longest way to it; 0 for what comes from outside. */
  readonly level: number;
  /** Where it comes from: an output of a counter, or one of the bits that are counted. */
  readonly source: { readonly counter: number; readonly output: number } | { readonly input: number };
}

/** Some bits in, the binary digits of their sum out. */
export interface Counter {
  /** Weight of the lowest output. */
  readonly weight: number;
  readonly level: number;
  readonly inputs: readonly Bit[];
}

export interface Plan {
  readonly counters: readonly Counter[];
  /** The digits of the sum, the lowest first. */
  readonly digits: readonly Bit[];
  /** Counters on the longest way. */
  readonly depth: number;
}

/** Bits that wait to be added, by weight; the earliest comes first. */
export class Heap {
  readonly counters: Counter[] = [];
  private readonly columns: Bit[][] = [];

  /** `inputs` bits of weight 0. */
  constructor(inputs: number) {
    for (let input = 0; input < inputs; input++) this.put({ weight: 0, level: 0, source: { input } });
  }

  /** Weights of which there may be bits: 0 to weights - 1. */
  get weights(): number {
    return this.columns.length;
  }

  /** How many bits of this weight wait. */
  height(weight: number): number {
    return this.columns[weight]?.length ?? 0;
  }

  /** The earliest bits of this weight, removed. */
  take(weight: number, count: number): Bit[] {
    return this.columns[weight]?.splice(0, count) ?? [];
  }

  /** Adds a counter; its outputs, of weights from `weight` on, wait in turn. */
  count(weight: number, inputs: readonly Bit[], outputs: number): void {
    const level = 1 + Math.max(...inputs.map((bit) => bit.level));
    const counter = this.counters.push({ weight, level, inputs }) - 1;
    for (let output = 0; output < outputs; output++) {
      this.put({ weight: weight + output, level, source: { counter, output } });
    }
  }

  /** What has come of it, once at most one bit of each weight is left. */
  plan(): Plan {
    const digits = this.columns.flat();
    return { counters: this.counters, digits, depth: Math.max(0, ...digits.map(({ level }) => level)) };
  }

  private put(bit: Bit): void {
    while (this.columns.length <= bit.weight) this.columns.push([]);
    const column = this.columns[bit.weight];
    const later = column.findIndex(({ level }) => level > bit.level);
    column.splice(later < 0 ? column.length : later, 0, bit);
  }
}
