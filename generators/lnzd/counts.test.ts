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
import { leadingOnes, leadingZeros } from "./counts.ts";

const counts = defineModule("counts", ({ width }: { width: number }) => ({
  ports: {
    word: input(uint(width) as UIntType),
    zeros: output(uint(countWidth(width)) as UIntType),
    ones: output(uint(countWidth(width)) as UIntType),
  },
  build({ word, zeros, ones }, m) {
    zeros.set(leadingZeros(m, "countZeros", word as UIntSignal));
    ones.set(leadingOnes(m, "countOnes", word as UIntSignal));
  },
}));

describe("leading zeros and ones", () => {
  it.each([1, 2, 3, 4, 5, 8, 11])("of every word of %i bits", (width) => {
    const dut = simulate(counts, { width });
    for (let word = 0; word < 2 ** width; word++) {
      dut.in.word = word;
      const text = word.toString(2).padStart(width, "0");
      expect([Number(dut.out.zeros), Number(dut.out.ones)]).toEqual([
        /^0*/.exec(text)?.[0].length,
        /^1*/.exec(text)?.[0].length,
      ]);
    }
  });
});
