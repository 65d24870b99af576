import type { ArrayShape } from "../xnor/folding.ts";

/**
 * Look-up tables of one layer's array on 7 series, memories apart: 1.17 a lane of every processing element (XNOR and count),
 * 14 a processing element (accumulator, threshold, comparison), 25 for what all share. Fitted to what Yosys 0.23 makes of
 * `xnor` with carry counters and thresholds, for 1 to 32 elements of 8 to 128 lanes. Yosys makes 88
 * tables of 1 element of 8 lanes where it says 48, 206 of 1 of 128 (189), 826 of 32 of 8 (773): within 10 % of large arrays, too low for
 * small ones, whose control and buffer weigh more.
 */
export function arrayLuts({ pes, lanes }: ArrayShape): number {
  return 1.17 * pes * lanes + 14 * pes + 25;
}
