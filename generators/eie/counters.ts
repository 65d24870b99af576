import {
  type BitSignal,
  bit,
  bitWidth,
  concat,
  defineModule,
  input,
  oneHot,
  output,
  pack,
  popcount,
  record,
  select,
  type UIntSignal,
  type UIntType,
  uint,
  unpack,
  vec,
} from "../../hdl/index.ts";

import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/** Sums over all PEs. What a PE does not issue in a cycle it was starved or still filling for: pes * cycles - issued. */
export function countsType({ counterBits }: Pick<EieParameters, "counterBits">) {
  const count = uint(counterBits) as UIntType;
  return record({
    /** Cycles in which the layer was computed. */
    cycles: count,
    /** Of these, cycles in which a broadcast waited for a full queue. */
    blocked: count,
    /** Columns broadcast; for each, every PE reads two pointers. */
    broadcasts: count,
    /** Of these, columns next to the one broadcast before: every PE reads one pointer. */
    followed: count,
    /** Of these, on each PE, those that have entries there. */
    columns: count,
    /** Entries issued, and those with code 0: padding and stored zeros. */
    issued: count,
    padding: count,
    /** Words read from the matrix memories. */
    wordReads: count,
    /** Additions that saturated the accumulator, and results that saturated at write-back, before ReLU. */
    saturated: count,
    clipped: count,
  });
}

/** What a PE tells the counters of a cycle, and what control does. */
export const peEvents = ["columns", "issued", "padding", "wordReads", "saturated", "clipped"] as const;
export type PeEvent = (typeof peEvents)[number];
type ControlEvent = "cycles" | "blocked" | "broadcasts" | "followed";

/**
 * Performance and saturation counters of the array, a set for every layer, from its last run; stuck at their largest value beyond
 * it, and 0 before it ran. A layer's set is complete three edges after its last cycle.
 */
export const counters = defineModule("eie_counters", (p: EieParameters) => {
  const { layerIndex } = eieGeometry(p);
  const type = countsType(p);
  const count = type.fields.cycles;
  const ofPes = input(vec(p.pes, bit));
  return {
    summary: `Counts events of ${p.pes} processing elements, layer by layer.`,
    ports: {
      /** The last cycle of a layer, and which it is. */
      finished: input(bit),
      layer: input(layerIndex),
      cycles: input(bit),
      blocked: input(bit),
      broadcasts: input(bit),
      followed: input(bit),
      columns: ofPes,
      issued: ofPes,
      padding: ofPes,
      wordReads: ofPes,
      saturated: ofPes,
      clipped: input(vec(p.pes * p.activationBanks, bit)),
      /** Which layer's counts are shown. */
      shown: input(layerIndex),
      counts: output(type),
    },
    build({ finished, layer, shown, counts, ...io }, m) {
      // Two registers between an event and its count keep the sum over all PEs off every path.
      const finishedNow = m.reg("finishedNow", bit, { reset: false });
      const finishedSum = m.reg("finishedSum", bit, { reset: false });
      const layerNow = m.reg("layerNow", layerIndex);
      const layerSum = m.reg("layerSum", layerIndex);
      finishedNow.set(finished);
      finishedSum.set(finishedNow);
      const countingNow = m.reg("countingNow", bit, { reset: false });
      const countingSum = m.reg("countingSum", bit, { reset: false });
      countingNow.set(io.cycles);
      countingSum.set(countingNow);
      // The clearing of the accumulators after reset is no write-back of a layer.
      const restart = m.node("restart", finishedSum.or(countingSum.not()));
      layerNow.set(layer);
      layerSum.set(layerNow);
      const counter = (name: string, happened: readonly BitSignal[]): UIntSignal => {
        const now = m.reg(`${name}Now`, uint(happened.length));
        now.set(concat(...happened));
        const number = popcount(now);
        const sum = m.reg(`${name}Sum`, uint(number.width));
        sum.set(number);
        const total = m.reg(`${name}Total`, count, { reset: 0 });
        const next = m.node(`${name}Next`, total.add(sum).saturate(count.width));
        m.when(restart, () => total.set(0)).otherwise(() => total.set(next));
        return next;
      };
      const ofPe = (name: PeEvent) => counter(name, io[name]);
      const one = (name: ControlEvent) => counter(name, [io[name]]);
      const sets = m.mem("sets", p.layers, uint(bitWidth(type)));
      sets.write({
        address: layerSum,
        data: pack(type, {
          ...{
            cycles: one("cycles"),
            blocked: one("blocked"),
            broadcasts: one("broadcasts"),
            followed: one("followed"),
          },
          ...{ columns: ofPe("columns"), issued: ofPe("issued"), padding: ofPe("padding") },
          ...{ wordReads: ofPe("wordReads"), saturated: ofPe("saturated"), clipped: ofPe("clipped") },
        }),
        enable: finishedSum,
      });
      // What lies in the memory before a layer has run counts nothing.
      const ran = m.reg("ran", uint(p.layers), { reset: 0 });
      m.when(finishedSum, () => ran.set(ran.or(oneHot(layerSum, p.layers))));
      const known = m.node("known", ran.and(oneHot(shown, p.layers)).nonzero());
      const set = sets.read("set", shown);
      counts.set(unpack(type, select(set.type, known, set, 0)));
    },
  };
});
