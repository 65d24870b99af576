import {
  addressWidth,
  type Builder,
  bit,
  defineModule,
  input,
  output,
  record,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { type MatmulParameters, mostInner } from "../../sw-model/matmul/spec.ts";
import { commandsOf } from "../common/axi-lite.ts";
import { matmulRegisters } from "./registers.ts";

/** A place in a buffer: a square, and a row or column of it. */
export function placeType(squares: number, lanes: number) {
  return record({ square: uint(addressWidth(squares)) as UIntType, index: uint(addressWidth(lanes)) as UIntType });
}

/** Walks through the tiles of the result row by row, and through the inner dimension in each: a place of A and of B an enabled edge. */
export const sequencer = defineModule("matmul_sequencer", (p: MatmulParameters) => {
  const row = uint(addressWidth(p.rows)) as UIntType;
  const column = uint(addressWidth(p.cols)) as UIntType;
  const [ofA, ofB] = [placeType(p.aSquares, p.rows), placeType(p.bSquares, p.cols)];
  return {
    summary: "Order of the operands of a product.",
    ports: {
      commands: input(commandsOf(matmulRegisters(p))),
      start: input(bit),
      /** With start: no tile ends. */
      keep: input(bit),
      enable: input(bit),
      running: output(bit),
      a: output(ofA),
      b: output(ofB),
      last: output(bit),
      lastRow: output(row),
      lastColumn: output(column),
    },
    build(io, m) {
      const c = io.commands;
      const running = m.reg("active", bit, { reset: false });
      const keeps = m.reg("keeps", bit);
      // Operands are no larger than the buffers: bits that only larger ones would set count for nothing.
      const innerBits = addressWidth(mostInner(p));
      const inner = m.reg("inner", uint(innerBits) as UIntType);
      const rowTile = m.reg("rowTile", ofA.fields.square);
      const columnTile = m.reg("columnTile", ofB.fields.square);
      const step = m.node("step", running.and(io.enable));
      const endsTile = m.node("endsTile", inner.eq(low(c.lastInner, inner)));
      const lastColumnTile = m.node("atLastColumnTile", columnTile.eq(low(c.lastColumnTile, columnTile)));
      const lastRowTile = m.node("atLastRowTile", rowTile.eq(low(c.lastRowTile, rowTile)));
      const nextRow = m.node("nextRow", endsTile.and(lastColumnTile));

      const a = walker(m, "a", ofA, p.rows);
      const b = walker(m, "b", ofB, p.cols);
      m.when(step, () => {
        inner.set(inner.addWrap(1));
        a.along(low(c.squareStepA, a.place.square));
        b.along(low(c.squareStepB, b.place.square));
        m.when(endsTile, () => {
          inner.set(0);
          columnTile.set(columnTile.addWrap(1));
          a.back();
          b.on(low(c.tileStepB, b.place.square));
        });
        m.when(nextRow, () => {
          columnTile.set(0);
          rowTile.set(rowTile.addWrap(1));
          a.on(low(c.tileStepA, a.place.square));
          b.restart();
          m.when(lastRowTile, () => running.set(false));
        });
      });
      m.when(io.start, () => {
        running.set(true);
        keeps.set(io.keep);
        for (const counter of [inner, rowTile, columnTile]) counter.set(0);
        a.restart();
        b.restart();
      });

      io.running.set(running);
      io.a.set(a.place);
      io.b.set(b.place);
      io.last.set(endsTile.and(keeps.not()));
      io.lastRow.set(p.rows - 1);
      m.when(lastRowTile, () => io.lastRow.set(c.edgeRow.bits(row.width - 1, 0)));
      io.lastColumn.set(p.cols - 1);
      m.when(lastColumnTile, () => io.lastColumn.set(c.edgeColumn.bits(column.width - 1, 0)));
    },
  };
});

/** The low bits of a register's field, as many as `like` has. */
function low(field: UIntSignal, { width }: UIntSignal): UIntSignal {
  return field.bits(width - 1, 0);
}

/** A place in a buffer that goes along the inner dimension from the start of a tile. */
function walker(m: Builder, name: string, { fields }: ReturnType<typeof placeType>, lanes: number) {
  const square = m.reg(`${name}Square`, fields.square);
  const index = m.reg(`${name}Index`, fields.index);
  const tile = m.reg(`${name}Tile`, fields.square);
  const toSquare = (to: UIntSignal | 0) => {
    square.set(to);
    index.set(0);
  };
  return {
    place: { square, index },
    along(step: UIntSignal) {
      index.set(index.addWrap(1));
      m.when(index.eq(lanes - 1), () => toSquare(square.addWrap(step)));
    },
    /** To the start of the tile. */
    back: () => toSquare(tile),
    /** To the start of the next one. */
    on(step: UIntSignal) {
      const next = m.node(`${name}NextTile`, tile.addWrap(step));
      tile.set(next);
      toSquare(next);
    },
    restart() {
      tile.set(0);
      toSquare(0);
    },
  };
}
