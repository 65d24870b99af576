import {
  type BitSignal,
  bit,
  concat,
  defineModule,
  input,
  output,
  popcount,
  record,
  uint,
  vec,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";

const count = uint(40);

/** Sums over all PEs. What a PE does not issue in a cycle it was starved or still filling for: pes * cycles - issued. */
export const countsType = record({
  /** Cycles in which layers were computed. */
  cycles: count,
  /** Of these, cycles in which a broadcast waited for a full queue. */
  blocked: count,
  /** Entries issued, and those with code 0: padding and stored zeros. */
  issued: count,
  padding: count,
  /** Additions that saturated the accumulator, and results that saturated at write-back, before ReLU. */
  saturated: count,
  clipped: count,
});

/** Performance and saturation counters of the array: cleared by a run command, stuck at their largest value beyond it. */
export const counters = defineModule("eie_counters", (p: EieParameters) => ({
  summary: `Counts events of ${p.pes} processing elements.`,
  ports: {
    started: input(bit),
    computing: input(bit),
    held: input(bit),
    issued: input(vec(p.pes, bit)),
    padding: input(vec(p.pes, bit)),
    saturated: input(vec(p.pes, bit)),
    clipped: input(vec(p.pes, bit)),
    counts: output(countsType),
  },
  build({ started, computing, held, counts, ...events }, m) {
    // Two registers between an event and its count keep the sum over all PEs off every path.
    const counter = (name: string, happened: readonly BitSignal[]) => {
      const now = m.reg(`${name}Now`, uint(happened.length));
      now.set(concat(...happened));
      const number = popcount(now);
      const sum = m.reg(`${name}Sum`, uint(number.width));
      sum.set(number);
      const total = m.reg(`${name}Total`, count);
      m.when(started, () => total.set(0)).otherwise(() => total.set(total.add(sum).saturate(count.width)));
      return total;
    };
    counts.set({
      cycles: counter("cycles", [computing]),
      blocked: counter("blocked", [held]),
      issued: counter("issued", events.issued),
      padding: counter("padding", events.padding),
      saturated: counter("saturated", events.saturated),
      clipped: counter("clipped", events.clipped),
    });
  },
}));
