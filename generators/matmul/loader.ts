import {
  addressWidth,
  bit,
  defineModule,
  input,
  output,
  record,
  select,
  stream,
  type UIntType,
  uint,
} from "../../hdl/index.ts";

export interface LoaderParameters {
  readonly lanes: number;
  /** Squares in each of the two halves of the buffer. */
  readonly squares: number;
}

/**
 * Where the words of a matrix go: each is up to n values of a row, `last` ends the row, `end` the matrix. The squares of n rows lie one after the
 * other. `swap` gives what was loaded to the reader, and the other half to the next matrix. Behind the end of a matrix, and where the
 * squares are at an end, words wait for it.
 */
export const loader = defineModule("matmul_loader", (p: LoaderParameters) => {
  const square = uint(addressWidth(p.squares)) as UIntType;
  const row = uint(addressWidth(p.lanes)) as UIntType;
  return {
    summary: "Addresses of the words of a matrix that is loaded.",
    ports: {
      words: input(stream(record({ last: bit, end: bit }))),
      /** No word is taken. */
      hold: input(bit),
      swap: input(bit),
      write: output(bit),
      /** The half that is loaded. */
      half: output(bit),
      /** No word is taken until the next swap. */
      full: output(bit),
      square: output(square),
      row: output(row),
    },
    build(io, m) {
      const half = m.reg("loadHalf", bit, { reset: false });
      const first = m.reg("first", square, { reset: 0 });
      const current = m.reg("current", square, { reset: 0 });
      const line = m.reg("line", row, { reset: 0 });
      const full = m.reg("loaded", bit, { reset: false });
      const next = m.node("next", current.addWrap(1));
      const lowest = m.node("lowest", line.eq(p.lanes - 1));
      const { last, end } = io.words.data;
      // Words of another row of the same squares may follow the one in the last square.
      const beyond = m.node("beyond", current.eq(p.squares - 1).and(lowest.or(last.not())));
      io.words.ready.set(io.hold.or(full).not());
      m.when(io.words.fire, () => {
        full.set(end.or(beyond));
        current.set(next);
        m.when(last, () => {
          current.set(select(square, lowest, next, first));
          line.set(select(row, lowest, 0, line.addWrap(1)));
          m.when(lowest, () => first.set(next));
        });
      });
      m.when(io.swap, () => {
        half.set(half.not());
        full.set(false);
        first.set(0);
        current.set(0);
        line.set(0);
      });
      io.write.set(io.words.fire);
      io.half.set(half);
      io.full.set(full);
      io.square.set(current);
      io.row.set(line);
    },
  };
});
