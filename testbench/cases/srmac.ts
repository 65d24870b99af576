import fc from "fast-check";
import type { SrmacOperation } from "../../sw-model/srmac/golden.ts";
import { bWidthOf, type SrmacParameters } from "../../sw-model/srmac/spec.ts";
import { type DirectedCase, longCount } from "./case.ts";
import { type Addends, addendsOf, farSums, type Pair } from "./far-sums.ts";
import { signedValue } from "./values.ts";

/** Dot products of up to 24 pairs, empty ones among them, long sums of the largest products more often than chance. */
export function arbitrary(parameters: SrmacParameters): fc.Arbitrary<SrmacOperation> {
  const { width, lfsrWidth } = parameters;
  const bWidth = bWidthOf(parameters);
  const pair = fc.tuple(signedValue(width), signedValue(bWidth));
  const end = (bits: number) => fc.constantFrom(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
  const dot = fc.oneof(
    { weight: 6, arbitrary: fc.array(pair, { maxLength: 24, size: "max" }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 24 }), end(width), end(bWidth))
        .map(([n, a, b]) => repeated(n, a, b)),
    },
  );
  return fc
    .record({ dots: fc.array(dot, { minLength: 1, maxLength: 20 }), seed: seedOf(lfsrWidth) })
    .map(({ dots, seed }) => ({ dots: dots.map(dotOf), seed }));
}

/** Seeds of a random source, the first and the last one more often than chance. */
export function seedOf(lfsrWidth: number): fc.Arbitrary<number> {
  const most = 2 ** lfsrWidth - 1;
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(1, most, 2 ** (lfsrWidth - 1)) },
  );
}

export function directed(parameters: SrmacParameters): DirectedCase<SrmacOperation>[] {
  const { width, lfsrWidth, dropBits } = parameters;
  const [leastA, least] = [-(2 ** (width - 1)), -(2 ** (bWidthOf(parameters) - 1))];
  const seed = 2 ** (lfsrWidth - 1) + 1;
  const [mostA, most] = [-leastA - 1, -least - 1];
  const half = Math.min(2 ** Math.max(0, dropBits - 1), most);
  const small = Array.from({ length: 2 * Math.min(32, most + 1) }, (_, i) => i - Math.min(32, most + 1));
  return [
    { name: "no dot product", operation: { dots: [], seed } },
    { name: "empty ones draw, too", operation: { dots: [dotOf([]), dotOf([[1, most]]), dotOf([]), dotOf([])], seed } },
    {
      name: "every dropped pattern near zero, positive and negative",
      operation: { dots: small.map((value) => dotOf([[1, value]])), seed },
    },
    {
      name: "the ends of the range: sums that saturate, or wrap",
      operation: {
        dots: [1, 2, 3, 4, 7, 64].flatMap((n) =>
          [
            [leastA, least],
            [leastA, most],
            [mostA, least],
            [mostA, most],
          ].map(([a, b]) => dotOf(repeated(n, a, b))),
        ),
        seed,
      },
    },
    {
      name: "around the ends of the result's and of the sum's range",
      operation: { dots: aroundEnds(parameters), seed },
    },
    // Half of what is dropped shows the top bit that is drawn, and in time every bit of a seed comes there.
    ...[1, 2, 2 ** (lfsrWidth - 1), 2 ** (lfsrWidth - 1) - 2, 2 ** lfsrWidth - 1].map((start) => ({
      name: `the seed ${start}, and draws until its last bit is used up`,
      operation: { dots: Array.from({ length: 2 * lfsrWidth }, () => dotOf([[1, half]])), seed: start },
    })),
    {
      name: "sums that come back from far away",
      operation: { dots: [dotOf([...repeated(9, leastA, least), ...repeated(9, leastA, most), [1, 1]])], seed },
    },
    ...farCases(parameters, seed),
  ];
}

/** The most products of a far sum: of 16 by 16 bits they reach the end of 48. */
const mostProducts = 2 ** 17;
/** Sums of up to so many products share an operation. */
const fewProducts = 2 ** 9;

/** Sums that reach the high bits of the accumulator: short ones together, long ones each for itself. */
function farCases(parameters: SrmacParameters, seed: number): DirectedCase<SrmacOperation>[] {
  const sums = farSums(parameters, mostProducts);
  const operation = (some: readonly Addends[]) => ({ dots: some.map((addends) => dotOf(pairsOf(addends))), seed });
  return [
    {
      name: "single bits high in the accumulator",
      operation: operation(sums.filter(({ count }) => count <= fewProducts)),
    },
    ...sums
      .filter(({ count }) => count > fewProducts)
      .map((sum) => ({
        name: `a bit high in the accumulator, after ${sum.count} products`,
        operation: operation([sum]),
        ...(sum.count > longCount ? { long: true } : {}),
      })),
  ];
}

/** Sums at the ends of the ranges of result and accumulator, as far as some pairs reach them. */
function aroundEnds(parameters: SrmacParameters): SrmacOperation["dots"] {
  const { accWidth, dropBits, outWidth } = parameters;
  const unit = 1n << BigInt(dropBits);
  const ends = [1n << BigInt(outWidth - 1 + dropBits), 1n << BigInt(accWidth - 1)].flatMap((end) => [end, -end]);
  const offsets = [-unit - 1n, -unit, -unit + 1n, -unit / 2n, -2n, -1n, 0n, 1n, unit / 2n, unit];
  return ends.flatMap((end) =>
    offsets.flatMap((offset) => {
      const addends = addendsOf(end + offset, parameters, 64);
      return addends ? [dotOf(pairsOf(addends))] : [];
    }),
  );
}

function pairsOf({ product: [a, b], count, rest }: Addends): Pair[] {
  return [...repeated(count, a, b), ...rest];
}

function repeated(count: number, a: number, b: number): Pair[] {
  return new Array<Pair>(count).fill([a, b]);
}

function dotOf(pairs: readonly Pair[]): { a: number[]; b: number[] } {
  return { a: pairs.map(([a]) => a), b: pairs.map(([, b]) => b) };
}
