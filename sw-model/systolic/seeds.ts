import { lfsrMasks } from "../format/lfsr.ts";
import { jumped } from "../format/lfsr-jump.ts";
import type { SystolicParameters } from "./spec.ts";

/**
 * The state from which each column's LFSR starts: what `seed` (1 to 2^lfsrWidth - 1) reaches after (j + 1) * floor((2^n - 1) / cols)
 * single steps. The columns so share one sequence, as far apart as it allows (contract, operations).
 */
export function columnSeeds(
  { cols, lfsrWidth }: Pick<SystolicParameters, "cols" | "lfsrWidth">,
  seed: number,
): number[] {
  const apart = (2n ** BigInt(lfsrWidth) - 1n) / BigInt(cols);
  const mask = BigInt(lfsrMasks[lfsrWidth]);
  return Array.from({ length: cols }, (_, j) => Number(jumped(BigInt(seed), BigInt(j + 1) * apart, lfsrWidth, mask)));
}
