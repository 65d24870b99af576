import { addressWidth, bit, defineModule, input, output, queued, record, select, stream } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { decode } from "./decode.ts";
import { eieGeometry } from "./geometry.ts";
import { matrixRead } from "./matrix-read.ts";
import { pointerRead } from "./pointer-read.ts";

/** What control tells every PE in the same cycle. */
export function peCommands(p: EieParameters) {
  const { pointerIndex, bankWord, activation, row, vectorRow, vectorCount, codebook, load } = eieGeometry(p);
  const { address, data } = load.fields;
  return {
    /** A word of the load port, a cycle after it was taken. */
    load: record({ address, data }),
    /** Read the pointers of a column, the second only where it follows the last one; the rest of the broadcast comes a cycle later. */
    pointers: record({ read: bit, follows: bit, index: pointerIndex }),
    /** To PEs: the same, or the index of a pointer to write, and the word that it has in the even bank. */
    banks: record({ read: bit, follows: bit, index: pointerIndex, even: bankWord }),
    /** A column with its pointers read; `push` when no PE blocks it. */
    broadcast: record({ valid: bit, push: bit, activation }),
    /** Scan of the source activations: read a row, take the one that was read. */
    scan: record({ read: bit, row: vectorRow, take: bit, all: bit }),
    /** To clusters: rows to scan from `firstRow` on, and the pointer of the first column; zeros count with `all`. */
    scanStart: record({
      starting: bit,
      rows: vectorCount,
      firstRow: vectorRow,
      pointerBase: pointerIndex,
      all: bit,
    }),
    /** Round a row of the destination registers, and clear it. */
    writeBack: record({ take: bit, row, relu: bit }),
    /** Keep a result in a row of the activation memory. */
    keep: record({ store: bit, row: vectorRow }),
    /** To PEs: scan and keep, and the row of the activation memory that they are for, or a word of the load port. */
    vectors: record({ row: vectorRow, read: bit, take: bit, all: bit, store: bit }),
    codebook,
  };
}

/**
 * With `counters`, of this cycle: a column is queued, an entry is issued, one with code 0, a word is read, a sum saturates, a
 * result saturates.
 */
const events = {
  columns: output(bit),
  issued: output(bit),
  padding: output(bit),
  wordReads: output(bit),
  saturated: output(bit),
  clipped: output(bit),
};

/** One EIE processing element (EIE section IV, figure 4). */
export const pe = defineModule("eie_pe", (p: EieParameters) => {
  const g = eieGeometry(p);
  const commands = peCommands(p);
  return {
    summary: "EIE processing element.",
    ports: {
      load: input(commands.load),
      /** This PE takes the word on the load port. */
      loadEntries: input(bit),
      loadPointers: input(bit),
      loadCodebook: input(bit),
      loadActivations: input(bit),
      pointers: input(commands.banks),
      broadcast: input(commands.broadcast),
      vectors: input(commands.vectors),
      granted: input(bit),
      writeBack: input(commands.writeBack),
      /** The result of this PE at write-back, and the one to keep, which may be another PE's. */
      result: output(g.activation),
      kept: input(g.activation),
      codebook: input(commands.codebook),
      /** A nonempty column finds the queue full. */
      blocked: output(bit),
      /** Work is queued or under way. */
      busy: output(bit),
      pending: output(bit),
      value: output(g.activation),
      ...(p.counters ? events : ({} as typeof events)),
    },
    build(io, m) {
      const { address, data } = io.load;
      const low = (width: number) => address.bits(width - 1, 0);

      m.assert("pointerPortsOnce", io.loadPointers.and(io.pointers.read).not());
      const column = m.inst("pointerRead", pointerRead, p, {
        write: io.loadPointers,
        writePointer: data.bits(g.pointer.width - 1, 0),
        ...io.pointers,
      });

      // Only columns with entries on this PE enter the queue: an empty one costs no cycle here.
      const work = m.stream("column", stream(g.column));
      const { nonempty } = column;
      work.sink.data.set({ activation: io.broadcast.activation, start: column.start, count: column.count });
      work.sink.valid.set(nonempty.and(io.broadcast.push));
      io.blocked.set(nonempty.and(io.broadcast.valid).and(work.sink.ready.not()));
      const queue = queued(m, "activationQueue", work.source, p.queueDepth);

      const matrix = m.inst("matrixRead", matrixRead, p, {
        write: io.loadEntries,
        writeAddress: low(addressWidth(g.words)),
        writeWord: data.bits(g.wordBits - 1, 0),
        columns: queue,
      });
      const { busy: matrixBusy, wordRead, ...entry } = matrix;
      const operands = m.inst("decode", decode, p, {
        write: io.loadCodebook,
        writeAddress: low(addressWidth(g.codebookDepth)),
        writeValue: data.bits(p.codebookBits - 1, 0).asSint(),
        codebook: io.codebook,
        ...entry,
      });
      const result = m.inst("arithmetic", arithmetic, p, {
        ...operands,
        writeBack: io.writeBack.take,
        writeBackRow: io.writeBack.row,
        relu: io.writeBack.relu,
      });
      io.busy.set(queue.valid.or(matrixBusy).or(result.busy));

      io.result.set(result.result);
      if (p.counters) {
        io.columns.set(work.sink.valid);
        io.wordReads.set(wordRead);
        io.issued.set(entry.entryValid);
        io.padding.set(entry.entryValid.and(entry.entryCode.nonzero().not()));
        io.saturated.set(result.saturated);
        io.clipped.set(result.clipped);
      }
      const { store, row, read, take, all } = io.vectors;
      const source = m.inst("activations", activations, p, {
        write: io.loadActivations.or(store),
        writeValue: select(g.activation, store, io.kept, data.bits(p.activationBits - 1, 0).asSint()),
        row,
        read,
        scan: take,
        scanAll: all,
        granted: io.granted,
      });
      io.pending.set(source.pending);
      io.value.set(source.value);
    },
  };
});
