import { addressWidth, bit, record, sint, type UIntType, uint, vec } from "../../hdl/index.ts";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import { roundingLatency } from "../common/rounding-unit.ts";

/** Types and latencies of an array. */
export function systolicGeometry(p: SystolicParameters) {
  const [aValue, bValue] = [sint(p.width), sint(bWidthOf(p))];
  const row = uint(addressWidth(p.rows)) as UIntType;
  const column = uint(addressWidth(p.cols)) as UIntType;
  const levels = muxLevels(p.rows).length;
  // The last multiplexer leads into the register of a DSP block where there is one.
  const muxRegisters = p.structure === "dsp48e1" ? levels - 1 : levels;
  /** Cycles from the one in which a tile's last word is taken to the one in which column 0 selects its first row. */
  const untilRow = 4;
  const untilResult = untilRow + muxRegisters + roundingLatency({ ...p, registered: true }) + p.cols - 1;
  return {
    aValue,
    bValue,
    row,
    column,
    /** A column of A and a row of B; the rest counts with the last word of a tile. */
    operands: record({
      a: vec(p.rows, aValue),
      b: vec(p.cols, bValue),
      last: bit,
      lastRow: row,
      lastColumn: column,
    }),
    /** The two parts of it, where each edge has a stream. */
    aWords: record({ values: vec(p.rows, aValue), last: bit, lastRow: row }),
    bWords: record({ values: vec(p.cols, bValue), lastColumn: column }),
    /** What control sees of it. */
    ends: record({ last: bit, lastRow: row, lastColumn: column }),
    results: vec(p.cols, sint(p.outWidth)),
    /** What goes along the columns beside the operands: the row whose sum is complete, and how many more columns want it. */
    token: record({ valid: bit, row, more: column }),
    muxRegisters,
    untilRow,
    /** Rows of results that are under way or wait: enough that a reader that never waits never makes the array wait. */
    queueDepth: 2 ** Math.ceil(Math.log2(untilResult + 1 + p.rows)),
    untilResult,
  };
}

/** How many inputs each level of the multiplexer over some rows joins: a table of six inputs takes four. */
export function muxLevels(rows: number): number[] {
  if (rows <= 1) return [1];
  const levels: number[] = [];
  for (let left = rows; left > 1; ) {
    const radix = left <= 8 ? 2 ** Math.ceil(Math.log2(left)) : 4;
    levels.push(radix);
    left = Math.ceil(left / radix);
  }
  return levels;
}
