import {
  type Builder,
  countWidth,
  defineModule,
  input,
  output,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdIndexTree } from "./lnzd-tree.ts";

export interface BitCountParameters {
  /** Bits of the word, 1 or more. */
  readonly width: number;
  readonly of: "zeros" | "ones";
  /** From the highest bit down, or from the lowest up. */
  readonly side: "leading" | "trailing";
}

/** How many bits at one end of a word are all 0, or all 1; the width where no other bit stops them. Combinational. */
export const bitCount = defineModule("bit_count", ({ width, of, side }: BitCountParameters) => ({
  summary: `Counts the ${side} ${of} of a word of ${width} bits.`,
  ports: { word: input(uint(width) as UIntType), count: output(uint(countWidth(width)) as UIntType) },
  build({ word, count }, m) {
    // The first bit that ends the run is the first nonzero.
    const valid = Array.from({ length: width }, (_, i) => {
      const bit = word.bit(side === "leading" ? width - 1 - i : i);
      return of === "zeros" ? bit : bit.not();
    });
    const radices = lnzdRadices({ inputs: width, structure: "uniform", radix: 4 });
    const found = m.inst("first", lnzdIndexTree, { leaves: width, radices, levelsPerStage: 0 }, { valid });
    const index = found.index as UIntSignal;
    const place = index.width < count.width ? (index.extend(count.width) as UIntSignal) : index;
    count.set(select(uint(count.width), found.any, place, width));
  },
}));

/** Zeros above the highest 1 of `word`, its width where there is none, in countWidth(width) bits: an instance called `name`. */
export const leadingZeros = counter("zeros", "leading");

/** Ones above the highest 0 of `word`; see `leadingZeros`. */
export const leadingOnes = counter("ones", "leading");

/** Zeros below the lowest 1 of `word`; see `leadingZeros`. */
export const trailingZeros = counter("zeros", "trailing");

/** Ones below the lowest 0 of `word`; see `leadingZeros`. */
export const trailingOnes = counter("ones", "trailing");

function counter(of: BitCountParameters["of"], side: BitCountParameters["side"]) {
  return (m: Builder, name: string, word: UIntSignal): UIntSignal =>
    m.inst(name, bitCount, { width: word.width, of, side }, { word }).count;
}
