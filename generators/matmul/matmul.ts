import {
  type BitSignal,
  bit,
  concat,
  defineModule,
  input,
  output,
  type SIntSignal,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import { axiLitePins, axiLiteSlave } from "../common/axi-lite-pins.ts";
import { busBits } from "../common/axi-stream.ts";
import { drawsBits } from "../common/rounding.ts";
import { seedingOf } from "../common/rounding-unit.ts";
import { systolicGeometry } from "../systolic/geometry.ts";
import { systolic } from "../systolic/systolic.ts";
import { operand } from "./operand.ts";
import { matmulRegisters } from "./registers.ts";
import { sequencer } from "./sequencer.ts";

/**
 * Matrix multiplier around the systolic array: operands enter on two AXI streams, row by row, into double buffers that give rows or columns,
 * so that each may be used as its transpose; a product is started through AXI4-Lite (registers.ts), and leaves on an AXI
 * stream, tile by tile.
 */
export const matmul = defineModule("matmul", (p: MatmulParameters) => {
  const map = matmulRegisters(p);
  const { aSquares, bSquares, ...array } = p;
  const g = systolicGeometry(array);
  const bus = (lanes: number, width: number) => uint(busBits(lanes, width)) as UIntType;
  return {
    summary: `Matrix multiplier of ${p.rows} x ${p.cols} multiply-accumulates with buffers, AXI4-Lite and AXI streams.`,
    ports: {
      ...axiLitePins(map),
      /** Up to `rows` values of a row of A; `tlast` ends the row, `tuser` the matrix. */
      s_axis_a_tdata: input(bus(p.rows, p.width)),
      s_axis_a_tlast: input(bit),
      s_axis_a_tuser: input(bit),
      s_axis_a_tvalid: input(bit),
      s_axis_a_tready: output(bit),
      /** Up to `cols` values of a row of B. */
      s_axis_b_tdata: input(bus(p.cols, bWidthOf(p))),
      s_axis_b_tlast: input(bit),
      s_axis_b_tuser: input(bit),
      s_axis_b_tvalid: input(bit),
      s_axis_b_tready: output(bit),
      /** A row of a tile of the result; `tlast` ends the product. */
      m_axis_tdata: output(bus(p.cols, p.outWidth)),
      m_axis_tlast: output(bit),
      m_axis_tvalid: output(bit),
      m_axis_tready: input(bit),
    },
    build(io, m) {
      const busy = m.wire("busy", bit);
      const pending = m.reg("pending", bit, { reset: false });
      const full = [m.wire("fullA", bit), m.wire("fullB", bit)];
      const partial = m.wire("partialSeed", bit);
      const cycles = m.reg("cycles", uint(32), { reset: 0 });
      const commands = axiLiteSlave(m, io, map, {
        // A seed counts for a whole product; one that a start waits for may go on.
        locked: { SEED: busy.or(pending.and(partial.not())) },
        status: {
          ...{ busy: concat(busy), pending: concat(pending), cycles },
          ...{ loadedA: concat(full[0]), loadedB: concat(full[1]) },
        },
      });

      // A start waits for the product before it to leave, and for a seed to be whole.
      const takeA = m.reg("pendingA", bit);
      const takeB = m.reg("pendingB", bit);
      const keep = m.reg("pendingKeep", bit);
      const kept = m.reg("kept", bit, { reset: false });
      const left = m.reg("wordsLeft", uint(32), { reset: 0 });
      const begin = m.node("starting", pending.and(busy.or(partial).not()));
      m.when(begin, () => pending.set(false));
      // Without words, and where none are to come, a product would never end.
      const asked = m.node("asked", commands.start.bit(0).and(commands.keep.bit(0).or(commands.resultWords.nonzero())));
      m.when(asked, () => {
        pending.set(true);
        takeA.set(commands.takeA.bit(0));
        takeB.set(commands.takeB.bit(0));
        keep.set(commands.keep.bit(0));
      });

      const enable = m.wire("enable", bit);
      const order = m.inst("sequencer", sequencer, p, { commands, start: begin, keep, enable });
      const buffer = (
        name: string,
        stream_: { valid: BitSignal; data: UIntSignal; last: BitSignal; end: BitSignal },
        lanes: number,
        width: number,
        squares: number,
        read: { swap: BitSignal; place: typeof order.a; byColumn: BitSignal },
      ) => {
        const parameters = { lanes, width, squares };
        const words = m.stream(`${name}Words`, operand.describe(parameters).ports.words.type);
        words.sink.valid.set(stream_.valid);
        words.sink.data.set({ values: valuesOf(stream_.data, lanes, width), last: stream_.last, end: stream_.end });
        const { values, full } = m.inst(name, operand, parameters, {
          words: words.source,
          hold: pending,
          enable,
          ...read,
        });
        return { values, full, ready: words.sink.ready };
      };
      const [byColumnA, byColumnB] = [commands.transposedA.bit(0).not(), commands.transposedB.bit(0)];
      const a = buffer(
        "operandA",
        { valid: io.s_axis_a_tvalid, data: io.s_axis_a_tdata, last: io.s_axis_a_tlast, end: io.s_axis_a_tuser },
        p.rows,
        p.width,
        aSquares,
        { swap: begin.and(takeA), place: order.a, byColumn: byColumnA },
      );
      const bb = buffer(
        "operandB",
        { valid: io.s_axis_b_tvalid, data: io.s_axis_b_tdata, last: io.s_axis_b_tlast, end: io.s_axis_b_tuser },
        p.cols,
        bWidthOf(p),
        bSquares,
        { swap: begin.and(takeB), place: order.b, byColumn: byColumnB },
      );
      full[0].set(a.full);
      full[1].set(bb.full);
      io.s_axis_a_tready.set(a.ready);
      io.s_axis_b_tready.set(bb.ready);

      // What goes with the operands while they are read.
      const marks = { valid: order.running, last: order.last, lastRow: order.lastRow, lastColumn: order.lastColumn };
      const reading = [1, 2].map((stage) => ({
        valid: m.reg(`readValid_${stage}`, bit, { reset: false }),
        last: m.reg(`readLast_${stage}`, bit),
        lastRow: m.reg(`readLastRow_${stage}`, g.row),
        lastColumn: m.reg(`readLastColumn_${stage}`, g.column),
      }));
      const operands = m.stream("operands", stream(g.operands));
      const [, at] = reading;
      enable.set(at.valid.not().or(operands.sink.ready));
      m.when(enable, () => {
        reading.forEach((stage, i) => {
          const before = i === 0 ? marks : reading[i - 1];
          stage.valid.set(before.valid);
          stage.last.set(before.last);
          stage.lastRow.set(before.lastRow);
          stage.lastColumn.set(before.lastColumn);
        });
      });
      operands.sink.valid.set(at.valid);
      operands.sink.data.set({
        a: [...a.values],
        b: [...bb.values],
        last: at.last,
        lastRow: at.lastRow,
        lastColumn: at.lastColumn,
      });

      let seeds = {};
      if (drawsBits(p)) {
        const seed = m.stream("seed", stream(uint(p.cols) as UIntType));
        seed.sink.valid.set(commands.seedPush.bit(0));
        seed.sink.data.set(commands.seedBits);
        seeds = { seed: seed.source };
      }
      const multiplier = m.inst("array", systolic, array, { operands: operands.source, ...seeds });
      const { results } = multiplier;
      partial.set(seedingOf(multiplier) ?? false);
      io.m_axis_tvalid.set(results.valid);
      io.m_axis_tdata.set(
        concat(...results.data.map((value) => value.asUint()).reverse()).extend(busBits(p.cols, p.outWidth)),
      );
      const lastWord = m.node("lastWord", left.eq(1));
      io.m_axis_tlast.set(lastWord);
      results.ready.set(io.m_axis_tready);
      busy.set(left.nonzero().or(order.running));
      m.when(begin.and(kept.not()), () => cycles.set(0)).elseWhen(busy, () => cycles.set(cycles.addWrap(1)));
      m.when(results.fire, () => left.set(left.subWrap(1)));
      m.when(begin, () => {
        left.set(select(left.type, keep, 0, commands.resultWords));
        kept.set(keep);
      });
    },
  };
});

/** The values of a word, the first one lowest. */
function valuesOf(word: UIntSignal, count: number, width: number): SIntSignal[] {
  return Array.from({ length: count }, (_, i) => word.bits((i + 1) * width - 1, i * width).asSint());
}
