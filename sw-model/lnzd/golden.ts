import type { LnzdOperation } from "./operation.ts";
import type { LnzdParameters } from "./spec.ts";
import { lnzdLatency } from "./spec.ts";

/** The first nonzero of a vector; index and value are absent where all values are zero, value where it is not asked for. */
export interface LnzdResult {
  readonly valid: boolean;
  readonly index?: number;
  readonly value?: bigint;
}

/** For each vector its lowest nonzero index and the value there (EIE, section IV: leading-nonzero detection). */
export function goldenLnzd(
  { value }: Pick<LnzdParameters, "value">,
  { vectors }: LnzdOperation,
): { results: LnzdResult[] } {
  return {
    results: vectors.map((vector) => {
      const index = vector.findIndex((element) => element !== 0n);
      if (index < 0) return { valid: false };
      return { valid: true, index, ...(value ? { value: vector[index] } : {}) };
    }),
  };
}

/** Clock edges for an operation: one a vector, and those that the last one takes through the registers. */
export function lnzdCycles(parameters: LnzdParameters, { vectors }: LnzdOperation): number {
  return vectors.length === 0 ? 0 : vectors.length + lnzdLatency(parameters);
}
