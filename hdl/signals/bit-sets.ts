/** Words as sets of bits: how many there are, which is the lowest, and the set of one. */

import { HdlError } from "../errors.ts";
import { binary, cat, constant } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import { here } from "../position.ts";
import { addressWidth, bitWidth, countWidth, type DataType, uint } from "../types.ts";
import { pack, type SignalOf, select, unpack } from "./bundle.ts";
import { refuseNoWord } from "./given.ts";
import { BitSignal, concat, UIntSignal } from "./signal.ts";

/** How many bits of `word` are 1, in just the bits that the largest count needs. A balanced tree of adders. */
export function popcount(word: UIntSignal): UIntSignal {
  refuseNoWord("popcount", word);
  const count = (low: number, width: number): UIntSignal => {
    if (width === 1) return word.bits(low, low);
    const half = Math.floor(width / 2);
    return count(low, half)
      .add(count(low + half, width - half))
      .fit(countWidth(width));
  };
  return count(0, word.width);
}

/** Only the lowest 1 of `word`; 0 where there is none. */
export function lowestOne<W extends number>(word: UIntSignal<W>): UIntSignal<W> {
  refuseNoWord("lowestOne", word);
  return word.and(word.not().addWrap(1) as UIntSignal<W>);
}

/** The place of the lowest 1 of `word`, in `addressWidth(width)` bits; 0 where there is none (see `nonzero`). */
export function lowestIndex(word: UIntSignal): UIntSignal {
  return oneHotIndex(lowestOne(word));
}

/** The place of the only 1 of `hot`, in `addressWidth(width)` bits: the inverse of `oneHot`. Of several ones, their places ored. */
export function oneHotIndex(hot: UIntSignal): UIntSignal {
  refuseNoWord("oneHotIndex", hot);
  const width = addressWidth(hot.width);
  const bits = Array.from({ length: width }, (_, bit) => {
    const members = Array.from({ length: hot.width }, (_, i) => i).filter((i) => (i >> bit) & 1);
    return members.length === 0 ? fixedBit(false) : concat(...members.map((i) => hot.bit(i))).nonzero();
  });
  return concat(...bits.reverse());
}

/** The one of `values` at the 1 of `hot`; 0 where there is none. Without the priority of a chain of choices. */
export function oneHotSelect<T extends DataType>(
  type: T,
  hot: UIntSignal,
  values: readonly SignalOf<T>[],
): SignalOf<T> {
  refuseNoWord("oneHotSelect", hot);
  if (!Array.isArray(values)) throw wrongArgument("oneHotSelect", "an array of values", values);
  if (values.length !== hot.width || values.length === 0) {
    const at = here();
    const counts = { expected: `${hot.width} values`, found: `${values.length} values` };
    const message = "oneHotSelect needs a value for each bit.";
    const hint = "Give an array of as many values as the word has bits.";
    refuse(() => new HdlError({ code: "width-mismatch", message, ...counts, hint }, at), hot.expression);
    return unpack(type, new UIntSignal(uint(bitWidth(type)), recovery(bitWidth(type), false, at)));
  }
  const width = bitWidth(type);
  const none = new UIntSignal(uint(width), constant(0n, width, false, here()));
  const chosen = values.map((value, i) => select(uint(width), hot.bit(i), pack(type, value as never), none));
  return unpack(
    type,
    chosen.reduce((a, b) => a.or(b)),
  );
}

function fixedBit(value: boolean): BitSignal {
  return new BitSignal(constant(value ? 1n : 0n, 1, false, here()));
}

/** `length` bits of which bit `index` is 1; all are 0 where the index is beyond the end. */
export function oneHot<N extends number>(index: UIntSignal, length: N): UIntSignal<N> {
  const at = here();
  refuseNoWord("oneHot", index, at);
  const reach = 2 ** index.width;
  if (!Number.isInteger(length) || length < 1) {
    const message = `oneHot needs at least one bit, got ${length}.`;
    const hint = "Where a parameter can leave none, leave the signal out.";
    refuse(() => new HdlError({ code: "bad-width", message, expected: "an integer of 1 or more", hint }, at));
    return new UIntSignal(uint(1), recovery(1, false, at)) as unknown as UIntSignal<N>;
  }
  const bitOf = (i: number): Expression =>
    i < reach
      ? binary("eq", index.expression, constant(BigInt(i), index.width, false, at), 1, false, at)
      : constant(0n, 1, false, at);
  const bits = Array.from({ length }, (_, i) => bitOf(length - 1 - i));
  return new UIntSignal(uint(length), cat(bits, at)) as UIntSignal<N>;
}
