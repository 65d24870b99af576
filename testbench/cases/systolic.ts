import fc from "fast-check";
import { lfsrMasks } from "../../sw-model/format/lfsr.ts";
import { jumped } from "../../sw-model/format/lfsr-jump.ts";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import { systolicLatency } from "../../sw-model/systolic/cycles.ts";
import type { SystolicOperation } from "../../sw-model/systolic/golden.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import { type DirectedCase, longCount } from "./case.ts";
import { type Addends, farSums } from "./far-sums.ts";
import { seedOf } from "./srmac.ts";
import { signedValue } from "./values.ts";

/**
 * Products of one to a few tiles, sizes that do not divide more often than not, and inner dimensions below the number of rows. Half of
 * them have values so small that few results saturate.
 */
export function arbitrary(parameters: SystolicParameters): fc.Arbitrary<SystolicOperation> {
  const { rows, cols, width, lfsrWidth } = parameters;
  const bWidth = bWidthOf(parameters);
  const upTo = (most: number) => fc.integer({ min: 1, max: most });
  const sizes = fc.tuple(upTo(2 * rows + 2), fc.oneof(upTo(3), upTo(rows + 4)), upTo(2 * cols + 2));
  return fc.tuple(sizes, fc.boolean()).chain(([[m, k, n], small]) => {
    const bits = small ? innerBits(parameters, k) : Infinity;
    return fc.record({
      a: matrix(m, k, Math.min(width, bits)),
      b: matrix(k, n, Math.min(bWidth, bits)),
      seed: seedOf(lfsrWidth),
    });
  });
}

/** Bits of operands, sums of `inner` products of which fit the result; 1 or more. */
function innerBits({ outWidth, dropBits }: SystolicParameters, inner: number): number {
  return Math.max(1, Math.floor((outWidth + dropBits + 1 - Math.log2(inner)) / 2));
}

function matrix(rows: number, cols: number, width: number): fc.Arbitrary<number[][]> {
  const row = fc.array(signedValue(width), { minLength: cols, maxLength: cols });
  return fc.array(row, { minLength: rows, maxLength: rows });
}

export function directed(parameters: SystolicParameters): DirectedCase<SystolicOperation>[] {
  const { rows, cols, lfsrWidth } = parameters;
  const ends = (width: number) => ({ least: -(2 ** (width - 1)), most: 2 ** (width - 1) - 1 });
  type Ends = ReturnType<typeof ends>;
  const [ofA, ofB] = [ends(parameters.width), ends(bWidthOf(parameters))];
  const seed = 2 ** lfsrWidth - 1;
  const product = (m: number, k: number, n: number, value: (i: number, of: Ends) => number): SystolicOperation => ({
    a: Array.from({ length: m }, (_, r) => Array.from({ length: k }, (_, c) => value(r * k + c, ofA))),
    b: Array.from({ length: k }, (_, r) => Array.from({ length: n }, (_, c) => value(r * n + c + 1, ofB))),
    seed,
  });
  const count = (i: number, { most }: Ends) => ((i * 7) % (2 * most + 1)) - most;
  const small = (i: number, { most }: Ends) =>
    count(i, { least: 0, most: Math.min(most, 2 ** innerBits(parameters, 2) / 2 - 1) });
  return [
    // The first one, since none of its results is what saturation makes of a sum that goes on from the state at power-up.
    { name: "values in the middle of their range", operation: product(rows, 2, cols, small) },
    { name: "no row", operation: { a: [], b: [[1]], seed } },
    { name: "one value", operation: product(1, 1, 1, (_, { most }) => most) },
    { name: "a whole tile", operation: product(rows, rows, cols, count) },
    { name: "one row and one column more than a tile", operation: product(rows + 1, 5, cols + 1, count) },
    { name: "one less", operation: product(Math.max(1, rows - 1), 3, Math.max(1, cols - 1), count) },
    { name: "many tiles with an inner dimension of 1", operation: product(3 * rows, 1, 3 * cols, count) },
    { name: "many tiles of one row each", operation: product(1, 2, 6 * cols, count) },
    { name: "a long inner dimension", operation: product(rows, 200, cols, count) },
    {
      name: "all at the ends of their range",
      operation: product(rows + 1, 9, cols, (i, { most, least }) => (i % 3 === 0 ? most : least)),
    },
    ...heldRows(parameters).map((held) => {
      const m = 2 ** Math.floor(Math.log2(Math.min(rows, held)));
      return { name: `${held} rows of results`, operation: product(m, 1, (held / m) * cols, small) };
    }),
    {
      name: "every dropped pattern near zero, positive and negative",
      operation: product(rows, 1, Math.min(64, Math.ceil(128 / cols)) * cols, (i, of) =>
        of === ofA ? 1 : Math.max(of.least, Math.min(of.most, ((Math.floor(i / cols) + (i % cols)) % 64) - 32)),
      ),
    },
    ...emptySeeds(parameters).map(({ seed, name, draws }) => ({
      name: `a seed with which the ${name} column's has its highest bit alone`,
      operation: { ...product(draws, 1, cols, small), seed },
    })),
    ...farCases(parameters, seed),
  ];
}

