import { type Bit, type Counter, type CounterInputs, counterOf, digitsOf, type Plan, planOf } from "./plan.ts";

/** Bits that wait to be added, by weight, the earliest first; and the counters so far. */
export class Heap {
  private readonly counters: Counter[] = [];
  private readonly columns: Bit[][];
  readonly weights: number;

  /** For sums of `weights` digits: higher ones would be 0 and are left out. */
  constructor(weights: number) {
    this.weights = weights;
    this.columns = Array.from({ length: weights }, () => []);
  }

  /** How many bits of this weight wait, of all levels or of those up to `level`. */
  height(weight: number, level = Number.POSITIVE_INFINITY): number {
    return this.columns[weight].filter((bit) => bit.level <= level).length;
  }

  /** The earliest bits of this weight, removed. */
  take(weight: number, count: number): Bit[] {
    return this.columns[weight].splice(0, count);
  }

  put(bit: Bit): void {
    const column = this.columns[bit.weight];
    const later = column.findIndex(({ level }) => level > bit.level);
    column.splice(later < 0 ? column.length : later, 0, bit);
  }

  /** Adds a counter; its digits wait in turn. */
  count(weight: number, inputs: CounterInputs): void {
    const whole = counterOf(weight, inputs);
    const counter = { ...whole, digits: Math.min(whole.digits, this.weights - weight) };
    const place = this.counters.push(counter) - 1;
    for (const digit of digitsOf(counter, place)) this.put(digit);
  }

  /** What has come of it, once a bit of each weight is left. */
  plan(): Plan {
    return planOf(this.counters, this.columns.flat());
  }
}
