import {
  addressWidth,
  bit,
  concat,
  defineModule,
  enumOf,
  input,
  output,
  select,
  stream,
  type UIntType,
  uint,
  unpack,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry, loadSpaces } from "./geometry.ts";
import { peCommands } from "./pe.ts";

/**
 * With `counters`: layers are computed, a broadcast waits for a full queue, a column is broadcast, and one next to the column
 * before; the last cycle of a layer.
 */
const progressOf = (layerIndex: UIntType) => ({
  computing: output(bit),
  held: output(bit),
  sent: output(bit),
  followed: output(bit),
  finished: output(bit),
  finishedLayer: output(layerIndex),
});

/**
 * Central control unit (EIE section IV): I/O mode through the load port, then computing mode over a chain of layers.
 * Broadcasts go through two stages, pointers read between them; both hold while any PE's queue blocks.
 */
export const control = defineModule("eie_control", (p: EieParameters) => {
  const g = eieGeometry(p);
  const commands = peCommands(p);
  const progress = progressOf(g.layerIndex);
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
      loadActivations: output(bit),

      pointers: output(commands.pointers),
      broadcast: output(commands.broadcast),
      scan: output(commands.scan),
      writeBack: output(commands.writeBack),
      keep: output(commands.keep),
      /** By how many PEs the results that are kept now stand too high; 0 without `balance`. */
      rotation: output(g.peIndex),
      codebook: output(commands.codebook),
      /** The found activation is being taken. */
      grant: output(bit),

      /** Leading-nonzero tree over the scan registers. */
      found: input(bit),
      foundIndex: input(uint(addressWidth(p.pes))),
      foundValue: input(g.activation),
      /** More than one activation is pending. */
      more: input(bit),
      /** Some PE cannot take the broadcast; some PE is at work. */
      blocked: input(bit),
      working: input(bit),
      ...(p.counters ? progress : ({} as typeof progress)),
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
          // Round the destination registers into the source registers, a row of every PE a cycle.
          "writeBack",
        ),
        { reset: "clear" },
      );
      io.busy.set(state.ne("idle"));

      // Load port. Words for the PEs and the layer table go through a register; commands act at once.
      io.load.ready.set(state.eq("idle"));
      const taken = m.node("taken", io.load.fire);
      const { space, pe, address, data } = io.load.data;
      const loadFor = (name: "entries" | "pointers" | "codebook" | "activations") => {
        const strobe = m.reg(`${name}Strobe`, bit, { reset: false });
        strobe.set(taken.and(space.eq(loadSpaces[name])));
        return strobe;
      };
      io.loadEntries.set(loadFor("entries"));
      io.loadPointers.set(loadFor("pointers"));
      io.loadCodebook.set(loadFor("codebook"));
      io.loadActivations.set(loadFor("activations"));
      const loadPe = m.reg("takenPe", g.load.fields.pe);
      const loadWord = m.reg("takenWord", commands.load);
      m.when(taken, () => {
        loadPe.set(pe);
        loadWord.set({ address, data });
      });
      io.loadPe.set(loadPe);
      io.peLoad.set(loadWord);

      const low = <T extends { width: number }>(type: T) => data.bits(type.width - 1, 0);
      const layerWidth = Object.values(g.layer.fields).reduce((sum, field) => sum + field.width, 0);
      const layers = m.mem("layers", p.layers, g.layer);
      layers.write({
        address: address.bits(g.layerIndex.width - 1, 0),
        data: unpack(g.layer, data.bits(layerWidth - 1, 0)),
        enable: taken.and(space.eq(loadSpaces.layers)),
      });

      // Which layer, and whether this is a read-out.
      const layerNow = m.reg("layerNow", g.layerIndex);
      const layerLast = m.reg("layerLast", g.layerIndex);
      const reading = m.reg("reading", bit, { reset: false });
      const readRow = m.reg("readRow", g.vectorRow);
      const readRows = m.reg("readRows", g.vectorCount);
      const layer = layers.read("layer", layerNow);
      io.codebook.set(layer.codebook);

      // Broadcast stages.
      const firstValid = m.reg("firstValid", bit, { reset: false });
      const firstActivation = m.reg("firstActivation", g.activation);
      const firstPointer = m.reg("firstPointer", g.pointerIndex);
      const secondValid = m.reg("secondValid", bit, { reset: false });
      const secondActivation = m.reg("secondActivation", g.activation);
      const advance = m.node("advance", io.blocked.not());
      const send = m.node("send", firstValid.and(reading.not()).and(advance));
      const firstLeaves = m.node("firstLeaves", send.or(reading.and(io.results.ready)));
      const firstFree = m.node("firstFree", firstValid.not().or(firstLeaves));
      // Pointers of a column stand at the banks until the next one is read, and are not written while a layer is computed.
      const standing = m.reg("standing", bit, { reset: false });
      const afterSent = m.reg("afterSent", g.pointerIndex);
      const follows = m.node("follows", standing.and(firstPointer.eq(afterSent)));
      m.when(state.eq("start"), () => standing.set(false)).elseWhen(send, () => {
        standing.set(true);
        afterSent.set(firstPointer.addWrap(1));
      });
      io.pointers.set({ read: send, follows, index: firstPointer });
      io.broadcast.set({ valid: secondValid, push: secondValid.and(advance), activation: secondActivation });
      m.when(send, () => secondActivation.set(firstActivation));
      m.when(advance, () => secondValid.set(send));
      io.results.valid.set(firstValid.and(reading));
      io.results.data.set(firstActivation);

      // Scan of the source activations, a row of one from every PE at a time.
      // The next row is read from the activation memory while one is scanned.
      const rowsToTake = m.reg("rowsToTake", g.vectorCount);
      const nextSource = m.reg("nextSource", g.vectorRow);
      const firstSource = m.node("firstSource", select(g.vectorRow, reading, readRow, layer.sourceRow));
      const rowPointer = m.reg("rowPointer", g.pointerIndex);
      const grant = m.node("granting", state.eq("scan").and(io.found).and(firstFree));
      const rowDone = m.node("rowDone", io.found.not().or(grant.and(io.more.not())));
      const rowsLeft = m.node("rowsLeft", rowsToTake.nonzero());
      const nextRow = m.node("nextRow", state.eq("scan").and(rowDone).and(rowsLeft));
      const scanDone = m.node("scanDone", state.eq("scan").and(rowDone).and(rowsLeft.not()));
      io.grant.set(grant);
      const starting = m.node("starting", state.eq("start"));
      io.scan.set({
        read: starting.or(nextRow.and(rowsToTake.ne(1))),
        row: select(g.vectorRow, starting, firstSource, nextSource),
        take: nextRow,
        all: reading,
      });
      const sendBias = m.node("sendBias", state.eq("bias").and(firstFree));

      // Write-back, and the clearing of the destination registers after reset.
      const backRow = m.reg("backRow", g.rowCount, { reset: 0 });
      const resultRow = m.reg("resultRow", g.vectorRow);
      const writingBack = m.node("writingBack", state.eq("writeBack"));
      const rowBits = backRow.bits(g.row.width - 1, 0);
      const lastRow = m.wire("lastRow", bit);
      const takeRow = m.wire("takeRow", bit);
      const storeRow = m.wire("storeRow", bit);
      if (p.balance) {
        // A row is rounded, then rotated while the next one is rounded.
        const rotations = m.mem("rotations", 2 ** (g.layerIndex.width + g.row.width), g.peIndex);
        const loadRotation = m.node("loadRotation", taken.and(space.eq(loadSpaces.rotations)));
        const stored = m.reg("rowRounded", bit, { reset: false });
        lastRow.set(backRow.eq(layer.outputRows));
        takeRow.set(writingBack.and(lastRow.not()));
        stored.set(takeRow);
        storeRow.set(stored);
        io.rotation.set(
          rotations.readWrite("rotationRead", {
            address: m.node(
              "rotationAddress",
              select(
                rotations.addressType,
                loadRotation,
                address.bits(rotations.addressType.width - 1, 0),
                concat(layerNow, rowBits),
              ),
            ),
            enable: m.node("rotationUsed", loadRotation.or(takeRow)),
            write: loadRotation,
            data: data.bits(g.peIndex.width - 1, 0),
            underWrite: "undefined",
          }),
        );
      } else {
        lastRow.set(backRow.addWrap(1).eq(layer.outputRows));
        takeRow.set(writingBack);
        storeRow.set(writingBack);
        io.rotation.set(0);
      }
      io.writeBack.set({ take: takeRow.or(state.eq("clear")), row: rowBits, relu: layer.relu });
      io.keep.set({ store: storeRow, row: resultRow });
      m.when(storeRow, () => resultRow.set(resultRow.addWrap(1)));

      const pipelineIdle = m.node("pipelineIdle", firstValid.or(secondValid).or(io.working).not());
      const takeRun = m.node("takeRun", taken.and(space.eq(loadSpaces.run)));
      const takeRead = m.node("takeRead", taken.and(space.eq(loadSpaces.read)));
      const lastLayer = m.node("lastLayer", layerNow.eq(layerLast));

      const finishLayer = () => {
        layerNow.set(layerNow.addWrap(1));
        m.when(lastLayer, () => state.set("idle")).otherwise(() => state.set("start"));
      };

      if (p.counters) {
        io.computing.set(state.ne("idle").and(state.ne("clear")).and(reading.not()));
        io.held.set(secondValid.and(io.blocked));
        io.sent.set(send);
        io.followed.set(send.and(follows));
        const drained = state.eq("drain").and(pipelineIdle).and(layer.hold).and(reading.not());
        io.finished.set(drained.or(writingBack.and(lastRow)));
        io.finishedLayer.set(layerNow);
      }

      m.when(grant.or(sendBias), () => firstValid.set(true)).elseWhen(firstLeaves, () => firstValid.set(false));
      m.switch(state, {
        clear: () => {
          backRow.set(backRow.addWrap(1));
          m.when(backRow.eq(p.activationDepth - 1), () => state.set("idle"));
        },
        idle: () => {
          m.when(takeRun, () => {
            const run = unpack(g.run, data.bits(2 * g.layerIndex.width - 1, 0));
            layerNow.set(run.firstLayer);
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
          rowsToTake.set(select(g.vectorCount, reading, readRows, layer.inputRows));
          nextSource.set(firstSource.addWrap(1));
          // The first row adds the number of PEs, so the pointer of its first column is the base.
          rowPointer.set(layer.pointerBase.subWrap(p.pes % 2 ** g.pointerIndex.width));
          backRow.set(0);
          resultRow.set(layer.resultRow);
          state.set("scan");
        },
        scan: () => {
          m.when(grant, () => {
            firstActivation.set(io.foundValue);
            const { width } = g.pointerIndex;
            const offset = io.foundIndex.width > width ? io.foundIndex.wrap(width) : io.foundIndex.extend(width);
            firstPointer.set(rowPointer.addWrap(offset));
          });
          m.when(nextRow, () => {
            rowsToTake.set(rowsToTake.subWrap(1));
            nextSource.set(nextSource.addWrap(1));
            rowPointer.set(rowPointer.addWrap(p.pes % 2 ** g.pointerIndex.width));
          });
          m.when(scanDone, () => {
            m.when(reading.not().and(layer.bias), () => state.set("bias")).otherwise(() => state.set("drain"));
          });
        },
        bias: () => {
          m.when(sendBias, () => {
            firstActivation.set(layer.biasValue);
            firstPointer.set(layer.biasPointer);
            state.set("drain");
          });
        },
        drain: () => {
          m.when(pipelineIdle, () => {
            m.when(reading, () => state.set("idle"))
              .elseWhen(layer.hold, finishLayer)
              .otherwise(() => state.set("writeBack"));
          });
        },
        writeBack: () => {
          backRow.set(backRow.addWrap(1));
          m.when(lastRow, finishLayer);
        },
      });
    },
  };
});
