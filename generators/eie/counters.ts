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

/** Sums over all PEs. In what is left of pes * cycles beside `issued` and `starved`, PEs held a column until results were written back, or wrote them. */
export function countsType(p: Pick<EieParameters, "counterBits">) {
  const { fields } = computedType(p);
  return record({
    ...fields,
    /** Results that saturated at write-back, before ReLU. */
    clipped: fields.cycles,
  });
}

/** What is counted until the next layer is taken up, or the run ends. */
function computedType({ counterBits }: Pick<EieParameters, "counterBits">) {
  const count = uint(counterBits) as UIntType;
  return record({
    /** Cycles in which the layer was computed, until the next one was taken up. */
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
    /** Cycles of a PE, until the layer's last entry is done, in which it could have begun a column and its queue was empty. */
    starved: count,
    /** Words read from the matrix memories. */
    wordReads: count,
    /** Additions that saturated the accumulator. */
    saturated: count,
  });
}

/** What a PE tells the counters of a cycle, and what control does. */
export const peEvents = ["columns", "issued", "starved", "padding", "wordReads", "saturated", "clipped"] as const;
export type PeEvent = (typeof peEvents)[number];
type ControlEvent = "cycles" | "blocked" | "broadcasts" | "followed";

/**
 * Performance and saturation counters of the array, a set for every layer, from its last run; stuck at their largest value beyond
 * it, and 0 before it ran. A layer's set is complete three edges after its last cycle.
 */
export const counters = defineModule("eie_counters", (p: EieParameters) => {
  const { layerIndex } = eieGeometry(p);
  const computed = computedType(p);
  const count = computed.fields.cycles;
  const ofPes = input(vec(p.pes, bit));
  return {
    summary: `Counts events of ${p.pes} processing elements, layer by layer.`,
    ports: {
      /** The last cycle of a layer, and which it is; for results that saturate the last one in which they are kept. */
      finished: input(bit),
      layer: input(layerIndex),
      kept: input(bit),
      keptLayer: input(layerIndex),
      cycles: input(bit),
      /** Of these, those in which PEs are to have work. */
      feeding: input(bit),
      blocked: input(bit),
      broadcasts: input(bit),
      followed: input(bit),
      columns: ofPes,
      issued: ofPes,
      starved: ofPes,
      padding: ofPes,
      wordReads: ofPes,
      saturated: ofPes,
      clipped: input(vec(p.pes * p.activationBanks, bit)),
      /** Which layer's counts are shown. */
      shown: input(layerIndex),
      counts: output(countsType(p)),
    },
    build({ finished, layer, kept, keptLayer, feeding, shown, counts, ...io }, m) {
      // Two registers between an event and its count keep the sum over all PEs off every path.
      const later = (name: string, happens: BitSignal): BitSignal => {
        const now = m.reg(`${name}Now`, bit, { reset: false });
        const sum = m.reg(`${name}Sum`, bit, { reset: false });
        now.set(happens);
        sum.set(now);
        return sum;
      };
      const layerLater = (name: string, of: UIntSignal): UIntSignal => {
        const now = m.reg(`${name}Now`, layerIndex);
        const sum = m.reg(`${name}Sum`, layerIndex);
        now.set(of);
        sum.set(now);
        return sum;
      };
      const finishedSum = later("finished", finished);
      const keptSum = later("kept", kept);
      const countingSum = later("counting", io.cycles);
      const layerSum = layerLater("layer", layer);
      const keptLayerSum = layerLater("keptLayer", keptLayer);
      // The clearing of the accumulators after reset is no write-back of a layer.
      const idle = countingSum.not();
      const finishes = m.node("restart", finishedSum.or(idle));
      const keeps = m.node("restartClipped", keptSum.or(idle));
      const counter = (name: string, happened: readonly BitSignal[], restart = finishes): UIntSignal => {
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
      const starves = io.starved.map((starved) => starved.and(feeding));
      const one = (name: ControlEvent) => counter(name, [io[name]]);
      const sets = m.mem("sets", p.layers, uint(bitWidth(computed)));
      sets.write({
        address: layerSum,
        data: pack(computed, {
          ...{
            cycles: one("cycles"),
            blocked: one("blocked"),
            broadcasts: one("broadcasts"),
            followed: one("followed"),
          },
          ...{ columns: ofPe("columns"), issued: ofPe("issued") },
          ...{ starved: counter("starved", starves), padding: ofPe("padding") },
          ...{ wordReads: ofPe("wordReads"), saturated: ofPe("saturated") },
        }),
        enable: finishedSum,
      });
      // The next layer is counted while the results of one are kept.
      const clippedSets = m.mem("clippedSets", p.layers, count);
      const clipped = counter("clipped", io.clipped, keeps);
      clippedSets.write({ address: keptLayerSum, data: clipped, enable: keptSum });
      // What lies in the memory before a layer has run counts nothing.
      const ran = m.reg("ran", uint(p.layers), { reset: 0 });
      m.when(finishedSum, () => ran.set(ran.or(oneHot(layerSum, p.layers))));
      const known = m.node("known", ran.and(oneHot(shown, p.layers)).nonzero());
      const set = sets.read("set", shown);
      const clippedSet = clippedSets.read("clippedSet", shown);
      counts.set({
        ...unpack(computed, select(set.type, known, set, 0)),
        clipped: select(count, known, clippedSet, 0),
      });
    },
  };
});
