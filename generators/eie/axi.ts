import {
  bit,
  concat,
  countWidth,
  defineModule,
  input,
  oneHot,
  output,
  pack,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { axiLitePins, axiLiteSlave } from "../common/axi-lite-pins.ts";
import { busBits } from "../common/axi-stream.ts";
import { HostCommands } from "../common/host-commands.ts";
import { below, packetLoader } from "../common/packet-loader.ts";
import { packetPins, packetSlave } from "../common/packet-pins.ts";
import { countNames, countWords, eiePackets, eieRegisters } from "./axi-registers.ts";
import { inBanks } from "./banks.ts";
import { countsType } from "./counters.ts";
import { eie } from "./eie.ts";
import { eieGeometry, loadSpaces } from "./geometry.ts";

const axiLoader = packetLoader("eie_axi_loader", eiePackets);

/**
 * An EIE array as software sees it: commands and counters by AXI4-Lite registers (axi-registers.ts), memories filled by packets on an AXI
 * stream (packet-loader.ts), results on another, an interrupt when a command is done. The array inside is `eie` as it is.
 */
export const eieAxi = defineModule("eie_axi", (p: EieParameters) => {
  const g = eieGeometry(p);
  const map = eieRegisters(p);
  const format = eiePackets(p);
  return {
    summary: `EIE array of ${p.pes} processing elements with AXI4-Lite registers and AXI streams.`,
    ports: {
      ...axiLitePins(map),
      ...packetPins(format),
      /** An activation, sign-extended; `tlast` with the last one that READ asked for. */
      m_axis_tdata: output(uint(busBits(1, p.activationBits)) as UIntType),
      m_axis_tlast: output(bit),
      m_axis_tvalid: output(bit),
      m_axis_tready: input(bit),
      irq: output(bit),
    },
    build(io, m) {
      const host = new HostCommands(m);
      const defined = m.reg("defined", uint(p.layers), { reset: 0 });
      const names = ["DEFINE", "RUN", "READ"] as const;
      const allowed = Object.fromEntries(names.map((name) => [name, m.wire(`allowed${name}`, bit)]));
      const shown = Object.fromEntries(
        countNames.map((name) => [name, p.counters ? m.wire(`${name}Shown`, countsType(p).fields[name]) : undefined]),
      );
      const commands = axiLiteSlave(m, io, map, {
        locked: Object.fromEntries(names.map((name) => [name, host.quiet.and(allowed[name]).not()])),
        status: {
          ...host.status,
          ...Object.fromEntries(
            Object.entries(shown).flatMap(([name, value]) =>
              value ? countWords(name, p).map(({ field, low, bits }) => [field, value.bits(low + bits - 1, low)]) : [],
            ),
          ),
        },
      });

      // What a command asks for must fit, or it is refused.
      const sum = (a: UIntSignal, b: UIntSignal) => {
        const width = Math.max(a.width, b.width);
        return a.extend(width).add(b.extend(width));
      };
      const vectorsFit = (first: UIntSignal, rows: UIntSignal) => below(sum(first, rows), vectorRows(p) + 1);
      // The last row may have one column only. Each column needs a pointer for its end, too.
      const { inputRows } = commands;
      const columns = inputRows.extend(Math.max(inputRows.width, countWidth(p.pes))).mul(p.pes);
      const columnsEnd = sum(commands.pointerBase, columns);
      const columnsFit = below(columnsEnd, p.columnDepth + p.pes - 1).or(inputRows.nonzero().not());
      const biasFits = below(commands.biasPointer, p.columnDepth - 1).or(commands.bias.bit(0).not());
      const outputs = commands.outputRows;
      allowed.DEFINE.set(
        below(commands.layer, p.layers)
          .and(below(commands.codebook, p.codebooks))
          .and(columnsFit)
          .and(biasFits)
          .and(vectorsFit(commands.sourceRow, commands.inputRows))
          .and(vectorsFit(commands.resultRow, outputs))
          .and(inBanks(commands.resultRow, p.activationBanks).isIn(0))
          .and(commands.hold.bit(0).or(outputs.nonzero().and(below(outputs, p.activationDepth + 1)))),
      );
      const { firstLayer, lastLayer } = commands;
      const missing = Array.from({ length: p.layers }, (_, i) =>
        firstLayer.le(i).and(lastLayer.ge(i)).and(defined.bit(i).not()),
      );
      allowed.RUN.set(
        firstLayer
          .le(lastLayer)
          .and(below(lastLayer, p.layers))
          .and(
            concat(...missing)
              .nonzero()
              .not(),
          ),
      );
      allowed.READ.set(commands.readRows.nonzero().and(vectorsFit(commands.readRow, commands.readRows)));

      // A command goes before the words that are loaded.
      const [define, run, read] = [commands.define.bit(0), commands.run.bit(0), commands.read.bit(0)];
      const command = m.node("command", define.or(run).or(read));
      const loader = packetSlave(m, io, axiLoader, p);
      host.loading.set(loader.loading);
      const load = m.stream("load", stream(g.load));
      loader.words.ready.set(load.sink.ready.and(command.not()));
      load.sink.valid.set(command.or(loader.words.valid));
      const { data: dataType, address: addressType, space: spaceType } = g.load.fields;
      const padded = (value: UIntSignal) => (value.width < dataType.width ? value.extend(dataType.width) : value);
      const descriptor = pack(g.layer, {
        ...{ pointerBase: commands.pointerBase, biasPointer: commands.biasPointer },
        ...{ inputRows: commands.inputRows, outputRows: outputs },
        ...{ sourceRow: commands.sourceRow, resultRow: commands.resultRow },
        ...{ hold: commands.hold.bit(0), biasValue: commands.biasValue.asSint(), bias: commands.bias.bit(0) },
        ...{ relu: commands.relu.bit(0), codebook: commands.codebook },
      });
      const range = pack(g.run, { firstLayer, lastLayer });
      const address = select(
        addressType,
        define,
        commands.layer.extend(addressType.width),
        commands.readRow.extend(addressType.width),
      );
      const { words } = loader;
      load.sink.data.set({
        space: select(
          spaceType,
          command,
          select(spaceType, define, loadSpaces.layers, select(spaceType, run, loadSpaces.run, loadSpaces.read)),
          words.data.space,
        ),
        pe: words.data.pe,
        address: select(addressType, command, address, words.data.address),
        data: select(
          dataType,
          command,
          select(dataType, define, padded(descriptor), select(dataType, run, padded(range), padded(commands.readRows))),
          words.data.data,
        ),
      });
      m.assert("commandTaken", command.not().or(load.sink.ready));
      m.when(define, () => defined.set(defined.or(oneHot(commands.layer, p.layers))));

      const chosen = { countsLayer: commands.layer };
      const array = m.inst("array", eie, p, {
        load: load.source,
        ...(p.counters ? chosen : ({} as typeof chosen)),
      });
      host.busy.set(array.busy);
      if (p.counters) for (const name of countNames) shown[name]?.set(array.counts[name]);

      // Three quiet edges after the end all counts are complete.
      const rest = m.reg("rest", uint(3));
      rest.set(concat(rest.bits(1, 0), array.busy.not()));
      m.when(run.or(read), () => rest.set(0));
      io.irq.set(host.follow(commands, { run, read, bad: loader.bad, settled: rest.eq(7) }));

      // Which activation of a read-out leaves.
      const rowsLeft = m.reg("rowsLeft", g.vectorCount);
      const leaving = m.reg("leaving", g.peIndex);
      const lastPe = m.node("lastPe", leaving.eq(p.pes - 1));
      const { results } = array;
      results.ready.set(io.m_axis_tready);
      io.m_axis_tvalid.set(results.valid);
      io.m_axis_tdata.set(results.data.extend(io.m_axis_tdata.type.width).asUint());
      io.m_axis_tlast.set(lastPe.and(rowsLeft.eq(1)));
      m.when(results.fire, () => {
        leaving.set(select(g.peIndex, lastPe, 0, leaving.addWrap(1)));
        m.when(lastPe, () => rowsLeft.set(rowsLeft.subWrap(1)));
      });
      m.when(read, () => {
        rowsLeft.set(commands.readRows);
        leaving.set(0);
      });
    },
  };
});
