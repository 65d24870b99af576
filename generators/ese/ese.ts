import {
  type BitSignal,
  bit,
  concat,
  defineModule,
  input,
  output,
  stream,
  type UIntSignal,
  vec,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { none, onlyIf } from "../common/only-if.ts";
import { selectTree } from "../common/select-tree.ts";
import { cellParameters } from "./cell-parameters.ts";
import { cellUnit } from "./cell-unit.ts";
import { control } from "./control.ts";
import { countsStream } from "./counts-stream.ts";
import { eseGeometry } from "./geometry.ts";
import { gruUnit } from "./gru-unit.ts";
import { pe } from "./pe.ts";

/**
 * ESE (Han et al., FPGA 2017): an LSTM or a GRU with sparse weights, or several stacked, on `pes` processing elements, `channels` sequences at once. Words on the
 * load port fill the memories and give commands (see geometry.ts); results leave on their own port; `busy` is high while a
 * command is carried out. Numbers: docs/ese-numerics.md.
 */
export const ese = defineModule("ese", (p: EseParameters) => {
  const g = eseGeometry(p);
  const projects = p.projection > 0;
  const streams = p.weights === "stream";
  const storedCounts = p.counts === "stored";
  return {
    summary: `Sparse ${p.cell === "gru" ? "GRU" : "LSTM"} on ${p.pes} processing elements${p.channels === 1 ? "" : `, ${p.channels} channels`}.`,
    ports: {
      load: input(stream(g.load)),
      /** In every step, all entries of the PEs in the order of their use. */
      ...onlyIf(streams, { weights: input(stream(g.weights)) }),
      /** In every step, the counts of all columns in the order of their broadcasts. */
      ...onlyIf(!storedCounts, { counts: input(stream(g.countWord)) }),
      results: output(stream(g.result)),
      busy: output(bit),
    },
    build({ load, weights, counts, results, busy }, m) {
      const elements = Array.from({ length: p.pes }, (_, k) => m.wire(`elements_${k}`, g.activations));
      const sums = Array.from({ length: p.pes }, (_, k) => m.wire(`sums_${k}`, vec(p.channels, vec(4, g.sum))));
      const blocked = Array.from({ length: p.pes }, (_, k) => m.wire(`blocked_${k}`, bit));
      const working = Array.from({ length: p.pes }, (_, k) => m.wire(`working_${k}`, bit));
      const fetched = m.wire("fetched", g.activations);
      const states = m.wire("states", vec(p.channels, g.state));
      const cellDone = m.wire("cellDone", bit);
      const cellOutputs = m.wire("cellOutputs", g.activations);

      const ahead = storedCounts ? undefined : countsAhead();
      const unit = m.inst("control", control, p, {
        ...(ahead ? { countsThere: ahead.there } : none<{ countsThere: BitSignal }>()),
        load,
        elements: fetched,
        states,
        cellDone,
        blocked: anyOf(blocked),
        working: anyOf(working),
      });
      results.valid.set(unit.results.valid);
      results.data.set(unit.results.data);
      unit.results.ready.set(results.ready);
      busy.set(unit.busy);
      ahead?.take.set(unit.counts.read);

      const ofChannel = Array.from({ length: p.channels }, (_, c) => m.node(`ofChannel_${c}`, unit.loadChannel.eq(c)));
      const loadInputs = ofChannel.map((mine) => mine.and(unit.loadInputs));
      const loadOutputs = ofChannel.map((mine) => mine.and(unit.loadOutputs));
      // A word of weights moves when every PE that it has an entry for has room.
      const room = Array.from({ length: streams ? p.pes : 0 }, (_, k) => m.wire(`room_${k}`, bit));
      if (streams) weights.ready.set(concat(...room.map((has, k) => has.or(weights.data[k].present.not()))).allOnes());
      for (let k = 0; k < p.pes; k++) {
        const mine = m.node(`loadPe_${k}`, unit.loadPe.eq(k));
        const element = m.inst(`pe_${k}`, pe, p, {
          load: unit.peLoad,
          ...(streams
            ? none<Loaded>()
            : { loadEntries: unit.loadEntries.and(mine), rewind: p.layers > 1 ? unit.rewind : unit.start }),
          ...(streams
            ? { pushEntry: weights.fire.and(weights.data[k].present), nextEntry: weights.data[k].entry }
            : none<Streamed>()),
          ...(ahead ? none<{ loadCounts: BitSignal }>() : { loadCounts: unit.loadCounts.and(mine) }),
          ...(ahead ? { nextCounts: ahead.counts[k] } : none<{ nextCounts: UIntSignal }>()),
          loadInputs: loadInputs.map((now) => now.and(mine)),
          loadOutputs: loadOutputs.map((now) => now.and(mine)),
          counts: unit.counts,
          broadcast: unit.broadcast,
          fetch: unit.fetch,
          clearSums: unit.scan.clear.or(unit.scan.valid.and(unit.scan.bank.eq(k))),
          sumRow: unit.scan.row,
          ...onlyIf(projects, { writeBack: unit.writeBack }),
          storeCell: cellDone.and(unit.doneBank.eq(k)),
          cellRow: unit.doneRow,
          cellOutputs,
        });
        if (streams) room[k].set(element.room);
        elements[k].set(element.elements);
        sums[k].set(element.sums);
        blocked[k].set(element.blocked);
        working[k].set(element.busy);
      }
      fetched.set(selectTree(m, "elements", g.activations, elements, unit.fetchBank));
      const cellSums = selectTree(m, "sums", vec(p.channels, vec(4, g.sum)), sums, unit.scan.bank);

      const { address, data } = unit.peLoad;
      const parameters = m.inst("cellParameters", cellParameters, p, {
        writeBiases: unit.loadBiases,
        ...onlyIf(p.peephole, { writePeepholes: unit.loadPeepholes }),
        writeAddress: address.bits(g.layerCell.width - 1, 0),
        writeData: data.bits(g.cellData.width - 1, 0),
        cellIndex: unit.cellIndex,
      });
      const done = Array.from({ length: p.channels }, (_, c) => {
        const cells = m.inst(`cells_${c}`, p.cell === "gru" ? gruUnit : cellUnit, p, {
          start: unit.start,
          valid: unit.scan.valid,
          ...onlyIf(p.layers > 1, { layer: unit.layer }),
          readState: unit.readCell,
          cellIndex: unit.cellIndex,
          sums: cellSums[c],
          biases: parameters.biases,
          ...onlyIf(p.peephole, { peepholes: parameters.peepholes }),
          writeState: unit.loadStates.and(ofChannel[c]),
          writeCell: address.bits(g.layerCell.width - 1, 0),
          writeValue: data.bits(p.stateBits - 1, 0).asSint(),
        });
        states[c].set(cells.state);
        cellOutputs[c].set(cells.cellOutput);
        return cells.done;
      });
      // All channels are at the same cell.
      cellDone.set(done[0]);

      function countsAhead() {
        const take = m.wire("takeCounts", bit);
        return { take, ...m.inst("countsAhead", countsStream, p, { words: counts, take }) };
      }
    },
  };
});

/** Connections that memories of entries have. */
interface Loaded {
  readonly loadEntries: BitSignal;
  readonly rewind: BitSignal;
}

/** Connections of a stream of entries. */
interface Streamed {
  readonly pushEntry: BitSignal;
  readonly nextEntry: UIntSignal;
}

function anyOf(signals: readonly BitSignal[]): BitSignal {
  return concat(...signals).nonzero();
}
