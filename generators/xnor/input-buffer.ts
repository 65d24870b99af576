import {
  addressWidth,
  bit,
  countWidth,
  defineModule,
  input,
  output,
  select,
  stream,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";

export interface InputBufferParameters {
  /** Bits of a word. */
  readonly width: number;
  /** Words held, more than a vector has. */
  readonly depth: number;
}

/**
 * Words of a stream, kept for as long as the vector that they belong to is read again and again: a ring in which the cursor
 * can go back to the first word of the vector. The next vector streams in behind it.
 */
export const inputBuffer = defineModule("xnor_input_buffer", ({ width, depth }: InputBufferParameters) => ({
  summary: `Ring of ${depth} words that keeps a vector for all its row folds.`,
  ports: {
    words: input(stream(uint(width))),
    /** The word under the cursor is there. */
    available: output(bit),
    /** Read the word under the cursor; it is at `word` after the edge. Only while it is available. */
    read: input(bit),
    word: output(uint(width)),
    /** With `read`: the last word of the vector. */
    lastColumn: input(bit),
    /** This is the last time that the vector is read: its words leave the buffer. */
    lastRow: input(bit),
    /** No word is held. */
    empty: output(bit),
  },
  build({ words, available, read, word, lastColumn, lastRow, empty }, m) {
    const memory = m.mem("ring", depth, uint(width));
    const tail = m.reg("tail", memory.addressType, { reset: 0 });
    const cursor = m.reg("cursor", memory.addressType, { reset: 0 });
    const start = m.reg("start", memory.addressType, { reset: 0 });
    const held = m.reg("held", uint(countWidth(depth)), { reset: 0 });
    const after = (name: string, address: UIntSignal) =>
      2 ** addressWidth(depth) === depth ? m.node(name, address.addWrap(1)) : m.node(name, next(address, depth));

    const full = m.node("full", held.eq(depth));
    words.ready.set(full.not());
    memory.write({ address: tail, data: words.data, enable: words.fire });
    m.when(words.fire, () => tail.set(after("afterTail", tail)));

    // A vector is shorter than the ring, so only a full one has the cursor at its tail with words ahead.
    available.set(cursor.ne(tail).or(full));
    word.set(memory.readClocked("found", { address: cursor, enable: read, underWrite: "undefined" }));
    const afterCursor = after("afterCursor", cursor);
    m.when(read, () => {
      m.when(lastColumn.and(lastRow.not()), () => cursor.set(start)).otherwise(() => cursor.set(afterCursor));
      m.when(lastColumn.and(lastRow), () => start.set(afterCursor));
    });

    const released = m.node("released", read.and(lastRow));
    m.when(words.fire.and(released.not()), () => held.set(held.addWrap(1))).elseWhen(
      released.and(words.fire.not()),
      () => held.set(held.subWrap(1)),
    );
    empty.set(held.eq(0));
  },
}));

function next(address: UIntSignal, depth: number): UIntSignal {
  return select(uint(address.width), address.eq(depth - 1), 0, address.addWrap(1));
}
