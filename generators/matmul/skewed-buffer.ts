import {
  addressWidth,
  type BitSignal,
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  type SIntSignal,
  select,
  sint,
  type UIntSignal,
  type UIntType,
  uint,
  vec,
} from "../../hdl/index.ts";

export interface SkewedBufferParameters {
  /** Values read or written at once. */
  readonly lanes: number;
  /** Bits of a value. */
  readonly width: number;
  /** Squares of `lanes` x `lanes` values. */
  readonly squares: number;
}

/**
 * A matrix in squares of n x n values that gives n values of a row or of a column of a square at once: the value in row r and
 * column c lies in bank (r + c) mod n, as word c of the square there, so both kinds of n values lie in n banks. Rows are
 * written, rows and columns are read, the values two enabled edges after their address.
 */
export const skewedBuffer = defineModule("skewed_buffer", (p: SkewedBufferParameters) => {
  const n = p.lanes;
  const square = uint(addressWidth(p.squares)) as UIntType;
  const inside = uint(addressWidth(n)) as UIntType;
  const values = vec(n, sint(p.width));
  return {
    summary: `Buffer of ${p.squares} squares of ${n} x ${n} values, read by rows or by columns.`,
    ports: {
      write: input(bit),
      writeSquare: input(square),
      writeRow: input(inside),
      data: input(values),
      /** Lets the read move; without it the values stay. */
      enable: input(bit),
      readSquare: input(square),
      /** The number of the row, or with `byColumn` of the column, in the square. */
      readIndex: input(inside),
      byColumn: input(bit),
      values: output(values),
    },
    build(io, m) {
      const given = rotated(io.data, io.writeRow, "up");
      const index = m.reg("index", inside);
      m.when(io.enable, () => index.set(io.readIndex));
      const found = given.map((value, bank) => {
        const memory = m.mem(`bank_${bank}`, p.squares * 2 ** inside.width, sint(p.width));
        memory.write({
          address: wordOf(memory.addressType, io.writeSquare, distance(bank, io.writeRow, n)),
          data: value,
          enable: io.write,
        });
        const word = select(inside, io.byColumn, io.readIndex, distance(bank, io.readIndex, n));
        return memory.readClocked(`word_${bank}`, {
          address: wordOf(memory.addressType, io.readSquare, word),
          enable: io.enable,
          underWrite: "undefined",
        });
      });
      rotated(found, index, "down").forEach((value, lane) => {
        const held = m.reg(`value_${lane}`, sint(p.width));
        m.when(io.enable, () => held.set(value));
        io.values[lane].set(held);
      });
    },
  };
});

/** Address of a word of a square. */
function wordOf(type: UIntType, square: UIntSignal, word: UIntSignal): UIntSignal {
  const whole = concat(square, word);
  return whole.width === type.width ? whole : whole.bits(type.width - 1, 0);
}

/** (bank - index) mod n. */
function distance(bank: number, index: UIntSignal, n: number): UIntSignal {
  const type = uint(index.width) as UIntType;
  const number = (value: number) => fixedValue(type, value % 2 ** index.width);
  if (2 ** index.width === n || n === 1) return number(bank).subWrap(index);
  return select(type, index.le(bank), number(bank), number(bank + n)).subWrap(index);
}

/** The values moved by `index` places modulo their number: up, so that value 0 comes to place `index`, or down, from there to 0. */
function rotated(values: readonly SIntSignal[], index: UIntSignal, direction: "up" | "down"): SIntSignal[] {
  const n = values.length;
  let moved = [...values];
  for (let stage = 0; stage < index.width && n > 1; stage++) {
    const by = 2 ** stage % n;
    const move: BitSignal = index.bit(stage);
    const before = moved;
    moved = before.map((value, place) => {
      const from = direction === "up" ? place - by + n : place + by;
      return select(sint(value.width), move, before[from % n], value);
    });
  }
  return moved;
}
