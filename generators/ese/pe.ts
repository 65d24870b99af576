import {
  bit,
  concat,
  defineModule,
  input,
  output,
  queued,
  record,
  stream,
  type UIntSignal,
  uint,
  vec,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { none, onlyIf } from "../common/only-if.ts";
import { eseGeometry } from "./geometry.ts";
import { issue } from "./issue.ts";
import { lane, laneCommands } from "./lane.ts";
import { rowDecode } from "./row-decode.ts";

/** What control tells every PE in the same cycle. */
export function peCommands(p: EseParameters) {
  const { column, source, activations, load } = eseGeometry(p);
  const { address, data } = load.fields;
  return {
    /** A word of the load port, a cycle after it was taken. */
    load: record({ address, data }),
    /** Read the counts of a column, the next one where they come by a stream; the rest of the broadcast follows a cycle later. */
    counts: record({ read: bit, ...onlyIf(p.counts === "stored", { column }) }),
    /** A column with its counts read; `push` when no PE blocks it. */
    broadcast: record({ valid: bit, push: bit, source, activations }),
  };
}

/** One ESE processing element (ESE, section 4): the way of the weights, shared by all channels, and a lane a channel. */
export const pe = defineModule("ese_pe", (p: EseParameters) => {
  const g = eseGeometry(p);
  const commands = peCommands(p);
  const lanes = laneCommands(p);
  const projects = p.projection > 0;
  const streams = p.weights === "stream";
  const storedCounts = p.counts === "stored";
  return {
    summary: "ESE processing element.",
    ports: {
      load: input(commands.load),
      /** This PE takes the word on the load port; of lanes, those of its channel. */
      ...onlyIf(!streams, { loadEntries: input(bit), rewind: input(bit) }),
      /** The next entry comes in now, and there is room for one. */
      ...onlyIf(streams, { pushEntry: input(bit), nextEntry: input(uint(g.entryBits)), room: output(bit) }),
      ...onlyIf(storedCounts, { loadCounts: input(bit) }),
      /** The counts of the next column. */
      ...onlyIf(!storedCounts, { nextCounts: input(g.counts) }),
      loadInputs: input(vec(p.channels, bit)),
      loadOutputs: input(vec(p.channels, bit)),
      counts: input(commands.counts),
      broadcast: input(commands.broadcast),
      fetch: input(lanes.fetch),
      clearSums: input(bit),
      sumRow: input(lanes.sumRow),
      ...onlyIf(projects, { writeBack: input(lanes.writeBack) }),
      storeCell: input(bit),
      cellRow: input(g.outputRow),
      cellOutputs: input(g.activations),
      /** A column with entries here finds the queue full. */
      blocked: output(bit),
      /** Work is queued or under way. */
      busy: output(bit),
      elements: output(g.activations),
      sums: output(vec(p.channels, vec(4, g.sum))),
    },
    build(io, m) {
      const { address, data } = io.load;
      const counts = storedCounts ? fromMemory() : fromStream();

      // Only columns with entries on this PE enter the queue: an empty one costs no cycle here.
      const work = m.stream("column", stream(g.work));
      const filled = m.node("filled", counts.nonzero());
      const { source, activations } = io.broadcast;
      work.sink.data.set({ source, activations, counts });
      work.sink.valid.set(filled.and(io.broadcast.push));
      io.blocked.set(filled.and(io.broadcast.valid).and(work.sink.ready.not()));
      const queue = queued(m, "activationQueue", work.source, p.queueDepth);

      // Entries that came ahead of their use.
      const ahead = streams ? entriesAhead() : none<ReturnType<typeof entriesAhead>>();
      const { busy: issuing, ...entry } = m.inst("issue", issue, p, {
        ...onlyIf(!streams, {
          write: io.loadEntries,
          writeAddress: address.bits(g.entryAddress.width - 1, 0),
          writeEntry: data.bits(g.entryBits - 1, 0),
          rewind: io.rewind,
        }),
        ...ahead,
        columns: queue,
      });
      const operands = m.inst("rowDecode", rowDecode, p, entry);

      const elements = Array.from({ length: p.channels }, (_, c) =>
        m.inst(`lane_${c}`, lane, p, {
          valid: operands.operandValid,
          weight: operands.weight,
          gate: operands.gate,
          row: operands.row,
          source: operands.operandSource,
          activation: operands.operandActivations[c],
          clearSums: io.clearSums,
          sumRow: io.sumRow,
          ...onlyIf(projects, { writeBack: io.writeBack }),
          loadInput: io.loadInputs[c],
          loadOutput: io.loadOutputs[c],
          load: {
            row: address.bits(g.elementRow.width - 1, 0),
            value: data.bits(p.activationBits - 1, 0).asSint(),
          },
          storeCell: io.storeCell,
          cellOutput: { row: io.cellRow, value: io.cellOutputs[c] },
          fetch: io.fetch,
        }),
      );
      elements.forEach(({ element, sums }, c) => {
        io.elements[c].set(element);
        io.sums[c].set(sums);
      });
      const adding = concat(...elements.map(({ busy }) => busy)).nonzero();
      io.busy.set(queue.valid.or(issuing).or(operands.operandValid).or(adding));

      function fromMemory(): UIntSignal {
        const countWords = m.mem("counts", p.columnDepth, g.counts);
        countWords.write({
          address: address.bits(g.column.width - 1, 0),
          data: data.bits(g.counts.width - 1, 0),
          enable: io.loadCounts,
        });
        const read = { address: io.counts.column, enable: io.counts.read, underWrite: "undefined" as const };
        return countWords.readClocked("columnCounts", read);
      }

      function fromStream(): UIntSignal {
        const columnCounts = m.reg("columnCounts", g.counts);
        m.when(io.counts.read, () => columnCounts.set(io.nextCounts));
        return columnCounts;
      }

      function entriesAhead() {
        const coming = m.stream("coming", stream(uint(g.entryBits)));
        coming.sink.valid.set(io.pushEntry);
        coming.sink.data.set(io.nextEntry);
        io.room.set(coming.sink.ready);
        return { entries: queued(m, "entryQueue", coming.source, p.weightQueueDepth) };
      }
    },
  };
});
