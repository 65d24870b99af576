import { addressWidth, bit, defineModule, input, output, queued, record, stream, vec } from "../../hdl/index.ts";
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
  const ofBanks = vec(p.activationBanks, bit);
  return {
    /** A word of the load port, a cycle after it was taken. */
    load: record({ address, data }),
    /** Read the pointers of a column, the second only where it follows the last one; the rest of the broadcast comes a cycle later. */
    pointers: record({ read: bit, follows: bit, index: pointerIndex }),
    /** To PEs: the same, or the index of a pointer to write, and the word that it has in the even bank. */
    banks: record({ read: bit, follows: bit, index: pointerIndex, even: bankWord }),
    /** Pointers have been read for a column, and it goes on to where it waits for the queue; the activation of the column that waits there. */
    broadcast: record({ arrives: bit, activation }),
    /** Scan of the source activations: read a row, from its bank; take the one that was read. */
    scan: record({ read: ofBanks, row: vectorRow, take: bit, all: bit }),
    /** To clusters: rows to scan from `firstRow` on, and the pointer of the first column; zeros count with `all`. No results are kept while `settled`. */
    scanStart: record({
      starting: bit,
      settled: bit,
      rows: vectorCount,
      firstRow: vectorRow,
      pointerBase: pointerIndex,
      all: bit,
    }),
    /** Round a row of each bank of destination registers, from `row` on, and clear them. No column is begun that would meet them before all are clear. */
    writeBack: record({ take: bit, row, relu: bit, holdsColumns: bit }),
    /** Keep a result of each bank in rows of the activation memory from `row` on. */
    keep: record({ store: bit, row: vectorRow }),
    /** To PEs: scan and keep, bank by bank, and the row of the activation memory that they are for, or a word of the load port. */
    vectors: record({ row: vectorRow, read: ofBanks, take: bit, all: bit, store: bit }),
    codebook,
  };
}

/**
 * With `counters`, of this cycle: a column is queued, an entry is issued, a column could be begun and none is queued, an entry with code 0 is issued, a
 * word is read, a sum saturates, the result of a bank saturates.
 */
const eventsOf = (banks: number) => ({
  columns: output(bit),
  issued: output(bit),
  starved: output(bit),
  padding: output(bit),
  wordReads: output(bit),
  saturated: output(bit),
  clipped: output(vec(banks, bit)),
});

/** One EIE processing element (EIE section IV, figure 4). */
export const pe = defineModule("eie_pe", (p: EieParameters) => {
  const g = eieGeometry(p);
  const commands = peCommands(p);
  const events = eventsOf(p.activationBanks);
  const results = vec(p.activationBanks, g.activation);
  return {
    summary: "EIE processing element.",
    ports: {
      load: input(commands.load),
      /** This PE takes the word on the load port. */
      loadEntries: input(bit),
      loadPointers: input(bit),
      loadCodebook: input(bit),
      loadActivations: input(vec(p.activationBanks, bit)),
      pointers: input(commands.banks),
      broadcast: input(commands.broadcast),
      vectors: input(commands.vectors),
      granted: input(bit),
      writeBack: input(commands.writeBack),
      /** The results of this PE at write-back, one of each bank, and those to keep, which may be other PEs'. */
      results: output(results),
      kept: input(results),
      codebook: input(commands.codebook),
      /** A column that waits finds the queue full. */
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
      // It waits behind a register, so that no path goes from the SRAM of pointers through all PEs and back.
      const work = m.stream("column", stream(g.column));
      const waiting = m.reg("waiting", bit, { reset: false });
      const start = m.reg("waitingStart", g.entryAddress);
      const count = m.reg("waitingCount", g.rowCount);
      const blocked = m.node("queueFull", waiting.and(work.sink.ready.not()));
      m.when(blocked.not(), () => {
        waiting.set(column.nonempty.and(io.broadcast.arrives));
        start.set(column.start);
        count.set(column.count);
      });
      work.sink.data.set({ activation: io.broadcast.activation, start, count });
      work.sink.valid.set(waiting);
      io.blocked.set(blocked);
      const queue = queued(m, "activationQueue", work.source, p.queueDepth);

      const matrix = m.inst("matrixRead", matrixRead, p, {
        write: io.loadEntries,
        writeAddress: low(addressWidth(g.words)),
        writeWord: data.bits(g.wordBits - 1, 0),
        columns: queue,
        hold: io.writeBack.holdsColumns,
      });
      const { busy: matrixBusy, wordRead, starved, ...entry } = matrix;
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
      io.busy.set(waiting.or(queue.valid).or(matrixBusy).or(result.busy));

      io.results.set(result.results);
      if (p.counters) {
        io.columns.set(waiting.and(work.sink.ready));
        io.wordReads.set(wordRead);
        io.issued.set(entry.entryValid);
        io.starved.set(starved);
        io.padding.set(entry.entryValid.and(entry.entryCode.nonzero().not()));
        io.saturated.set(result.saturated);
        io.clipped.set(result.clipped);
      }
      const { store, row, read, take, all } = io.vectors;
      const source = m.inst("activations", activations, p, {
        load: io.loadActivations,
        loadValue: data.bits(p.activationBits - 1, 0).asSint(),
        keep: store,
        kept: io.kept,
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
