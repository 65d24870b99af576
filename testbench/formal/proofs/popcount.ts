import { type PopcountStructure, popcountModule, xnorPopcountModule } from "../../../generators/popcount/popcount.ts";
import { concat, countWidth, defineModule, input, type UIntSignal, type UIntType, uint } from "../../../hdl/index.ts";

interface Counted {
  readonly bits: number;
  readonly structure: PopcountStructure;
}

/** The definition: one added for each bit that is 1, from the lowest on. */
function onesOf(word: UIntSignal): UIntSignal {
  const width = countWidth(word.width);
  let sum: UIntSignal = concat(word.bit(0)).extend(width);
  for (let i = 1; i < word.width; i++) sum = sum.addWrap(concat(word.bit(i)).extend(width));
  return sum;
}

/** The count of ones against its definition. */
export const popcountProof = defineModule("popcount_proof", ({ bits, structure }: Counted) => ({
  ports: { word: input(uint(bits) as UIntType) },
  build({ word }, m) {
    const { count } = m.inst("counter", popcountModule, { bits, structure }, { bits: word });
    m.assert("counts_ones", count.eq(onesOf(word)));
    m.cover("counts_all", count.eq(bits));
  },
}));

/** The count of lanes that agree against its definition. */
export const xnorPopcountProof = defineModule("xnor_popcount_proof", ({ bits, structure }: Counted) => ({
  ports: { activations: input(uint(bits) as UIntType), weights: input(uint(bits) as UIntType) },
  build({ activations, weights }, m) {
    const { count } = m.inst("counter", xnorPopcountModule, { bits, structure }, { activations, weights });
    m.assert("counts_lanes_that_agree", count.eq(onesOf(activations.xor(weights).not())));
    m.cover("counts_all", count.eq(bits));
  },
}));
