import { type BitSignal, bit, concat, defineModule, input, output, stream, type UIntType } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdTree } from "../lnzd/lnzd-tree.ts";
import { control } from "./control.ts";
import { counters, countsType, type PeEvent } from "./counters.ts";
import { eieGeometry } from "./geometry.ts";
import { pe } from "./pe.ts";
import { rotate } from "./rotate.ts";

/** With `counters`: what happened in the last run of the layer `countsLayer`, complete three edges after its end. */
const countedOf = (layerIndex: UIntType) => ({ countsLayer: input(layerIndex), counts: output(countsType) });

/**
 * EIE (Han et al., ISCA 2016): a compressed sparse matrix times a sparse vector on `pes` processing elements, layers back
 * to back. Words on the load port fill the memories and give commands (see geometry.ts); results leave on their own port;
 * `busy` is high while a command is carried out.
 */
export const eie = defineModule("eie", (p: EieParameters) => {
  const g = eieGeometry(p);
  const counted = countedOf(g.layerIndex);
  return {
    summary: `EIE array of ${p.pes} processing elements.`,
    ports: {
      load: input(stream(g.load)),
      results: output(stream(g.activation)),
      busy: output(bit),
      ...(p.counters ? counted : ({} as typeof counted)),
    },
    build({ load, results, busy, ...io }, m) {
      const pending = Array.from({ length: p.pes }, (_, k) => m.wire(`pending_${k}`, bit));
      const values = Array.from({ length: p.pes }, (_, k) => m.wire(`value_${k}`, g.activation));
      const blocked = Array.from({ length: p.pes }, (_, k) => m.wire(`blocked_${k}`, bit));
      const working = Array.from({ length: p.pes }, (_, k) => m.wire(`working_${k}`, bit));
      const found = m.inst(
        "lnzd",
        lnzdTree,
        {
          leaves: p.pes,
          width: g.activation.width,
          radices: lnzdRadices({ inputs: p.pes, structure: "uniform", radix: 4 }),
          levelsPerStage: 0,
        },
        { valid: pending, payload: values.map((value) => value.asUint()) },
      );
      const chosen = pending.map((_, k) => m.node(`chosen_${k}`, found.index.eq(k)));

      const unit = m.inst("control", control, p, {
        load,
        found: found.any,
        foundIndex: found.index,
        foundValue: found.chosen.asSint(),
        more: anyOf(pending.map((waits, k) => waits.and(chosen[k].not()))),
        blocked: anyOf(blocked),
        working: anyOf(working),
      });
      results.valid.set(unit.results.valid);
      results.data.set(unit.results.data);
      unit.results.ready.set(results.ready);
      busy.set(unit.busy);

      const rounded = Array.from({ length: p.pes }, (_, k) => m.wire(`rounded_${k}`, g.activation));
      const kept = p.balance ? m.inst("rotate", rotate, p, { rounded, by: unit.rotation }).rotated : rounded;
      if (!p.balance) m.unused(unit.rotation);
      const events: Record<PeEvent, BitSignal>[] = [];
      for (let k = 0; k < p.pes; k++) {
        const mine = m.node(`loadPe_${k}`, unit.loadPe.eq(k));
        const element = m.inst(`pe_${k}`, pe, p, {
          load: unit.peLoad,
          loadEntries: unit.loadEntries.and(mine),
          loadPointers: unit.loadPointers.and(mine),
          loadCodebook: unit.loadCodebook,
          loadActivations: unit.loadActivations.and(mine),
          pointers: unit.pointers,
          broadcast: unit.broadcast,
          scan: unit.scan,
          granted: unit.grant.and(chosen[k]),
          writeBack: unit.writeBack,
          keep: unit.keep,
          kept: kept[k],
          codebook: unit.codebook,
        });
        pending[k].set(element.pending);
        values[k].set(element.value);
        rounded[k].set(element.result);
        blocked[k].set(element.blocked);
        events.push(element);
        working[k].set(element.busy);
      }
      if (p.counters) {
        const { finished, finishedLayer: layer, computing: cycles, held: blocked, sent: broadcasts, followed } = unit;
        const column = (name: PeEvent) => events.map((event) => event[name]);
        const unitOf = m.inst("counters", counters, p, {
          ...{ finished, layer, cycles, blocked, broadcasts, followed, shown: io.countsLayer },
          ...{ columns: column("columns"), issued: column("issued"), padding: column("padding") },
          ...{ wordReads: column("wordReads"), saturated: column("saturated"), clipped: column("clipped") },
        });
        io.counts.set(unitOf.counts);
      }
    },
  };
});

function anyOf(signals: readonly BitSignal[]): BitSignal {
  return concat(...signals).nonzero();
}