/** Powers of two up to what the queue of results has room for: a driver that takes none meanwhile sets each bit of the count, and fills the queue. */
function heldRows(parameters: SystolicParameters): number[] {
  const most = Math.ceil(Math.log2(systolicLatency(parameters) + parameters.rows));
  return Array.from({ length: most }, (_, i) => 2 ** (i + 1));
}

/**
 * Seeds with which the first or the last column starts from the state that a driver loads as a seed of 0; and so many draws that its one bit
 * has come down, after which the lowest bit of the state, which the next seed must not take for one of its own, is 1.
 */
function emptySeeds({ rounding, cols, lfsrWidth, stepsPerDraw }: SystolicParameters) {
  if (rounding !== "stochastic") return [];
  const period = 2n ** BigInt(lfsrWidth) - 1n;
  const highest = (period + 1n) / 2n;
  const after = (steps: bigint) => jumped(highest, steps, lfsrWidth, BigInt(lfsrMasks[lfsrWidth]));
  return (
    [
      ["first", 1n],
      ["last", BigInt(cols)],
    ] as const
  ).map(([name, columns]) => {
    const seed = Number(after(period - columns * (period / BigInt(cols))));
    let draws = 2 * lfsrWidth;
    // Few states may be all that is drawn, and none of them odd.
    while (draws < 4 * lfsrWidth && after(BigInt(draws * stepsPerDraw)) % 2n === 0n) draws++;
    return { name, seed, draws };
  });
}

/** The most products of a far sum: of 16 by 16 bits they reach the end of 48. Larger arrays, which simulate slower, get fewer. */
const mostProducts = 2 ** 17;
const mostWork = 2 ** 22;

/** Sums that reach the high bits of the accumulators, one a column, the same in all rows. */
function farCases(parameters: SystolicParameters, seed: number): DirectedCase<SystolicOperation>[] {
  const { rows, cols } = parameters;
  const most = Math.min(mostProducts, Math.floor(mostWork / (rows * cols)));
  // Those of like length together.
  const sums = farSums(parameters, most).sort((x, y) => y.count - x.count);
  const groups = Array.from({ length: Math.ceil(sums.length / cols) }, (_, i) => sums.slice(i * cols, (i + 1) * cols));
  return groups.map((group) => {
    const { a, b } = sideBySide(group);
    return {
      name: `bits high in the accumulators, after ${a.length} products`,
      operation: { a: new Array(rows).fill(a), b, seed },
      ...(a.length > longCount ? { long: true } : {}),
    };
  });
}

/** A row of A, and a B of which each column makes one sum with it. The repeated products share that row's value. */
function sideBySide(group: readonly Addends[]): { a: number[]; b: number[][] } {
  const most = Math.max(...group.map(({ count }) => count));
  const repeated = Array.from({ length: most }, (_, k) =>
    group.map(({ product, count }) => (k < count ? product[1] : 0)),
  );
  const own = group.flatMap(({ rest }, j) =>
    rest.map(([a, b]) => ({ a, b: group.map((_, at) => (at === j ? b : 0)) })),
  );
  return {
    a: [...new Array<number>(most).fill(group[0].product[0]), ...own.map(({ a }) => a)],
    b: [...repeated, ...own.map(({ b }) => b)],
  };
}
