import { bWidthOf, type SrmacParameters } from "../../sw-model/srmac/spec.ts";

/** Operands of a product. */
export type Pair = readonly [a: number, b: number];

/** A product `count` times, then products of what is left over: together a sum. */
export interface Addends {
  readonly product: Pair;
  readonly count: number;
  readonly rest: readonly Pair[];
}

type Widths = Pick<SrmacParameters, "width" | "bWidth">;

/** The fewest addends that make up `sum`; undefined where these are more than so many of the largest products. a is negative in all. */
export function addendsOf(sum: bigint, p: Widths, most: number): Addends | undefined {
  const [aHalf, bHalf] = [2 ** (p.width - 1), 2 ** (bWidthOf(p) - 1)];
  const magnitude = sum < 0n ? -sum : sum;
  if (magnitude > BigInt(most) * BigInt(aHalf) * BigInt(bHalf)) return undefined;
  const b = sum < 0n ? bHalf - 1 : -bHalf;
  const size = BigInt(Math.abs(b));
  const product = BigInt(aHalf) * size;
  const [count, left] = [Number(magnitude / product), magnitude % product];
  const [high, low] = [Number(left / size), Number(left % size)];
  const rest: Pair[] = [
    [-high, b],
    [-1, sum < 0n ? low : -low],
  ];
  return { product: [-aHalf, b], count, rest: rest.filter(([a, of]) => a !== 0 && of !== 0) };
}

/**
 * Sums that show the high bits of the accumulator, which short sums do not reach: its largest value, which a carry of the rounding takes
 * beyond its end; each bit for itself in 2^i and -1 - 2^i, where it alone differs from all above, from the lowest on; and one that
 * wraps. They are as many products long as it takes; those of more than `most` of the largest ones are left out.
 */
export function farSums(
  p: Widths & Pick<SrmacParameters, "accWidth" | "dropBits" | "outWidth">,
  most: number,
): Addends[] {
  const top = p.accWidth - 1;
  const lowest = Math.min(p.dropBits + p.outWidth - 1, p.width + bWidthOf(p) + 2, top);
  const end = 1n << BigInt(top);
  const powers = Array.from({ length: top - lowest }, (_, i) => 1n << BigInt(lowest + i));
  const sums = [end - 1n, ...powers.flatMap((power) => [power, -1n - power]), end];
  return sums.flatMap((sum) => addendsOf(sum, p, most) ?? []);
}
