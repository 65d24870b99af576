import {
  addressWidth,
  bit,
  concat,
  defineModule,
  input,
  output,
  record,
  sint,
  stream,
  type UIntType,
  uint,
  vec,
} from "../../hdl/index.ts";
import { loader } from "./loader.ts";
import { placeType } from "./sequencer.ts";
import { skewedBuffer } from "./skewed-buffer.ts";

export interface OperandParameters {
  readonly lanes: number;
  readonly width: number;
  /** Squares of a matrix. */
  readonly squares: number;
}

/** An operand of the multiplier: a buffer of two halves, one read while the other is loaded. */
export const operand = defineModule("matmul_operand", (p: OperandParameters) => {
  const values = vec(p.lanes, sint(p.width));
  const square = uint(addressWidth(p.squares)) as UIntType;
  return {
    summary: `Double buffer of ${p.squares} squares of ${p.lanes} x ${p.lanes} values.`,
    ports: {
      words: input(stream(record({ values, last: bit, end: bit }))),
      hold: input(bit),
      swap: input(bit),
      enable: input(bit),
      place: input(placeType(p.squares, p.lanes)),
      byColumn: input(bit),
      /** No word is taken until the next swap. */
      full: output(bit),
      values: output(values),
    },
    build(io, m) {
      const marks = m.stream("marks", stream(record({ last: bit, end: bit })));
      marks.sink.valid.set(io.words.valid);
      marks.sink.data.set({ last: io.words.data.last, end: io.words.data.end });
      io.words.ready.set(marks.sink.ready);
      const { hold, swap, enable, byColumn } = io;
      const { lanes, width, squares } = p;
      const to = m.inst("loader", loader, { lanes, squares }, { words: marks.source, hold, swap });
      io.full.set(to.full);
      const held = m.inst(
        "buffer",
        skewedBuffer,
        { lanes, width, squares: 2 ** (square.width + 1) },
        {
          write: to.write,
          writeSquare: concat(to.half, to.square),
          writeRow: to.row,
          data: io.words.data.values,
          enable,
          readSquare: concat(to.half.not(), io.place.square),
          readIndex: io.place.index,
          byColumn,
        },
      );
      for (let i = 0; i < lanes; i++) io.values[i].set(held.values[i]);
    },
  };
});
