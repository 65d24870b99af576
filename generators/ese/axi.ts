import {
  bit,
  bitWidth,
  defineModule,
  fixedValue,
  input,
  output,
  pack,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
  unpack,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { axiLitePins, axiLiteSlave } from "../common/axi-lite-pins.ts";
import { busBits } from "../common/axi-stream.ts";
import { HostCommands } from "../common/host-commands.ts";
import { none, onlyIf } from "../common/only-if.ts";
import { below, packetLoader } from "../common/packet-loader.ts";
import { packetPins, packetSlave } from "../common/packet-pins.ts";
import { esePackets, eseRegisters } from "./axi-registers.ts";
import { ese } from "./ese.ts";
import { eseGeometry, loadSpaces } from "./geometry.ts";

const axiLoader = packetLoader("ese_axi_loader", esePackets);

/**
 * The engine as software sees it: steps and read-outs by AXI4-Lite registers (axi-registers.ts), memories filled by packets on an AXI
 * stream (packet-loader.ts), weights on a second one where they are not kept, results on a third, an interrupt. The engine inside is `ese`
 * as it is.
 */
export const eseAxi = defineModule("ese_axi", (p: EseParameters) => {
  const g = eseGeometry(p);
  const map = eseRegisters(p);
  const format = esePackets(p);
  const streams = p.weights === "stream";
  const storedCounts = p.counts === "stored";
  const stacked = p.layers > 1;
  const projects = p.projection > 0;
  return {
    summary: `Sparse ${p.cell === "gru" ? "GRU" : "LSTM"} on ${p.pes} processing elements with AXI4-Lite registers and AXI streams.`,
    ports: {
      ...axiLitePins(map),
      ...packetPins(format),
      /** For each PE, the first one lowest: a bit that it gets an entry, above it the entry, index above weight. */
      ...onlyIf(streams, {
        s_axis_weights_tdata: input(uint(busBits(1, bitWidth(g.weights))) as UIntType),
        s_axis_weights_tvalid: input(bit),
        s_axis_weights_tready: output(bit),
      }),
      /** The counts of a column in neighbouring PEs, the first one lowest. */
      ...onlyIf(!storedCounts, {
        s_axis_counts_tdata: input(uint(busBits(1, bitWidth(g.countWord))) as UIntType),
        s_axis_counts_tvalid: input(bit),
        s_axis_counts_tready: output(bit),
      }),
      /** An element of y or a cell state, sign-extended; `tlast` with the last one of a channel. */
      m_axis_tdata: output(uint(busBits(1, g.result.width)) as UIntType),
      m_axis_tlast: output(bit),
      m_axis_tvalid: output(bit),
      m_axis_tready: input(bit),
      irq: output(bit),
    },
    build(io, m) {
      const host = new HostCommands(m);
      // Of the layers run since layer 0: how many, and their columns where the counts of all stand in memories.
      const layersRun = stacked ? m.reg("layersRun", uint(5) as UIntType, { reset: 0 }) : undefined;
      const columns = storedCounts ? m.reg("columns", uint(17), { reset: 0 }) : undefined;
      const names = ["RUN", "READ"] as const;
      const allowed = Object.fromEntries(names.map((name) => [name, m.wire(`allowed${name}`, bit)]));
      const commands = axiLiteSlave(m, io, map, {
        locked: Object.fromEntries(names.map((name) => [name, host.quiet.and(allowed[name]).not()])),
        status: { ...host.status, ...(columns ? { columns } : {}) },
      });

      // What a command asks for must fit, or it is refused.
      const { inputs, outputs, cells, outputRows, layer, channel, more, count } = commands;
      const some = (value: UIntSignal, most: number) => value.nonzero().and(below(value, most + 1));
      const rows = p.pes * p.rowDepth;
      const firstLayer = layer ? m.node("firstLayer", layer.eq(0)) : fixedValue(bit, true);
      const before = layer && columns ? select(columns.type, firstLayer, 0, columns) : undefined;
      const wide = (value: UIntSignal) => value.extend(24);
      const own = wide(inputs)
        .addWrap(wide(outputs))
        .addWrap(projects ? wide(cells) : 0);
      const after = columns ? m.node("columnsAfter", before ? own.addWrap(wide(before)) : own) : undefined;
      const inputsFit = select(bit, firstLayer, some(inputs, p.pes * p.inputDepth), some(inputs, rows));
      const outputsFit = () => {
        if (!projects) return outputs.eq(cells);
        const held = m.node("rowsHold", wide(outputRows).mul(fixedValue(uint(9), p.pes)));
        const asked = outputs.extend(held.width);
        return held.ge(asked).and(held.lt(asked.addWrap(p.pes)));
      };
      const follows = () =>
        layer && layersRun
          ? firstLayer.or(layersRun.eq(layer.extend(layersRun.width))).and(below(layer, p.layers))
          : fixedValue(bit, true);
      const cellsFit = m.node("cellsFit", some(cells, rows).and(some(outputs, rows)));
      allowed.RUN.set(
        m
          .node("inputsFit", inputsFit)
          .and(cellsFit)
          .and(m.node("outputsFit", outputsFit()))
          .and(after ? below(after, p.columnDepth + 1) : fixedValue(bit, true))
          .and(follows()),
      );
      const lastChannel = more ? m.node("lastChannel", channel.add(more)) : channel;
      const readable = m.node("readable", some(count, rows).and(below(lastChannel, p.channels)));
      allowed.READ.set(layer ? readable.and(below(layer, p.layers)) : readable);

      // A command goes before the words that are loaded.
      const [run, read] = [commands.run.bit(0), commands.read.bit(0)];
      const command = m.node("command", run.or(read));
      const loader = packetSlave(m, io, axiLoader, p);
      host.loading.set(loader.loading);
      const load = m.stream("load", stream(g.load));
      loader.words.ready.set(load.sink.ready.and(command.not()));
      load.sink.valid.set(command.or(loader.words.valid));
      const { data: dataType, space: spaceType } = g.load.fields;
      const padded = (value: UIntSignal) => (value.width < dataType.width ? value.extend(dataType.width) : value);
      const layerField = layer ? { layer } : none<{ layer: UIntSignal }>();
      const step = pack(g.run, {
        ...{ inputs, outputs, cells, outputRows: projects ? outputRows : 0 },
        ...layerField,
      });
      const readOut = pack(g.read, {
        ...{ count, channel, states: commands.states.bit(0) },
        ...(more ? { more } : none<{ more: UIntSignal }>()),
        ...layerField,
      });
      const { words } = loader;
      load.sink.data.set({
        space: select(spaceType, command, select(spaceType, run, loadSpaces.run, loadSpaces.read), words.data.space),
        pe: words.data.pe,
        channel: words.data.channel,
        address: words.data.address,
        data: select(dataType, command, select(dataType, run, padded(step), padded(readOut)), words.data.data),
      });
      m.assert("commandTaken", command.not().or(load.sink.ready));
      m.when(run, () => {
        if (after) columns?.set(after.bits(columns.width - 1, 0));
        if (layer) layersRun?.set(layer.extend(5).addWrap(1));
      });

      const weights = streams ? m.stream("weights", stream(g.weights)) : undefined;
      if (weights) {
        weights.sink.valid.set(io.s_axis_weights_tvalid);
        weights.sink.data.set(unpack(g.weights, io.s_axis_weights_tdata.bits(bitWidth(g.weights) - 1, 0)));
        io.s_axis_weights_tready.set(weights.sink.ready);
      }
      const counts = storedCounts ? undefined : m.stream("counts", stream(g.countWord));
      if (counts) {
        counts.sink.valid.set(io.s_axis_counts_tvalid);
        counts.sink.data.set(unpack(g.countWord, io.s_axis_counts_tdata.bits(bitWidth(g.countWord) - 1, 0)));
        io.s_axis_counts_tready.set(counts.sink.ready);
      }
      const engine = m.inst("engine", ese, p, {
        load: load.source,
        ...(weights ? { weights: weights.source } : none<never>()),
        ...(counts ? { counts: counts.source } : none<never>()),
      });
      host.busy.set(engine.busy);
      io.irq.set(host.follow(commands, { run, read, bad: loader.bad }));

      // What is left of a channel's read-out, and how many elements a channel has.
      const left = m.reg("left", g.length);
      const each = more ? m.reg("each", g.length) : undefined;
      const { results } = engine;
      results.ready.set(io.m_axis_tready);
      io.m_axis_tvalid.set(results.valid);
      io.m_axis_tdata.set(results.data.extend(io.m_axis_tdata.type.width).asUint());
      io.m_axis_tlast.set(left.eq(1));
      m.when(results.fire, () =>
        left.set(each ? select(left.type, left.eq(1), each, left.subWrap(1)) : left.subWrap(1)),
      );
      m.when(read, () => {
        left.set(count);
        each?.set(count);
      });
    },
  };
});
