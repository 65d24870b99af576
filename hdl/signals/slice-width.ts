/** The width of `bits(high, low)` as a type, where both are literals below 64. */
import type { AnyWidth } from "../types.ts";

/** The number before each number from 1 to 64. */
// biome-ignore format: sixteen a line
type Before = [
  never,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
  32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
];

/** A tuple of `N` elements; each shares the one before, so that all of them together cost the type checker 64 steps. */
type Tuple<N> = N extends 0 ? [] : N extends number ? [0, ...Tuple<Before[N]>] : never;

/** high − low + 1; AnyWidth where the type checker does not know it, and for parts that do not exist, which elaboration refuses. */
export type SliceWidth<High extends number, Low extends number> = number extends High | Low
  ? AnyWidth
  : `${High}` extends keyof Before
    ? `${Low}` extends keyof Before
      ? WidthOf<High, Low>
      : AnyWidth
    : AnyWidth;

type WidthOf<High, Low> = [0, ...Tuple<High>] extends [...Tuple<Low>, ...infer Rest]
  ? Rest["length"] extends 0
    ? AnyWidth
    : Rest["length"]
  : AnyWidth;
