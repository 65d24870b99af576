/** Parts of the generators for modules of your own, with the golden models of their random numbers: `"whittle/parts"`. */
export { type LfsrParameters, lfsr, serialLfsr } from "../generators/common/lfsr.ts";
export { rounded, saturated } from "../generators/common/rounding.ts";
export { leadingOnes, leadingZeros, trailingOnes, trailingZeros } from "../generators/lnzd/counts.ts";
export { popcountModule, popcountOf, xnorPopcount, xnorPopcountModule } from "../generators/popcount/popcount.ts";
export { maximalMask } from "../sw-model/format/lfsr-masks.ts";
export { WideLfsr } from "../sw-model/format/wide-lfsr.ts";
