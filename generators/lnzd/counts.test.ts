import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countWidth,
  defineModule,
  input,
  output,
  simulate,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { leadingOnes, leadingZeros, trailingOnes, trailingZeros } from "./counts.ts";

const counters = { leadingZeros, leadingOnes, trailingZeros, trailingOnes };

/** How the same reads in a word written out. */
const patterns = { leadingZeros: /^0*/, leadingOnes: /^1*/, trailingZeros: /0*$/, trailingOnes: /1*$/ };

type Name = keyof typeof counters;
const names = Object.keys(counters) as Name[];

const counts = defineModule("counts", ({ width }: { width: number }) => {
  const count = output(uint(countWidth(width)) as UIntType);
  return {
    ports: {
      word: input(uint(width) as UIntType),
      ...{ leadingZeros: count, leadingOnes: count, trailingZeros: count, trailingOnes: count },
    },
    build({ word, ...outputs }, m) {
      for (const name of names) outputs[name].set(counters[name](m, `${name}Of`, word as UIntSignal));
    },
  };
});

function expectRight(dut: ReturnType<typeof simulate<{ width: number }, never>>, word: bigint, width: number) {
  const text = word.toString(2).padStart(width, "0");
  const wanted = Object.fromEntries(names.map((name) => [name, patterns[name].exec(text)?.[0].length]));
  const { in: inputs, out } = dut as unknown as { in: Record<string, bigint>; out: Record<string, unknown> };
  inputs.word = word;
  expect(Object.fromEntries(names.map((name) => [name, Number(out[name])]))).toEqual(wanted);
}

describe("leading and trailing zeros and ones", () => {
  it.each([1, 2, 3, 4, 5, 8, 11])("of every word of %i bits", (width) => {
    const dut = simulate(counts, { width });
    for (let word = 0; word < 2 ** width; word++) expectRight(dut as never, BigInt(word), width);
  });

  it.each([16, 33, 64, 100])("of words of %i bits", (width) => {
    const dut = simulate(counts, { width });
    const ends = fc.tuple(fc.nat(width), fc.nat(width), fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n }));
    fc.assert(
      fc.property(ends, fc.boolean(), ([high, low, middle], inverted) => {
        // Zeros at both ends, anything between; or ones.
        const word = BigInt.asUintN(width, ((middle >> BigInt(high)) >> BigInt(low)) << BigInt(low));
        expectRight(dut as never, inverted ? 2n ** BigInt(width) - 1n - word : word, width);
      }),
    );
  });
});
