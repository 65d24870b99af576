import {
  addressWidth,
  at,
  type BitSignal,
  bit,
  connect,
  defineModule,
  input,
  mapped,
  output,
  record,
  registered,
  type SIntSignal,
  select,
  stream,
  type UIntSignal,
  uint,
  vec,
} from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { shiftedLeft } from "../common/shift.ts";
import { planesGeometry } from "./geometry.ts";
import { dotWord, paired } from "./paired.ts";

/**
 * Takes the totals of a tile over and sends its results one by one, all rows of one input vector after another, while the
 * units work on. With u = the bits as an unsigned number, a bipolar operand of n bits is 2u - (2^n - 1), so
 * dot = 2^(bipolar operands) * total - (2^weightBits - 1) * (sum of inputs) + offset[row], the middle part where the weights are bipolar;
 * what bipolar inputs ask for depends on the weights alone and is in the offsets.
 */
export const results = defineModule("planes_results", (p: PlanesParameters) => {
  const g = planesGeometry(p);
  const { total, column, rowAddress } = g;
  const { half: _, lastVector: __, ...fields } = g.finish.fields;
  const { weightBits, weightBipolar, inputBipolar, ...useFields } = { ...fields, second: bit };
  const chosenWord = record({ ...useFields, weightBits, weightBipolar, inputBipolar, value: total, sum: total });
  return {
    summary: "Results of a tile, one by one.",
    ports: {
      take: input(bit),
      totals: input(vec(p.rows * p.cols, total)),
      finish: input(g.finish),
      firstRow: input(rowAddress),
      finished: output(bit),
      writeOffset: input(bit),
      offsetAddress: input(rowAddress),
      offset: input(total),
      /** The sum of the vector in this half and column. */
      sumHalf: output(bit),
      sumColumn: output(column),
      sum: input(total),
      results: output(stream(total)),
    },
    build(io, m) {
      const offsets = m.mem("offsets", p.rows * p.rowDepth, total);
      offsets.write({ address: io.offsetAddress, data: io.offset, enable: io.writeOffset });

      const copies = m.reg("copies", vec(p.rows * p.cols, total));
      const sending = m.reg("sending", bit, { reset: false });
      const vector = m.reg("vector", column);
      const unitRow = m.reg("unitRow", uint(addressWidth(p.rows)));
      const offsetRow = m.reg("offsetRow", rowAddress);

      // A unit is chosen, and the offset of its row read, which comes with the register's word.
      const { sink, source: chosen } = m.stream("chosen", stream(chosenWord));
      const columns = Array.from({ length: p.cols }, (_, c) =>
        at(
          Array.from({ length: p.rows }, (_, r) => copies[r * p.cols + c]),
          unitRow,
        ),
      );
      const { half, lastVector, ...use } = io.finish;
      const lastRow = m.node("lastRow", unitRow.eq(p.rows - 1));
      const lastResult = m.node("lastResult", lastRow.and(vector.eq(lastVector)));
      io.sumHalf.set(half);
      io.sumColumn.set(vector);
      sink.valid.set(sending);
      sink.data.set({ ...use, value: at(columns, vector), sum: io.sum, second: unitRow.bit(0) });
      io.finished.set(chosen.fire.and(lastResult));
      m.when(io.take, () => {
        copies.forEach((copy, i) => {
          copy.set(io.totals[i]);
        });
        sending.set(true);
        vector.set(0);
        unitRow.set(0);
        offsetRow.set(io.firstRow);
      }).elseWhen(chosen.fire, () => {
        unitRow.set(unitRow.addWrap(1));
        offsetRow.set(offsetRow.addWrap(1));
        m.when(lastRow, () => {
          unitRow.set(0);
          offsetRow.set(io.firstRow);
          vector.set(vector.addWrap(1));
        });
        m.when(lastResult, () => sending.set(false));
      });
      const offset = offsets.readClocked("offsetOut", {
        address: offsetRow,
        enable: chosen.fire,
        underWrite: "undefined",
      });
      const picked = registered(m, "picked", chosen);

      // Scaled, and what is to be subtracted; then the difference.
      const termsWord = record({ ...useFields, minuend: total, subtrahend: total });
      const terms = mapped(picked, termsWord, ({ value, sum, weightBits, weightBipolar, inputBipolar, ...rest }) => {
        const twiceIf = (condition: BitSignal, x: SIntSignal) =>
          select(total, condition, shiftedLeft(x, 1).wrap(p.accWidth), x);
        const unitTotal = m.node("unitTotal", value);
        const inputSum = m.node("inputSum", sum);
        const scaled = m.node("scaledTotal", twiceIf(inputBipolar, twiceIf(weightBipolar, unitTotal)));
        const raised = m.node("raised", shiftedBy(inputSum, weightBits));
        const missing = m.node("missing", twiceIf(inputBipolar, raised.sub(inputSum).wrap(p.accWidth)));
        return {
          ...rest,
          minuend: m.node("withOffset", scaled.add(offset).wrap(p.accWidth)),
          subtrahend: m.node("correction", select(total, weightBipolar, missing, 0)),
        };
      });
      const dots = mapped(registered(m, "terms", terms), dotWord(p), ({ minuend, subtrahend, ...rest }) => ({
        ...rest,
        value: minuend.sub(subtrahend).wrap(p.accWidth),
      }));
      connect(io.results, paired(m, p, registered(m, "dots", dots)));
    },
  };
});

/** value * 2^by, modulo 2^width. */
function shiftedBy(value: SIntSignal, by: UIntSignal): SIntSignal {
  let shifted = value;
  for (let i = 0; i < by.width; i++) {
    const moved = shiftedLeft(shifted, 2 ** i).wrap(value.width) as SIntSignal;
    shifted = select(value.type, by.bit(i), moved, shifted);
  }
  return shifted;
}
