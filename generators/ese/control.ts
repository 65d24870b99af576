import { at, bit, concat, defineModule, enumOf, select, type UIntSignal } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { controlPorts } from "./control-ports.ts";
import { eseGeometry } from "./geometry.ts";
import { loadPort } from "./load-port.ts";

/**
 * Control of all channels, which go through the same columns in the same cycles. A run is a step of one layer: the columns of x, then of
 * y; when all PEs are done, a cell a cycle; with a projection the columns of m as soon as each is there, and in the end its rows.
 * A column passes two stages, its counts read between them; both hold while any PE's queue blocks.
 */
export const control = defineModule("ese_control", (p: EseParameters) => {
  const g = eseGeometry(p);
  const projects = p.projection > 0;
  const stacked = p.layers > 1;
  return {
    summary: "Control: load, broadcast columns, step through cells, write back, read out.",
    ports: controlPorts(p),
    build(io, m) {
      const state = m.reg(
        "state",
        enumOf(
          // After reset: clear the accumulators row by row.
          "clear",
          // Take words from the load port.
          "idle",
          // Broadcast the columns of x, then those of y.
          "gates",
          // Step through the cells; with a projection, broadcast the columns of m.
          "cells",
          // Round the sums of the projection into y, a row of every PE a cycle.
          "writeBack",
          // Send results.
          "read",
        ),
        { reset: "clear" },
      );
      io.busy.set(state.ne("idle"));

      const { takeRun, takeRead, firstLayer, ...taken } = loadPort(m, p, io, state.eq("idle"));
      const run = m.reg("run", g.run);
      const read = m.reg("readOut", g.read);

      // The element under way, of x, y or m, or of a read-out.
      const source = m.reg("source", g.source);
      const position = m.reg("position", g.length);
      const bank = m.reg("bank", g.bank);
      const row = m.reg("row", g.elementRow);
      const column = m.reg("column", g.column);
      const reading = m.node("reading", state.eq("read"));
      const limit = m.wire("limit", g.length);
      m.when(reading, () => limit.set(read.count))
        .elseWhen(source.eq("inputs"), () => limit.set(run.inputs))
        .elseWhen(source.eq("outputs"), () => limit.set(run.outputs))
        .otherwise(() => limit.set(run.cells));
      const left = m.node("left", position.ne(limit));

      // Where the element stands. Above the first layer, x is y of the layer below.
      const layer = stacked ? m.node("layerNow", select(g.layer, reading, read.layer, run.layer)) : undefined;
      if (layer) io.layer.set(layer);
      const inLayer = (place: UIntSignal) => (layer ? concat(layer, place) : place);
      const { from, fromRow } = layer ? whereStacked(layer) : { from: source, fromRow: row };
      const firstElement = () => {
        position.set(0);
        bank.set(0);
        row.set(0);
      };

      // Cells that entered the cell units, and that came out.
      const cell = m.reg("cellCursor", g.length);
      const cellBank = m.reg("cellBank", g.bank);
      const cellRow = m.reg("cellRow", g.row);
      const done = m.reg("cellsDone", g.length);
      const doneBank = m.reg("doneBankCursor", g.bank);
      const doneRow = m.reg("doneRowCursor", g.row);
      const scanning = m.node("scanning", state.eq("cells").and(cell.ne(run.cells)));
      const allDone = m.node("allDone", done.eq(run.cells));

      // Broadcast stages.
      const secondValid = m.reg("secondValid", bit, { reset: false });
      const secondSource = m.reg("secondSource", g.source);
      const second = m.reg("secondElements", g.activations);
      const advance = m.wire("advance", bit);
      m.when(reading, () => advance.set(secondValid.not().or(io.results.ready))).otherwise(() =>
        advance.set(io.blocked.not()),
      );
      const sending = m.wire("sending", bit);
      sending.set(state.eq("gates").or(reading).and(left));
      if (projects) m.when(state.eq("cells"), () => sending.set(position.ne(done)));
      const send = m.node("send", sending.and(advance));
      m.when(advance, () => secondValid.set(send));
      m.when(send, () => {
        second.set(io.elements);
        secondSource.set(from);
      });
      const lastBank = bank.eq(p.pes - 1);
      const nextBank = select(bank.type, lastBank, 0, bank.addWrap(1));
      const nextRow = select(row.type, lastBank, row.addWrap(1), row);
      const positionAfter = select(position.type, send, position.addWrap(1), position);
      const bankAfter = select(bank.type, send, nextBank, bank);
      const rowAfter = select(row.type, send, nextRow, row);
      position.set(positionAfter);
      bank.set(bankAfter);
      row.set(rowAfter);
      const counting = m.node("counting", send.and(reading.not()));
      const columnAfter = select(column.type, counting, column.addWrap(1), column);
      column.set(columnAfter);
      io.fetch.set({ source: from, row: fromRow });
      io.fetchBank.set(bank);
      io.counts.set({ read: counting, column });
      const offered = m.node("offered", secondValid.and(reading.not()));
      io.broadcast.set({ valid: offered, push: offered.and(advance), source: secondSource, activations: second });

      io.results.valid.set(secondValid.and(reading));
      const stateOut = atChannel(io.states).extend(g.result.width);
      const elementOut = atChannel(second).extend(g.result.width);
      m.when(read.states, () => io.results.data.set(stateOut)).otherwise(() => io.results.data.set(elementOut));

      // Cells.
      const clearing = state.eq("clear");
      const clearRow = m.reg("clearRow", g.rowCount, { reset: 0 });
      const clearedRow = clearRow.bits(g.row.width - 1, 0);
      m.when(scanning, () => {
        cell.set(cell.addWrap(1));
        advanceBank(cellBank, cellRow);
      });
      m.when(io.cellDone, () => {
        done.set(done.addWrap(1));
        advanceBank(doneBank, doneRow);
      });
      io.scan.set({
        valid: scanning,
        clear: clearing,
        bank: cellBank,
        row: select(g.row, clearing, clearedRow, cellRow),
      });
      const low = (x: typeof cell) => (x.width > g.cell.width ? x.bits(g.cell.width - 1, 0) : x.extend(g.cell.width));
      io.readCell.set(scanning.or(send.and(reading)));
      const cellNow = select(g.cell, reading, low(position), low(cell));
      io.cellIndex.set(inLayer(cellNow));
      io.doneBank.set(doneBank);
      io.doneRow.set(inLayer(doneRow));
      if (projects) io.writeBack.set({ store: state.eq("writeBack"), clear: clearing, row: inLayer(clearedRow) });

      const idle = m.node("pipelineIdle", secondValid.or(io.working).not());
      m.switch(state, {
        clear: () => {
          clearRow.set(clearRow.addWrap(1));
          m.when(clearRow.eq(p.rowDepth - 1), () => state.set("idle"));
        },
        idle: () => {
          firstElement();
          // The columns of a layer stand after those of the layer below.
          m.when(firstLayer, () => column.set(0));
          m.when(takeRun, () => {
            run.set(taken.run);
            source.set("inputs");
            state.set("gates");
          });
          m.when(takeRead, () => {
            read.set(taken.read);
            source.set("outputs");
            state.set("read");
          });
        },
        gates: () => {
          cell.set(0);
          cellBank.set(0);
          cellRow.set(0);
          done.set(0);
          doneBank.set(0);
          doneRow.set(0);
          clearRow.set(0);
          const lastElement = m.node("lastElement", position.addWrap(1).eq(limit));
          const inputsSent = m.node("inputsSent", send.and(lastElement).and(source.eq("inputs")));
          m.when(inputsSent, () => {
            source.set("outputs");
            firstElement();
          });
          m.when(left.not().and(idle), () => {
            source.set("cells");
            firstElement();
            state.set("cells");
          });
        },
        cells: () => {
          if (projects) m.when(allDone.and(left.not()).and(idle), () => state.set("writeBack"));
          else m.when(allDone, () => state.set("idle"));
        },
        writeBack: () => {
          clearRow.set(clearRow.addWrap(1));
          m.when(clearRow.addWrap(1).eq(run.outputRows), () => state.set("idle"));
        },
        read: () => {
          m.when(left.not().and(secondValid.not()), () => state.set("idle"));
        },
      });

      function whereStacked(now: UIntSignal) {
        const ofInputs = m.node("ofInputs", state.eq("gates").and(source.eq("inputs")));
        const below = m.node("below", ofInputs.and(now.ne(0)));
        const fromSource = m.wire("from", g.source);
        m.when(below, () => fromSource.set("below")).otherwise(() => fromSource.set(source));
        const fromLayer = select(g.layer, below, now.subWrap(1), now);
        const outputRow = concat(fromLayer, row.bits(g.row.width - 1, 0)).extend(g.elementRow.width);
        const rowOf = select(g.elementRow, ofInputs.and(below.not()), row, outputRow);
        return { from: fromSource, fromRow: m.node("fromRow", rowOf) };
      }

      /** To the element after this one: the next PE, or the first one's next row. */
      function advanceBank(of: typeof bank, itsRow: typeof row) {
        m.when(of.eq(p.pes - 1), () => {
          of.set(0);
          itsRow.set(itsRow.addWrap(1));
        }).otherwise(() => of.set(of.addWrap(1)));
      }

      function atChannel<T>(values: readonly T[]) {
        return p.channels === 1 ? values[0] : at(values, read.channel);
      }
    },
  };
});
