import {
  addressWidth,
  type Builder,
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
      const given = rotated(m, "given", io.data, io.writeRow, "up");
      const index = m.reg("index", inside);
      m.when(io.enable, () => index.set(io.readIndex));
      const found = given.map((value, bank) => {
        const memory = m.mem(`bank_${bank}`, p.squares * 2 ** inside.width, sint(p.width));
        const written = m.node(`writeWord_${bank}`, distance(m, `writeWord_${bank}`, bank, io.writeRow, n));
        memory.write({
          address: m.node(`writeAddress_${bank}`, wordOf(memory.addressType, io.writeSquare, written)),
          data: value,
          enable: io.write,
        });
        const offset = m.node(`readOffset_${bank}`, distance(m, `readOffset_${bank}`, bank, io.readIndex, n));
        const word = m.node(`readWord_${bank}`, select(inside, io.byColumn, io.readIndex, offset));
        return memory.readClocked(`word_${bank}`, {
          address: m.node(`readAddress_${bank}`, wordOf(memory.addressType, io.readSquare, word)),
          enable: io.enable,
          underWrite: "undefined",
        });
      });
      rotated(m, "found", found, index, "down").forEach((value, lane) => {
        const held = m.reg(`value_${lane}`, sint(p.width));
        m.when(io.enable, () => held.set(value));
        io.values[lane].set(held);
      });
    },
  };
});

/** Address of a word of a square. */
function wordOf(type: UIntType, square: UIntSignal, word: UIntSignal): UIntSignal {
  return concat(square, word).wrap(type.width);
}

/** (bank - index) mod n: what the index is subtracted from is the net `<name>_from`. */
function distance(m: Builder, name: string, bank: number, index: UIntSignal, n: number): UIntSignal {
  const type = uint(index.width) as UIntType;
  const number = (value: number) => fixedValue(type, value % 2 ** index.width);
  if (2 ** index.width === n || n === 1) return number(bank).subWrap(index);
  return m.node(`${name}_from`, select(type, index.le(bank), number(bank), number(bank + n))).subWrap(index);
}

/**
 * The values moved by `index` places modulo their number: up, so that value 0 comes to place `index`, or down, from there to 0.
 * What stands at place 3 after the moves by 1, 2 and 4 is the net `<name>_by7_3`.
 */
function rotated(
  m: Builder,
  name: string,
  values: readonly SIntSignal[],
  index: UIntSignal,
  direction: "up" | "down",
): SIntSignal[] {
  const n = values.length;
  let moved = [...values];
  for (let stage = 0; stage < index.width && n > 1; stage++) {
    const by = 2 ** stage % n;
    const before = moved;
    moved = before.map((value, place) => {
      const from = direction === "up" ? place - by + n : place + by;
      return m.node(
        `${name}_by${2 ** (stage + 1) - 1}_${place}`,
        select(sint(value.width), index.bit(stage), before[from % n], value),
      );
    });
  }
  return moved;
}
