import {
  addressWidth,
  type BitSignal,
  type Builder,
  bit,
  connect,
  defineModule,
  enumOf,
  input,
  type Memory,
  oneHot,
  output,
  registered,
  type Settable,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { flagLevels } from "../../sw-model/lnzd/spec.ts";
import { setBits, setBitType } from "./set-bits.ts";

export interface FlagScanParameters {
  /** Flags that there are, one or more. */
  readonly flags: number;
  /** Flags that are searched in one cycle, a power of two. */
  readonly scanWidth: number;
}

/**
 * A flag for each word of a memory, and the numbers of those that are set: ascending, one an edge, then an end mark.
 *
 * More flags than `scanWidth` lie in words of that many, with a flag a word above them that tells whether it has any, and so
 * on until one word is left, a register. Only words that have a flag are looked at, each while the one before gives its
 * bits. A word below the top counts only while its flag above is set, so that clearing the top clears all.
 */
export const flagScan = defineModule("lnzd_flag_scan", ({ flags, scanWidth }: FlagScanParameters) => {
  const index = uint(addressWidth(flags)) as UIntType;
  return {
    summary: `Numbers of the set ones of ${flags} flags, one an edge.`,
    ports: {
      write: input(bit),
      writeIndex: input(index),
      writeFlag: input(bit),
      clear: input(bit),
      /** Give the set flags. Nothing is written until the end mark has come. */
      start: input(bit),
      /** Latency 2 an edge a level after `start`; `valid` and data come through logic, and `ready` passes through. */
      found: output(stream(setBitType(index.width))),
    },
    build(io, m) {
      const sizes = flagLevels({ flags, scanWidth });
      const digit = Math.log2(scanWidth);
      const topSize = sizes[sizes.length - 1];
      const top = m.reg("flags", uint(topSize) as UIntType, { reset: 0 });
      /** Words of a level below the top, the lowest level first. */
      const levels = sizes.slice(1).map((words, level) => m.mem(`flags_${level}`, words, uint(scanWidth) as UIntType));

      writeFlags(m, io, top, levels, digit);
      m.when(io.clear, () => top.set(0));

      const phase = m.reg("phase", enumOf("idle", "flags", "end"), { reset: "idle" });
      const none = m.node("none", top.nonzero().not());
      let numbers = setBits(m, "top", {
        valid: phase.ne("idle"),
        end: phase.eq("end").or(none),
        flags: top,
        indexWidth: addressWidth(topSize),
      });
      m.when(numbers.ready, () => {
        m.when(phase.eq("flags").and(none.not()), () => phase.set("end")).otherwise(() => phase.set("idle"));
      });
      m.when(io.start, () => phase.set("flags"));

      for (let level = levels.length - 1; level >= 0; level--) {
        const words = registered(m, `number_${level}`, numbers.source);
        const { valid, data } = words;
        const word = levels[level].read(`word_${level}`, data.index);
        numbers = setBits(m, `level_${level}`, {
          valid,
          end: data.end,
          flags: word,
          high: data.index,
          indexWidth: data.index.width + digit,
        });
        words.ready.set(numbers.ready);
      }
      connect(io.found, numbers.source);
    },
  };
});

interface Write {
  readonly write: BitSignal;
  readonly writeIndex: UIntSignal;
  readonly writeFlag: BitSignal;
}

/** Writes a flag, and into the levels above whether its word now has any. */
function writeFlags(
  m: Builder,
  { write, writeIndex, writeFlag }: Write,
  top: Settable<UIntType>,
  levels: readonly Memory<UIntType>[],
  digit: number,
): void {
  const { width } = writeIndex;
  const numberAt = (level: number) => writeIndex.bits(width - 1, level * digit);
  const placeAt = (level: number) => writeIndex.bits((level + 1) * digit - 1, level * digit);
  const topMask = m.node("topMask", oneHot(numberAt(levels.length), top.width));

  // What the words hold now, from the top: nothing where the flag above is not set.
  const olds: UIntSignal[] = [];
  let there = top.and(topMask).nonzero();
  for (let level = levels.length - 1; level >= 0; level--) {
    const stored = levels[level].read(`stored_${level}`, numberAt(level + 1));
    const old = m.node(`old_${level}`, select(levels[level].type, there, stored, 0));
    olds[level] = old;
    there = old.bitAt(placeAt(level));
  }

  let flag = writeFlag;
  levels.forEach((memory, level) => {
    const mask = m.node(`mask_${level}`, oneHot(placeAt(level), memory.type.width));
    const word = m.node(`new_${level}`, withFlag(olds[level], mask, flag));
    memory.write({ address: numberAt(level + 1), data: word, enable: write });
    flag = word.nonzero();
  });
  m.when(write, () => top.set(withFlag(top, topMask, flag)));
}

function withFlag(word: UIntSignal, mask: UIntSignal, flag: BitSignal): UIntSignal {
  return select(uint(word.width), flag, word.or(mask), word.and(mask.not())) as UIntSignal;
}
