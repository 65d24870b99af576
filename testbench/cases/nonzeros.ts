import fc from "fast-check";
import type { NonzerosOperation } from "../../sw-model/lnzd/nonzeros.ts";
import type { DirectedCase } from "./case.ts";

/** What of a scanner decides which vectors there are. */
export interface ScannerShape {
  /** Values that the memory holds. */
  readonly capacity: number;
  /** Values side by side: lanes of a word, or leaves. */
  readonly across: number;
  readonly width: number;
}

const longest = 2000;

/** Random vectors: any density, in runs of zeros and values, in one lane alone, or with values at few places. */
export function arbitrary({ capacity, across, width }: ScannerShape): fc.Arbitrary<NonzerosOperation> {
  const most = Math.min(capacity, longest);
  const max = (1n << BigInt(width)) - 1n;
  const value = fc.oneof(fc.bigInt({ min: 1n, max }), fc.constantFrom(1n, max, 1n << BigInt(width - 1)));
  const length = fc.oneof(fc.nat(most), fc.nat(Math.min(most, 3 * across)), fc.constant(most));
  const filled = (size: number, at: (index: number) => boolean) =>
    fc.infiniteStream(value).map((values) => {
      return Array.from({ length: size }, (_, i) => (at(i) ? (values.next().value as bigint) : 0n));
    });
  const vector = length.chain((size) =>
    fc.oneof(
      fc
        .tuple(fc.nat(256), fc.infiniteStream(fc.nat(255)))
        .chain(([density, dice]) => filled(size, () => dice.next().value < density)),
      fc.array(fc.nat(3 * across), { minLength: 1, maxLength: 20 }).chain((runs) => {
        const ends = runs.map(
          (
            (sum) => (run: number) =>
              (sum += run)
          )(0),
        );
        return filled(size, (i) => ends.findIndex((end) => i < end) % 2 === 0);
      }),
      fc.nat(across - 1).chain((lane) => filled(size, (i) => i % across === lane)),
      fc
        .uniqueArray(fc.nat(Math.max(0, size - 1)), { maxLength: 5 })
        .chain((at) => filled(size, (i) => at.includes(i))),
    ),
  );
  return fc.record({ vectors: fc.array(vector, { minLength: 1, maxLength: 4 }) });
}

/** Corners: nothing, everything, one value at each end, one lane, every other word, what an earlier vector left. */
export function directed({ capacity, across, width }: ScannerShape): DirectedCase<NonzerosOperation>[] {
  const size = Math.min(capacity, longest);
  const max = (1n << BigInt(width)) - 1n;
  const vectorOf = (at: (index: number) => boolean, length = size) =>
    Array.from({ length }, (_, i) => (at(i) ? 1n + (BigInt(i) % max) : 0n));
  const rowOf = (index: number) => Math.floor(index / across);
  const rowsAlone = Array.from({ length: Math.min(8, Math.ceil(size / across)) }, (_, row) =>
    vectorOf((i) => rowOf(i) === row, Math.min(size, 8 * across)),
  );
  const all = () => true;
  const none = () => false;
  return [
    { name: "no values, twice", operation: { vectors: [[], []] } },
    { name: "all zero", operation: { vectors: [vectorOf(none)] } },
    { name: "none zero", operation: { vectors: [vectorOf(all)] } },
    { name: "all at their largest", operation: { vectors: [new Array<bigint>(size).fill(max)] } },
    { name: "the first one alone", operation: { vectors: [vectorOf((i) => i === 0)] } },
    { name: "the last one alone", operation: { vectors: [vectorOf((i) => i === size - 1)] } },
    { name: "the first and the last", operation: { vectors: [vectorOf((i) => i === 0 || i === size - 1)] } },
    { name: "all in the first lane", operation: { vectors: [vectorOf((i) => i % across === 0)] } },
    { name: "all in the last lane", operation: { vectors: [vectorOf((i) => i % across === across - 1)] } },
    { name: "a lane further in every row", operation: { vectors: [vectorOf((i) => i % (across + 1) === 0)] } },
    { name: "every other row", operation: { vectors: [vectorOf((i) => rowOf(i) % 2 === 1)] } },
    { name: "one row after the other alone", operation: { vectors: rowsAlone } },
    {
      name: "values of a single bit",
      operation: {
        vectors: Array.from({ length: Math.min(width, 8) }, (_, shift) =>
          Array.from({ length: Math.min(size, 2 * across) }, (_, i) => 1n << BigInt((i + shift) % width)),
        ),
      },
    },
    { name: "only the last row", operation: { vectors: [vectorOf((i) => i >= size - across)] } },
    {
      name: "zeros over values",
      operation: { vectors: [vectorOf(all), vectorOf(none), vectorOf((i) => i % 3 === 1)] },
    },
    // A zero clears the flag of its own row: after it no other row is written that could.
    {
      name: "a last row of zeros over values",
      operation: { vectors: [vectorOf(all), vectorOf((i) => i < size - across)] },
    },
    { name: "short after long", operation: { vectors: [vectorOf(all), vectorOf(all, Math.min(size, 1)), []] } },
  ];
}
