import {
  type BitSignal,
  bit,
  buffered,
  concat,
  type DataType,
  defineModule,
  input,
  output,
  type SignalOf,
  stream,
  vec,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { broadcastStages } from "./broadcast.ts";
import { peEvents } from "./counters.ts";
import { eieGeometry } from "./geometry.ts";
import { peGroup, type Results } from "./group.ts";
import { peCommands } from "./pe.ts";
import { scanRows } from "./scan.ts";

export interface ClusterParameters extends EieParameters {
  /** Its PEs. */
  readonly count: number;
}

/** With `counters`: what happened on each PE, and whether a column next to the one before was broadcast. */
const eventsOf = (count: number, banks: number) => {
  const ofPes = output(vec(count, bit));
  return {
    ...{ columns: ofPes, issued: ofPes, starved: ofPes, padding: ofPes, wordReads: ofPes, saturated: ofPes },
    clipped: output(vec(count * banks, bit)),
    followed: output(bit),
  };
};

/**
 * `clusterPes` PEs with a tree, a scan and broadcast stages of their own, behind registers: whatever control says arrives an edge later.
 * The scan runs ahead by what its buffer holds, and the broadcast behind by what its buffer holds, so no path goes from one
 * cluster through control to another.
 */
export const cluster = defineModule("eie_cluster", ({ count, ...p }: ClusterParameters) => {
  const g = eieGeometry(p);
  const commands = peCommands(p);
  const events = eventsOf(count, p.activationBanks);
  const ofPes = vec(count, vec(p.activationBanks, g.activation));
  return {
    summary: `${count} EIE processing elements with their own scan and broadcast.`,
    ports: {
      /** A constant: the number of its first PE. */
      firstPe: input(g.peIndex),
      peLoad: input(commands.load),
      loadPe: input(g.load.fields.pe),
      loadEntries: input(bit),
      loadPointers: input(bit),
      loadCodebook: input(bit),
      loadActivations: input(vec(p.activationBanks, bit)),
      scanStart: input(commands.scanStart),
      writeBack: input(commands.writeBack),
      keep: input(commands.keep),
      codebook: input(commands.codebook),
      /** A column is broadcast, which happens only while all clusters have room. */
      arrives: input(bit),
      arriving: input(g.sent),
      room: output(bit),
      /** Columns of this cluster whose activation is not zero. */
      nonzeros: output(stream(g.nonzero)),
      /** Results at write-back, an edge after control asks for them, and those to keep. */
      results: output(ofPes),
      kept: input(ofPes),
      /** Work was queued or under way an edge ago. */
      busy: output(bit),
      ...(p.counters ? events : ({} as typeof events)),
    },
    build(io, m) {
      const later = <T extends DataType>(name: string, type: T, value: SignalOf<T>): SignalOf<T> => {
        const register = m.reg(name, type);
        register.set(value as never);
        return register as never;
      };
      const strobe = (name: string, value: BitSignal) => {
        const register = m.reg(name, bit, { reset: false });
        register.set(value);
        return register;
      };
      const group = peGroup(m, p, count);

      const starting = strobe("starting", io.scanStart.starting);
      const rows = later("rows", g.vectorCount, io.scanStart.rows);
      const firstRow = later("firstRow", g.vectorRow, io.scanStart.firstRow);
      const { width } = g.pointerIndex;
      const offset = io.firstPe.width > width ? io.firstPe.wrap(width) : io.firstPe.extend(width);
      const pointerBase = later("pointerBase", g.pointerIndex, io.scanStart.pointerBase.addWrap(offset));
      const all = later("scanAll", bit, io.scanStart.all);
      const settled = later("settled", bit, io.scanStart.settled);

      // The scan fills a buffer, with an end mark behind the last nonzero.
      const scanning = m.reg("scanning", bit, { reset: false });
      const ending = m.reg("ending", bit, { reset: false });
      const rowNow = m.reg("rowNow", g.vectorCount);
      const { sink, source } = m.stream("nonzero", stream(g.nonzero));
      const scan = scanRows(m, p, {
        ...{ starting, settled, scanning, rows, firstRow, pointerBase, all },
        ...{ found: group.found, foundIndex: group.foundIndex, more: group.more, free: sink.ready },
      });
      m.when(starting, () => scanning.set(true)).elseWhen(scan.done, () => scanning.set(false));
      m.when(scan.done, () => ending.set(true)).elseWhen(sink.ready, () => ending.set(false));
      m.when(starting, () => rowNow.set(0)).elseWhen(scan.nextRow, () => rowNow.set(rowNow.addWrap(1)));
      sink.valid.set(ending.or(scanning.and(group.found)));
      sink.data.set({
        end: ending,
        row: rowNow,
        value: concat(scan.pointer, group.foundValue.asUint()),
      } as never);
      const out = buffered(m, "nonzeroBuffer", source);
      io.nonzeros.valid.set(out.valid);
      io.nonzeros.data.set(out.data);
      out.ready.set(io.nonzeros.ready);

      const sent = m.stream("arrived", stream(g.sent));
      sent.sink.valid.set(io.arrives);
      sent.sink.data.set(io.arriving);
      io.room.set(sent.sink.ready);
      const column = buffered(m, "columnBuffer", sent.source);
      const stages = broadcastStages(
        m,
        p,
        { waits: column.valid, ...column.data },
        { blocked: group.blocked, restart: starting },
      );
      column.ready.set(stages.free);
      io.busy.set(strobe("busyNow", column.valid.or(stages.secondValid).or(group.working)));

      const happened = group.connect({
        peLoad: later("takenWord", commands.load, io.peLoad),
        loadPe: later("takenPe", g.peIndex, io.loadPe.subWrap(io.firstPe)),
        loadEntries: strobe("entriesStrobe", io.loadEntries),
        loadPointers: strobe("pointersStrobe", io.loadPointers),
        loadCodebook: strobe("codebookStrobe", io.loadCodebook),
        loadActivations: io.loadActivations.map((load, b) => strobe(`activationsStrobe_${b}`, load)),
        ...{ pointers: stages.pointers, broadcast: stages.broadcast, scan: scan.command, grant: scan.grant },
        writeBack: {
          take: strobe("roundRow", io.writeBack.take),
          row: later("roundedRow", g.row, io.writeBack.row),
          relu: later("relu", bit, io.writeBack.relu),
          holdsColumns: later("holdsColumns", bit, io.writeBack.holdsColumns),
        },
        keep: { store: strobe("keepRow", io.keep.store), row: later("keptRow", g.vectorRow, io.keep.row) },
        codebook: later("codebookNow", commands.codebook, io.codebook),
        kept: io.kept as unknown as Results,
      });
      group.rounded.forEach((results, k) => {
        results.forEach((result, b) => {
          io.results[k][b].set(result);
        });
      });
      if (p.counters) {
        for (const name of peEvents) {
          happened[name].forEach((event, i) => {
            io[name][i].set(event);
          });
        }
        io.followed.set(stages.send.and(stages.follows));
      }
    },
  };
});
