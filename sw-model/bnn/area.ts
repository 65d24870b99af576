import type { ArrayShape } from "../xnor/folding.ts";

/**
 * Look-up tables of one layer's array on 7 series, memories apart: 1.17 a lane of every processing element (XNOR and count),
 * 14 a processing element (accumulator, threshold, comparison), 25 for what all share. Fitted to what Yosys 0.23 makes of
 * `xnor` with carry counters and thresholds, for 1 to 32 elements of 8 to 128 lanes: within 15 %.
 */
export function arrayLuts({ pes, lanes }: ArrayShape): number {
  return 1.17 * pes * lanes + 14 * pes + 25;
}
