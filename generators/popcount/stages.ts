import { type BitSignal, type Builder, concat, fixedValue, type UIntSignal, uint } from "../../hdl/index.ts";
import { type Addend, type Bit, inputsOf, type Plan } from "./plan.ts";

/** Of a plan in a pipeline, the stage in which a counter works; the bits that are counted arrive in stage 0. */
export function stageOf(level: number, levels = Number.POSITIVE_INFINITY): number {
  return Math.max(0, Math.ceil(level / levels) - 1);
}

/** Where the second halves of lanes stand among the counters; the first halves, or the bits that are counted, are at -1. */
const secondHalves = -2;

/** What a counter gives, as far as a stage needs it. */
interface Held {
  readonly signal: UIntSignal;
  /** Which digits these are, the lowest first. */
  readonly digits: readonly number[];
}

/**
 * Digits of counters in the stages of a pipeline. At each boundary the digits of a counter that are needed behind it take one
 * register.
 */
export class Stages {
  private readonly m: Builder;
  private readonly enable: BitSignal | undefined;
  /** For each counter (-1: what is counted) and digit the last stage that needs it. */
  private readonly lastStage = new Map<number, Map<number, number>>();
  private readonly held = new Map<string, Held>();
  private readonly names = new Map<number, string>();

  constructor(m: Builder, { counters, digits, depth }: Plan, levels: number | undefined, enable?: BitSignal) {
    this.m = m;
    this.enable = enable;
    const need = ({ counter = -1, index }: Bit, stage: number) => {
      const digitsOfCounter = this.lastStage.get(counter) ?? new Map<number, number>();
      digitsOfCounter.set(index, Math.max(stage, digitsOfCounter.get(index) ?? 0));
      this.lastStage.set(counter, digitsOfCounter);
    };
    for (const counter of counters) {
      for (const bit of inputsOf(counter)) {
        const stage = stageOf(counter.level, levels);
        need(bit, stage);
        if (bit.counter === undefined) need({ ...bit, counter: secondHalves }, stage);
      }
    }
    for (const digit of digits) need(digit, stageOf(depth, levels));
  }

  /** What is counted, by its name; two signals where lanes are given by their halves. */
  start(...inputs: readonly (readonly [name: string, signal: UIntSignal])[]): void {
    inputs.forEach(([name, signal], i) => {
      this.put(-1 - i, name, signal, 0);
    });
  }

  /** All digits of a counter, known as `name`, in the stage where it works. */
  put(counter: number, name: string, signal: UIntSignal, stage: number): void {
    const all = Array.from({ length: signal.width }, (_, i) => i);
    this.names.set(counter, name);
    this.held.set(`${counter}@${stage}`, { signal, digits: all });
  }

  bit({ counter = -1, index }: Bit, stage: number): BitSignal {
    const { signal, digits } = this.at(counter, stage);
    return signal.bit(digits.indexOf(index));
  }

  bits(bits: readonly Bit[], stage: number): BitSignal[] {
    const signals: BitSignal[] = [];
    for (const bit of bits) signals.push(this.bit(bit, stage));
    return signals;
  }

  /** The halves of a lane. */
  halves(lane: Bit, stage: number): readonly [BitSignal, BitSignal] {
    return [this.bit(lane, stage), this.bit({ ...lane, counter: secondHalves }, stage)];
  }

  /** A number of these digits; what is missing is 0. */
  number(digits: Addend, stage: number): UIntSignal {
    const parts: UIntSignal[] = [];
    for (let low = 0, high: number; low < digits.length; low = high) {
      high = low + 1;
      const first = digits[low];
      if (first === undefined) {
        parts.push(fixedValue(uint(1), 0));
        continue;
      }
      const { counter = -1 } = first;
      const held = this.at(counter, stage);
      const start = held.digits.indexOf(first.index);
      // Neighbours in the same signal are read together.
      const follows = (bit: Bit | undefined) =>
        bit !== undefined && (bit.counter ?? -1) === counter && held.digits[start + high - low] === bit.index;
      while (high < digits.length && follows(digits[high])) high++;
      parts.push(held.signal.bits(start + high - low - 1, start));
    }
    return concat(...parts.reverse());
  }

  private at(counter: number, stage: number): Held {
    const key = `${counter}@${stage}`;
    const known = this.held.get(key);
    if (known !== undefined) return known;
    const before = this.at(counter, stage - 1);
    const digits = before.digits.filter((index) => (this.lastStage.get(counter)?.get(index) ?? 0) >= stage);
    const wanted = digits.map((index) => before.signal.bit(before.digits.indexOf(index)));
    const value = digits.length === before.digits.length ? before.signal : concat(...wanted.reverse());
    const register = this.m.reg(`${this.names.get(counter)}_stage${stage}`, uint(digits.length));
    if (this.enable === undefined) register.set(value);
    else this.m.when(this.enable, () => register.set(value));
    const held = { signal: register, digits };
    this.held.set(key, held);
    return held;
  }
}
