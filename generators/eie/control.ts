import {
  addressWidth,
  type BitSignal,
  bit,
  defineModule,
  enumOf,
  input,
  output,
  select,
  stream,
  type UIntType,
  uint,
  unpack,
  vec,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { inBanks } from "./banks.ts";
import { broadcastStages } from "./broadcast.ts";
import { eieGeometry, loadSpaces } from "./geometry.ts";
import { peCommands } from "./pe.ts";
import { scanRows } from "./scan.ts";
import { writeBackRows } from "./write-back.ts";

/**
 * With `counters`: layers are computed, and not only written back, a broadcast waits for a full queue, a column is broadcast; the last cycle of a layer, and the last
 * one in which its results are kept.
 */
const progressOf = (layerIndex: UIntType) => ({
  computing: output(bit),
  feeding: output(bit),
  held: output(bit),
  sent: output(bit),
  finished: output(bit),
  finishedLayer: output(layerIndex),
  kept: output(bit),
  keptLayer: output(layerIndex),
});

/** With `counters`, without clusters: a column next to the one before is broadcast. */
const follower = { followed: output(bit) };

/** Without clusters: what goes to all PEs in the same cycle, and comes from them. */
const pePorts = (p: EieParameters) => {
  const commands = peCommands(p);
  return {
    pointers: output(commands.pointers),
    broadcast: output(commands.broadcast),
    scan: output(commands.scan),
    /** The found activation is being taken. */
    grant: output(bit),
    /** Leading-nonzero tree over the scan registers. */
    found: input(bit),
    foundIndex: input(uint(addressWidth(p.pes))),
    foundValue: input(eieGeometry(p).activation),
    /** More than one activation is pending. */
    more: input(bit),
    /** Some PE cannot take the broadcast. */
    blocked: input(bit),
  };
};

/** With clusters: each scans its own PEs and keeps broadcasts in a buffer. */
const clusterPorts = (p: EieParameters) => ({
  scanStart: output(peCommands(p).scanStart),
  /** What the clusters found, in order of the columns, then an end mark. */
  nonzeros: input(stream(eieGeometry(p).nonzero)),
  /** A column goes to all clusters; all have room for one. */
  send: output(bit),
  sentColumn: output(eieGeometry(p).sent),
  room: input(bit),
});

/**
 * Central control unit (EIE section IV): I/O mode through the load port, then computing mode over a chain of layers. While the results of one are
 * written back, the next one is taken up, scanned and broadcast as far as the queues of the PEs.
 * Broadcasts go through three stages, pointers read between the first two; they hold while any PE's queue blocks. In an array of clusters these stages
 * are in each cluster, and a broadcast goes to their buffers as soon as all have room.
 */
export const control = defineModule("eie_control", (p: EieParameters) => {
  const g = eieGeometry(p);
  const commands = peCommands(p);
  const progress = progressOf(g.layerIndex);
  const [ofPes, ofClusters] = [pePorts(p), clusterPorts(p)];
  const clustered = g.clusters > 1;
  return {
    summary: "Central control: load, scan, broadcast, write back, read out.",
    ports: {
      load: input(stream(g.load)),
      results: output(stream(g.activation)),
      busy: output(bit),

      /** The load word a cycle later, and what it is for. */
      peLoad: output(commands.load),
      loadPe: output(g.load.fields.pe),
      loadEntries: output(bit),
      loadPointers: output(bit),
      loadCodebook: output(bit),
      loadActivations: output(vec(p.activationBanks, bit)),

      writeBack: output(commands.writeBack),
      keep: output(commands.keep),
      /** By how many PEs the results that are kept now stand too high, bank by bank; 0 without `balance`. */
      rotation: output(vec(p.activationBanks, g.peIndex)),
      codebook: output(commands.codebook),
      /** Some PE is at work. */
      working: input(bit),
      ...(clustered ? ({} as typeof ofPes) : ofPes),
      ...(clustered ? ofClusters : ({} as typeof ofClusters)),
      ...(p.counters ? progress : ({} as typeof progress)),
      ...(p.counters && !clustered ? follower : ({} as typeof follower)),
    },
    build(io, m) {
      const state = m.reg(
        "state",
        enumOf(
          // After reset: clear the destination registers row by row.
          "clear",
          // I/O mode: take words from the load port.
          "idle",
          // Take up a layer descriptor.
          "start",
          // Scan the source activations and broadcast what is not zero (or, for a read-out, all).
          "scan",
          // Broadcast the bias column.
          "bias",
          // Wait until every PE has finished.
          "drain",
          // Wait until the results of the last layer are written back.
          "finish",
        ),
        { reset: "clear" },
      );
      io.busy.set(state.ne("idle"));

      // Load port. Words for the PEs and the layer table go through a register; commands act at once.
      io.load.ready.set(state.eq("idle"));
      const taken = m.node("taken", io.load.fire);
      const { space, pe, address, data } = io.load.data;
      const strobe = (name: string, now: BitSignal) => {
        const register = m.reg(`${name}Strobe`, bit, { reset: false });
        register.set(now);
        return register;
      };
      const takenFor = (name: keyof typeof loadSpaces) => taken.and(space.eq(loadSpaces[name]));
      io.loadEntries.set(strobe("entries", takenFor("entries")));
      io.loadPointers.set(strobe("pointers", takenFor("pointers")));
      io.loadCodebook.set(strobe("codebook", takenFor("codebook")));
      const loadedRow = inBanks(address.bits(g.vectorRow.width - 1, 0), p.activationBanks);
      io.loadActivations.forEach((load, b) => {
        load.set(strobe(`activations_${b}`, takenFor("activations").and(loadedRow.isIn(b))));
      });
      const loadPe = m.reg("takenPe", g.load.fields.pe);
      const loadWord = m.reg("takenWord", commands.load);
      loadPe.set(pe);
      loadWord.set({ address, data });
      io.loadPe.set(loadPe);
      io.peLoad.set(loadWord);

      const low = <T extends { width: number }>(type: T) => data.bits(type.width - 1, 0);
      const layerWidth = Object.values(g.layer.fields).reduce((sum, field) => sum + field.width, 0);
      const layers = m.mem("layers", p.layers, g.layer);
      layers.write({
        address: address.bits(g.layerIndex.width - 1, 0),
        data: unpack(g.layer, data.bits(layerWidth - 1, 0)),
        enable: takenFor("layers"),
      });

      // Which layer, and whether this is a read-out.
      const layerNow = m.reg("layerNow", g.layerIndex);
      const layerLast = m.reg("layerLast", g.layerIndex);
      const reading = m.reg("reading", bit, { reset: false });
      const readRow = m.reg("readRow", g.vectorRow);
      const readRows = m.reg("readRows", g.vectorCount);
      // Read a layer ahead, so that no path goes from its number through the table to the PEs.
      const layer = m.reg("layer", g.layer);
      const takeRun = m.node("takeRun", takenFor("run"));
      const run = unpack(g.run, data.bits(2 * g.layerIndex.width - 1, 0));
      const nextLayer = m.node("nextLayer", select(g.layerIndex, takeRun, run.firstLayer, layerNow.addWrap(1)));
      const described = layers.read("described", nextLayer);
      io.codebook.set(layer.codebook);

      // The column found last, on its way to the PEs or, in a read-out, to the results.
      const firstValid = m.reg("firstValid", bit, { reset: false });
      const firstActivation = m.reg("firstActivation", g.activation);
      const firstPointer = m.reg("firstPointer", g.pointerIndex);
      const firstFree = m.wire("firstFree", bit);
      const waits = firstValid.and(reading.not());
      const scanned = {
        starting: m.wire("starting", bit),
        settled: m.wire("settled", bit),
        rows: select(g.vectorCount, reading, readRows, layer.inputRows),
        firstRow: m.node("firstSource", select(g.vectorRow, reading, readRow, layer.sourceRow)),
        pointerBase: layer.pointerBase,
        all: reading,
      };

      const fromPes = () => {
        const column = { waits, activation: firstActivation, pointer: firstPointer };
        const stages = broadcastStages(m, p, column, { blocked: io.blocked, restart: scanned.starting });
        io.pointers.set(stages.pointers);
        io.broadcast.set(stages.broadcast);
        const { found, foundIndex, more } = io;
        const search = { found, foundIndex, more, free: firstFree, scanning: state.eq("scan") };
        const scan = scanRows(m, p, { ...scanned, ...search });
        io.grant.set(scan.grant);
        io.scan.set(scan.command);
        if (p.counters) {
          io.held.set(io.blocked);
          io.followed.set(stages.send.and(stages.follows));
        }
        const { send, secondValid: underWay } = stages;
        return { send, underWay, grant: scan.grant, done: scan.done, activation: io.foundValue, pointer: scan.pointer };
      };

      const fromClusters = () => {
        const send = m.node("sending", waits.and(io.room));
        // A column is seen here until the cluster that took it says that it works.
        const sentBefore = m.reg("sentBefore", bit, { reset: false });
        sentBefore.set(send);
        io.send.set(send);
        io.sentColumn.set({ activation: firstActivation, pointer: firstPointer });
        io.scanStart.set(scanned);
        const { valid, ready, data } = io.nonzeros;
        m.unused(data.row);
        const grant = m.node("granting", valid.and(data.end.not()).and(firstFree));
        const done = m.node("scanDone", valid.and(data.end));
        ready.set(firstFree.or(data.end));
        if (p.counters) io.held.set(waits.and(io.room.not()));
        const activation = data.value.bits(g.activation.width - 1, 0).asSint();
        const pointer = data.value.bits(data.value.width - 1, g.activation.width);
        return { send, underWay: sentBefore, grant, done, activation, pointer };
      };
      const { send, underWay, ...found } = clustered ? fromClusters() : fromPes();
      const firstLeaves = m.node("firstLeaves", send.or(reading.and(io.results.ready)));
      firstFree.set(firstValid.not().or(firstLeaves));
      io.results.valid.set(firstValid.and(reading));
      io.results.data.set(firstActivation);
      const sendBias = m.node("sendBias", state.eq("bias").and(firstFree));

      const clearing = m.node("clearing", state.eq("clear"));
      const startWaits = m.node("startWaits", state.eq("start"));
      const writesBack = m.wire("writesBack", bit);
      const back = writeBackRows(m, p, {
        ...{ begins: writesBack, layer, layerNow, startWaits, clearing },
        load: { loaded: takenFor("rotations"), address, data },
      });
      scanned.starting.set(startWaits.and(back.sourceFree));
      scanned.settled.set(back.writing.not());
      io.rotation.forEach((rotation, b) => {
        rotation.set(back.rotation[b]);
      });
      io.writeBack.set(back.writeBack);
      io.keep.set(back.keep);

      const pipelineIdle = m.node("pipelineIdle", firstValid.or(underWay).or(io.working).not());
      const drained = m.node("drained", state.eq("drain").and(pipelineIdle).and(back.done));
      const takeRead = m.node("takeRead", takenFor("read"));
      const lastLayer = m.node("lastLayer", layerNow.eq(layerLast));

      // After the last layer of a run nothing looks at what is taken up.
      const layerEnds = m.node("layerEnds", drained.and(reading.not()));
      m.when(takeRun.or(layerEnds), () => {
        layerNow.set(nextLayer);
        layer.set(described);
      });
      writesBack.set(layerEnds.and(layer.hold.not()));

      if (p.counters) {
        const computing = m.node("layerUnderWay", state.ne("idle").and(clearing.not()).and(reading.not()));
        io.computing.set(computing);
        io.feeding.set(computing.and(state.ne("finish")));
        io.sent.set(send);
        const finishes = m.node("finishes", state.eq("finish").and(back.ends));
        io.finished.set(layerEnds.and(layer.hold.or(lastLayer.not())).or(finishes));
        io.finishedLayer.set(select(g.layerIndex, finishes, back.layer, layerNow));
        io.kept.set(back.ends.or(layerEnds.and(layer.hold)));
        io.keptLayer.set(select(g.layerIndex, back.ends, back.layer, layerNow));
      }

      m.when(firstFree, () => {
        firstActivation.set(select(g.activation, state.eq("bias"), layer.biasValue, found.activation));
        firstPointer.set(select(g.pointerIndex, state.eq("bias"), layer.biasPointer, found.pointer));
      });
      m.when(found.grant.or(sendBias), () => firstValid.set(true)).elseWhen(firstLeaves, () => firstValid.set(false));
      m.switch(state, {
        clear: () => {
          m.when(back.cleared, () => state.set("idle"));
        },
        idle: () => {
          m.when(takeRun, () => {
            layerLast.set(run.lastLayer);
            reading.set(false);
            state.set("start");
          });
          m.when(takeRead, () => {
            readRow.set(address.bits(g.vectorRow.width - 1, 0));
            readRows.set(low(g.vectorCount));
            reading.set(true);
            state.set("start");
          });
        },
        start: () => {
          m.when(scanned.starting, () => state.set("scan"));
        },
        scan: () => {
          m.when(found.done, () => {
            m.when(reading.not().and(layer.bias), () => state.set("bias")).otherwise(() => state.set("drain"));
          });
        },
        bias: () => {
          m.when(sendBias, () => state.set("drain"));
        },
        drain: () => {
          m.when(drained, () => {
            m.when(reading.or(lastLayer.and(layer.hold)), () => state.set("idle"))
              .elseWhen(lastLayer, () => state.set("finish"))
              .otherwise(() => state.set("start"));
          });
        },
        finish: () => {
          m.when(back.ends, () => state.set("idle"));
        },
      });
    },
  };
});
