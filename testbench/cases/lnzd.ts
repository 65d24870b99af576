import fc from "fast-check";
import type { LnzdOperation } from "../../sw-model/lnzd/operation.ts";
import type { LnzdParameters } from "../../sw-model/lnzd/spec.ts";
import type { DirectedCase } from "./case.ts";
import { unsignedValue } from "./values.ts";

/** What of the parameters decides which vectors there are. */
type Shape = Pick<LnzdParameters, "inputs" | "width">;

/** Random vectors: each is zero up to a random position, then zeros and values mixed. */
export function arbitrary({ inputs, width }: Shape): fc.Arbitrary<LnzdOperation> {
  const tail = fc.array(unsignedValue(width), { maxLength: inputs, size: "max" });
  const vector = tail.map((values) => [...new Array<bigint>(inputs - values.length).fill(0n), ...values]);
  return fc.record({ vectors: fc.array(vector, { minLength: 1, maxLength: 16 }) });
}

export function directed({ inputs, width }: Shape): DirectedCase<LnzdOperation>[] {
  const max = (1n << BigInt(width)) - 1n;
  const top = 1n << BigInt(width - 1);
  const vectorOf = (value: (index: number) => bigint) => Array.from({ length: inputs }, (_, index) => value(index));
  // Every position where there are few, else the ends, powers of two and their neighbours.
  const positions = Array.from({ length: inputs }, (_, i) => i).filter(
    (i) => inputs <= 64 || i < 2 || i > inputs - 3 || (i & (i - 1)) === 0 || (i & (i + 1)) === 0,
  );
  return [
    { name: "all zero", operation: { vectors: [vectorOf(() => 0n)] } },
    { name: "all at their largest", operation: { vectors: [vectorOf(() => max)] } },
    { name: "one value at each position", operation: { vectors: positions.map((at) => one(vectorOf, at, 1n)) } },
    {
      name: "one bit alone, at each position and in each place, or where those are many in one place each",
      operation: {
        vectors: positions.flatMap((at) =>
          placesOf(at, positions.length, width).map((place) => one(vectorOf, at, 1n << BigInt(place))),
        ),
      },
    },
    { name: "only the top bit set", operation: { vectors: positions.map((at) => one(vectorOf, at, top)) } },
    {
      name: "zero up to each position, largest from there",
      operation: { vectors: positions.map((at) => vectorOf((i) => (i < at ? 0n : max))) },
    },
    {
      name: "of two values that have no bit in common the first one is taken, at all positions or at those near each other",
      operation: {
        vectors: positions.flatMap((first, k) =>
          positions
            .slice(k + 1)
            .filter((_, distance) => inputs <= 64 || distance < 4)
            .map((second) => vectorOf((i) => (i === first ? top : i === second ? max - top || max : 0n))),
        ),
      },
    },
    {
      name: "the value of the first one is taken",
      operation: { vectors: [vectorOf((i) => BigInt(i + 1) & max), vectorOf((i) => BigInt(inputs - i) & max)] },
    },
  ];
}

function placesOf(position: number, positions: number, width: number): number[] {
  return positions * width > 2048 ? [position % width] : Array.from({ length: width }, (_, place) => place);
}

function one(vectorOf: (value: (index: number) => bigint) => bigint[], at: number, value: bigint): bigint[] {
  return vectorOf((index) => (index === at ? value : 0n));
}
