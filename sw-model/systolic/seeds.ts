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
  return Array.from({ length: cols }, (_, j) => after(seed, BigInt(j + 1) * apart, lfsrWidth));
}

/** The state of each column's LFSR once the column has rounded so many results. */
export function columnStates(
  { lfsrWidth, stepsPerDraw, ...p }: Pick<SystolicParameters, "cols" | "lfsrWidth" | "stepsPerDraw">,
  seed: number,
  drawn: readonly number[],
): number[] {
  const seeds = columnSeeds({ ...p, lfsrWidth }, seed);
  return seeds.map((first, j) => after(first, BigInt(drawn[j]) * BigInt(stepsPerDraw), lfsrWidth));
}

/** The state after some single steps. */
function after(state: number, steps: bigint, lfsrWidth: number): number {
  return Number(jumped(BigInt(state), steps, lfsrWidth, BigInt(lfsrMasks[lfsrWidth])));
}
