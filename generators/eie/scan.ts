import { type BitSignal, type Builder, bit, select, type UIntSignal } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { inBanks } from "./banks.ts";
import { eieGeometry } from "./geometry.ts";

interface Scan {
  /** Rows are counted from here on; then the scan goes on while `scanning`. */
  readonly starting: BitSignal;
  readonly scanning: BitSignal;
  /** While `starting`: rows to scan, the first one, and the pointer of the column that the first PE starts with. */
  readonly rows: UIntSignal;
  readonly firstRow: UIntSignal;
  readonly pointerBase: UIntSignal;
  /** Whether zeros count, too. */
  readonly all: BitSignal;
  /** Leading-nonzero tree over the scan registers; more than one activation is pending. */
  readonly found: BitSignal;
  readonly foundIndex: UIntSignal;
  readonly more: BitSignal;
  /** A found activation can be taken. */
  readonly free: BitSignal;
  /** No results are kept: rows after the first one can be read. */
  readonly settled: BitSignal;
}

/**
 * Scan of the source activations, a row of one from every PE at a time. The next row is read from the activation memory while one is
 * scanned, as soon as the results of the layer before are kept.
 */
export function scanRows(m: Builder, p: EieParameters, io: Scan) {
  const g = eieGeometry(p);
  const { width } = g.pointerIndex;
  const rowsToTake = m.reg("rowsToTake", g.vectorCount);
  const nextSource = m.reg("nextSource", g.vectorRow);
  const rowPointer = m.reg("rowPointer", g.pointerIndex);
  const grant = m.node("granting", io.scanning.and(io.found).and(io.free));
  const rowDone = m.node("rowDone", io.found.not().or(grant.and(io.more.not())));
  const rowsLeft = m.node("rowsLeft", rowsToTake.nonzero());
  // The next row stands at its bank.
  const rowRead = m.reg("rowRead", bit);
  const nextRow = m.node("nextRow", io.scanning.and(rowDone).and(rowsLeft.and(rowRead)));
  const done = m.node("scanDone", io.scanning.and(rowDone).and(rowsLeft.not()));
  m.when(io.starting, () => {
    rowsToTake.set(io.rows);
    // The first row adds the number of PEs, so the pointer of its first column is the base.
    rowPointer.set(io.pointerBase.subWrap(p.pes % 2 ** width));
  }).elseWhen(nextRow, () => {
    rowsToTake.set(rowsToTake.subWrap(1));
    rowPointer.set(rowPointer.addWrap(p.pes % 2 ** width));
  });
  const another = nextRow.and(rowsToTake.ne(1)).or(io.scanning.and(rowsLeft).and(rowRead.not()));
  const read = m.node("scanRead", io.starting.or(another.and(io.settled)));
  const row = m.node("scanRow", select(g.vectorRow, io.starting, io.firstRow, nextSource));
  m.when(read, () => nextSource.set(row.addWrap(1)));
  m.when(io.starting.or(nextRow).or(rowRead.not()), () => rowRead.set(read));
  const banks = Array.from({ length: p.activationBanks });
  const { foundIndex } = io;
  const offset = foundIndex.width > width ? foundIndex.wrap(width) : foundIndex.extend(width);
  return {
    grant,
    done,
    nextRow,
    /** Pointer of the found activation's column. */
    pointer: rowPointer.addWrap(offset),
    command: {
      read: banks.map((_, b) => read.and(inBanks(row, p.activationBanks).isIn(b))) as never,
      row,
      take: nextRow,
      all: io.all,
    },
  };
}
