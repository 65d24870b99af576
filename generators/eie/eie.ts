import { bit, defineModule, input, output, stream } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { ofClusters, ofPes } from "./array.ts";
import { counters, countsType } from "./counters.ts";
import { eieGeometry } from "./geometry.ts";

/** With `counters`: what happened in the last run of the layer `countsLayer`, complete three edges after its end. */
const countedOf = (p: EieParameters) => ({
  countsLayer: input(eieGeometry(p).layerIndex),
  counts: output(countsType(p)),
});

/**
 * EIE (Han et al., ISCA 2016): a compressed sparse matrix times a sparse vector on `pes` processing elements, layers back
 * to back. Words on the load port fill the memories and give commands (see geometry.ts); results leave on their own port;
 * `busy` is high while a command is carried out.
 */
export const eie = defineModule("eie", (p: EieParameters) => {
  const g = eieGeometry(p);
  const counted = countedOf(p);
  return {
    summary: `EIE array of ${p.pes} processing elements.`,
    ports: {
      load: input(stream(g.load)),
      results: output(stream(g.activation)),
      busy: output(bit),
      ...(p.counters ? counted : ({} as typeof counted)),
    },
    build({ load, results, busy, ...io }, m) {
      const { unit, followed, events } = g.clusters === 1 ? ofPes(m, p, load) : ofClusters(m, p, load);
      results.valid.set(unit.results.valid);
      results.data.set(unit.results.data);
      unit.results.ready.set(results.ready);
      busy.set(unit.busy);
      if (p.counters) {
        const { finished, finishedLayer: layer, kept, keptLayer } = unit;
        const { computing: cycles, feeding, held: blocked, sent: broadcasts } = unit;
        const { columns, issued, starved, padding, wordReads, saturated, clipped } = events;
        const unitOf = m.inst("counters", counters, p, {
          ...{ finished, layer, kept, keptLayer, shown: io.countsLayer },
          ...{ cycles, feeding, blocked, broadcasts, followed },
          ...{ columns, issued, starved, padding, wordReads, saturated, clipped },
        });
        io.counts.set(unitOf.counts);
      }
    },
  };
});
