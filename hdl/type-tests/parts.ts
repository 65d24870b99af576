/** What it refuses of bundles that hardware indexes, and of narrowing. */
import { at, type Builder, bit, lowestOne, popcount, record, sint, uint, vec } from "../index.ts";

export function refused(m: Builder) {
  const words = m.wire("words", vec(3, record({ level: sint(5), on: bit })));
  const index = m.wire("index", uint(2));
  const word = at(words, index);
  word.level.add(m.wire("s", sint(5)));
  m.when(word.on, () => undefined);
  m.wire("t", uint(3)).set(index.extend(4).fit(3));
  lowestOne(index).and(index);
  // @ts-expect-error: what is chosen by hardware cannot be assigned
  word.set({ level: 0, on: true });
  // @ts-expect-error: nor a part of it
  word.level.set(0);
  // @ts-expect-error: a bit is no index
  at(words, word.on);
  // @ts-expect-error: the target is narrower
  m.wire("u", uint(3)).set(index.extend(9).fit(4));
  // @ts-expect-error: the ones of a signed number are not counted
  popcount(word.level);
}
