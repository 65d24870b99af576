/** The width of `bits(high, low)` as a type, where both are literals below 64. */
import type { AnyWidth } from "../types.ts";

/**
 * high − low + 1; AnyWidth where the type checker does not know it, as of one of several numbers, and for parts that do not
 * exist, which elaboration refuses.
 */
export type SliceWidth<High extends number, Low extends number> =
  IsKnown<High> extends true ? (IsKnown<Low> extends true ? WidthOf<High, Low> : AnyWidth) : AnyWidth;

// biome-ignore format: sixteen a line
type Below64 =
  | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15
  | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31
  | 32 | 33 | 34 | 35 | 36 | 37 | 38 | 39 | 40 | 41 | 42 | 43 | 44 | 45 | 46 | 47
  | 48 | 49 | 50 | 51 | 52 | 53 | 54 | 55 | 56 | 57 | 58 | 59 | 60 | 61 | 62 | 63;

/** Whether it is one number below 64, neither any number nor one of several. */
type IsKnown<N extends number> = [N] extends [Below64] ? ([N] extends [AllOf<N>] ? true : false) : false;

/** What is each member of a union at once: of two numbers nothing is. */
type AllOf<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer A) => void ? A : never;

/** A tuple of `N` elements; recursion in the tail, of which the type checker takes a thousand turns. */
type Tuple<N, Made extends readonly 0[] = []> = Made["length"] extends N ? Made : Tuple<N, [...Made, 0]>;

type WidthOf<High, Low> = [0, ...Tuple<High>] extends [...Tuple<Low>, ...infer Rest]
  ? Rest["length"] extends 0
    ? AnyWidth
    : Rest["length"]
  : AnyWidth;
