import {
  addressWidth,
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  select,
  stream,
  uint,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/** Bits of the largest memory that is one SRAM: its access grows with its size, and more bits lie in several of them side by side. */
const largestSram = 2 ** 19;

/** With `counters`: a word is read; a column could be begun, and none is queued. */
const events = { wordRead: output(bit), starved: output(bit) };

/**
 * Sparse-matrix read (EIE section IV): walks the entries of one column after another, one entry a cycle without a gap at
 * a column's end, and reads a wide memory word, by the memory's only port, only at a column's start and at word boundaries.
 */
export const matrixRead = defineModule("eie_matrix_read", (p: EieParameters) => {
  const { words, wordBits, laneBits, entryBits, entryAddress, rowCount, activation, column } = eieGeometry(p);
  const code = uint(p.weightBits);
  const index = uint(p.indexBits);
  return {
    summary: "Issues the entries of queued columns, one a cycle.",
    ports: {
      write: input(bit),
      writeAddress: input(uint(addressWidth(words))),
      writeWord: input(uint(wordBits)),
      columns: input(stream(column)),
      /** No column is begun. */
      hold: input(bit),
      busy: output(bit),
      entryValid: output(bit),
      entryCode: output(code),
      entryIndex: output(index),
      entryFirst: output(bit),
      entryActivation: output(activation),
      ...(p.counters ? events : ({} as typeof events)),
    },
    build({ write, writeAddress, writeWord, columns, hold, busy, ...entry }, m) {
      const parts = Math.min(
        p.entriesPerWord,
        2 ** Math.ceil(Math.log2(Math.max(1, (words * wordBits) / largestSram))),
      );
      const partBits = wordBits / parts;
      const memories = Array.from({ length: parts }, (_, i) =>
        m.mem(parts === 1 ? "entryWords" : `entryWords_${i}`, words, uint(partBits)),
      );
      const [{ addressType }] = memories;

      const active = m.reg("active", bit, { reset: false });
      const first = m.reg("first", bit);
      const cursor = m.reg("cursor", entryAddress);
      const left = m.reg("left", rowCount);
      const operand = m.reg("operand", activation);

      // A column is taken in the cycle that issues the last entry of the one before.
      const last = m.node("last", left.eq(1));
      const take = m.node("take", active.not().or(last));
      const begins = m.node("begins", hold.not());
      columns.ready.set(take.and(begins));
      m.when(take, () => {
        active.set(columns.valid.and(begins));
        first.set(true);
        cursor.set(columns.data.start);
        left.set(columns.data.count);
        operand.set(columns.data.activation);
      }).otherwise(() => {
        first.set(false);
        cursor.set(cursor.addWrap(1));
        left.set(left.subWrap(1));
      });

      // Word read: a stage behind the cursor.
      const cursorWord =
        entryAddress.width === laneBits ? fixedValue(addressType, 0) : cursor.bits(entryAddress.width - 1, laneBits);
      const wordStart =
        laneBits === 0
          ? active
          : first.or(
              cursor
                .bits(laneBits - 1, 0)
                .nonzero()
                .not(),
            );
      const readWord = m.node("readWord", active.and(wordStart));
      m.assert("entryPortOnce", write.and(readWord).not());
      const address = m.node("wordAddress", select(addressType, write, writeAddress, cursorWord));
      const enable = m.node("wordUsed", write.or(readWord));
      const word = concat(
        ...memories
          .map((memory, i) =>
            memory.readWrite(parts === 1 ? "word" : `word_${i}`, {
              ...{ address, enable, write, underWrite: "undefined" },
              data: writeWord.bits((i + 1) * partBits - 1, i * partBits),
            }),
          )
          .reverse(),
      );
      const wordValid = m.reg("wordValid", bit, { reset: false });
      const wordFirst = m.reg("wordFirst", bit);
      const wordOperand = m.reg("wordOperand", activation);
      wordValid.set(active);
      wordFirst.set(first);
      wordOperand.set(operand);

      // Lane selection: another stage behind.
      const entryWord =
        laneBits === 0
          ? word
          : (() => {
              const lane = m.reg("lane", uint(laneBits));
              lane.set(cursor.bits(laneBits - 1, 0));
              return word.element(lane, entryBits);
            })();
      const valid = m.reg("outValid", bit, { reset: false });
      const bits = m.reg("outEntry", uint(entryBits));
      const entryFirst = m.reg("outFirst", bit);
      const entryOperand = m.reg("outOperand", activation);
      valid.set(wordValid);
      bits.set(entryWord);
      entryFirst.set(wordFirst);
      entryOperand.set(wordOperand);

      busy.set(active.or(wordValid).or(valid));
      entry.entryValid.set(valid);
      entry.entryCode.set(bits.bits(p.weightBits - 1, 0));
      entry.entryIndex.set(bits.bits(entryBits - 1, p.weightBits));
      entry.entryFirst.set(entryFirst);
      entry.entryActivation.set(entryOperand);
      if (p.counters) {
        entry.wordRead.set(readWord);
        entry.starved.set(take.and(columns.valid.not()));
      }
    },
  };
});
