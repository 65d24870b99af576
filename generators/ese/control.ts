import { bit, concat, defineModule, enumOf, select, type UIntSignal } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { none } from "../common/only-if.ts";
import { controlPorts } from "./control-ports.ts";
import { eseGeometry } from "./geometry.ts";
import { loadPort } from "./load-port.ts";
import { readOut } from "./read-out.ts";

/**
 * Control of all channels, which go through the same columns in the same cycles. A run is a step of one layer: the columns of x, then of
 * y; when all PEs are done, a cell a cycle; with a projection the columns of m as soon as each is there, and in the end its rows.
 * A column passes two stages, its counts read between them; both hold while any PE's queue blocks. Beside a step x of the next one
 * is taken as soon as this one's has been broadcast, and y of the one before is sent; new y is not stored before that has ended.
 */
export const control = defineModule("ese_control", (p: EseParameters) => {
  const g = eseGeometry(p);
  const projects = p.projection > 0;
  const stacked = p.layers > 1;
  const storedCounts = p.counts === "stored";
  return {
    summary: "Control: load, broadcast columns, step through cells, write back, read out.",
    ports: controlPorts(p),
    build(io, m) {
      const state = m.reg(
        "state",
        enumOf<"clear" | "idle" | "gates" | "cells" | "writeBack">(
          // After reset: clear the accumulators row by row.
          "clear",
          // Take words from the load port.
          "idle",
          // Broadcast the columns of x, then those of y.
          "gates",
          // Step through the cells; with a projection, broadcast the columns of m.
          "cells",
          // Round the sums of a projection into y, a row of every PE a cycle.
          ...(projects ? (["writeBack"] as const) : []),
        ),
        { reset: "clear" },
      );
      const reading = m.wire("readsOut", bit);
      const readingStates = m.wire("readsStates", bit);
      const inputsSent = m.wire("inputsTaken", bit);
      const stepIdle = m.node("stepIdle", state.eq("idle"));
      io.busy.set(stepIdle.not().or(reading));

      const { takeRun, takeRead, firstLayer, ...taken } = loadPort(m, p, io, {
        idle: stepIdle,
        ...{ inputsSent, reading, readingStates },
      });
      const run = m.reg("run", g.run);

      // The element under way, of x, y or m.
      const source = m.reg("source", g.source);
      const position = m.reg("position", g.length);
      const bank = m.reg("bank", g.bank);
      const row = m.reg("row", g.elementRow);
      const column = storedCounts ? m.reg("column", g.column) : undefined;
      const limit = m.wire("limit", g.length);
      const inputsUnderWay = m.when(source.eq("inputs"), () => limit.set(run.inputs));
      (projects ? inputsUnderWay.elseWhen(source.eq("cells"), () => limit.set(run.cells)) : inputsUnderWay).otherwise(
        () => limit.set(run.outputs),
      );
      const left = m.node("left", position.ne(limit));

      // Where the element stands. Above the first layer, x is y of the layer below.
      const layer = stacked ? run.layer : undefined;
      if (layer) io.layer.set(layer);
      const inLayer = (place: UIntSignal, of = layer) => (of ? concat(of, place) : place);
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
      const advance = m.node("advance", io.blocked.not());
      const sending = m.wire("sending", bit);
      sending.set(state.eq("gates").and(left));
      if (projects) m.when(state.eq("cells"), () => sending.set(position.ne(done)));
      const send = m.node("send", (storedCounts ? sending : sending.and(io.countsThere)).and(advance));
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
      if (column) {
        const columnAfter = select(column.type, send, column.addWrap(1), column);
        column.set(columnAfter);
      }
      io.counts.set({ read: send, ...(column ? { column } : none<{ column: UIntSignal }>()) });
      io.broadcast.set({
        ...{ valid: secondValid, push: secondValid.and(advance) },
        ...{ source: secondSource, activations: second },
      });

      // A broadcast fetches before a read-out.
      const out = readOut(m, p, io, { takeRead, read: taken.read }, send);
      const outLayer = stacked ? out.read.layer : undefined;
      reading.set(out.active);
      readingStates.set(out.active.and(out.read.states));
      const outRow = inLayer(out.row, outLayer).extend(g.elementRow.width);
      m.when(out.fetches, () => io.fetch.set({ source: "outputs", row: outRow })).otherwise(() =>
        io.fetch.set({ source: from, row: fromRow }),
      );
      io.fetchBank.set(select(g.bank, out.fetches, out.bank, bank));

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
      io.readCell.set(scanning.or(out.fetchesState));
      const scannedCell = inLayer(low(cell));
      const cellOut = inLayer(low(out.position), outLayer);
      io.cellIndex.set(select(g.layerCell, out.fetchesState, cellOut, scannedCell));
      io.doneBank.set(doneBank);
      io.doneRow.set(inLayer(doneRow));
      if (projects) io.writeBack.set({ store: state.eq("writeBack"), clear: clearing, row: inLayer(clearedRow) });

      // x stands free from its last broadcast on; an upper layer has none.
      const pastInputs = source.ne("inputs").and(state.ne("clear"));
      inputsSent.set(layer ? pastInputs.or(state.eq("gates").and(layer.ne(0))) : pastInputs);

      const idle = m.node("pipelineIdle", secondValid.or(io.working).not());
      m.switch(state, {
        clear: () => {
          clearRow.set(clearRow.addWrap(1));
          m.when(clearRow.eq(p.rowDepth - 1), () => state.set("idle"));
        },
        idle: () => {
          firstElement();
          // The columns of a layer stand after those of the layer below.
          if (column) m.when(firstLayer, () => column.set(0));
          m.when(takeRun, () => {
            run.set(taken.run);
            source.set("inputs");
            state.set("gates");
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
          const lastInput = m.node("lastInput", send.and(lastElement).and(source.eq("inputs")));
          m.when(lastInput, () => {
            source.set("outputs");
            firstElement();
          });
          const toCells = left.not().and(idle);
          m.when(projects ? toCells : toCells.and(reading.not()), () => {
            if (projects) {
              source.set("cells");
              firstElement();
            }
            state.set("cells");
          });
        },
        cells: () => {
          if (projects) m.when(allDone.and(left.not()).and(idle).and(reading.not()), () => state.set("writeBack"));
          else m.when(allDone, () => state.set("idle"));
        },
        ...(projects ? { writeBack } : none<{ writeBack: typeof writeBack }>()),
      });

      function writeBack() {
        clearRow.set(clearRow.addWrap(1));
        m.when(clearRow.addWrap(1).eq(run.outputRows), () => state.set("idle"));
      }

      function whereStacked(now: UIntSignal) {
        const ofInputs = m.node("ofInputs", state.eq("gates").and(source.eq("inputs")));
        const below = m.node("below", ofInputs.and(now.ne(0)));
        const fromSource = m.wire("from", g.source);
        const sourceBelow = p.cell === "gru" ? "below" : "outputs";
        m.when(below, () => fromSource.set(sourceBelow)).otherwise(() => fromSource.set(source));
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
    },
  };
});
