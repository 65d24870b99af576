/** Words as sets of bits: how many there are, which is the lowest, and the set of one. */
import { HdlError } from "./errors.ts";
import { binary, cat, constant } from "./expression.ts";
import type { Expression } from "./ir.ts";
import { here } from "./position.ts";
import { UIntSignal } from "./signal.ts";
import { countWidth, uint } from "./types.ts";

/** How many bits of `word` are 1, in just the bits that the largest count needs. A balanced tree of adders. */
export function popcount(word: UIntSignal): UIntSignal {
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
  return word.and(word.not().addWrap(1) as UIntSignal<W>);
}

/** `length` bits of which bit `index` is 1; all are 0 where the index is beyond the end. */
export function oneHot<N extends number>(index: UIntSignal, length: N): UIntSignal<N> {
  const at = here();
  const reach = 2 ** index.width;
  if (!Number.isInteger(length) || length < 1) {
    throw new HdlError(
      {
        code: "bad-width",
        message: `oneHot needs at least one bit, got ${length}.`,
        expected: "an integer of 1 or more",
      },
      at,
    );
  }
  const bitOf = (i: number): Expression =>
    i < reach
      ? binary("eq", index.expression, constant(BigInt(i), index.width, false, at), 1, false, at)
      : constant(0n, 1, false, at);
  const bits = Array.from({ length }, (_, i) => bitOf(length - 1 - i));
  return new UIntSignal(uint(length), cat(bits, at)) as UIntSignal<N>;
}
