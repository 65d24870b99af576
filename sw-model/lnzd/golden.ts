import type { LnzdOperation } from "./operation.ts";

/** The first nonzero of a vector; index and value are absent where all values are zero. */
export interface LnzdResult {
  readonly valid: boolean;
  readonly index?: number;
  readonly value?: bigint;
}

/** For each vector its lowest nonzero index and the value there (EIE, section IV: leading-nonzero detection). */
export function goldenLnzd({ vectors }: LnzdOperation): { results: LnzdResult[] } {
  return {
    results: vectors.map((vector) => {
      const index = vector.findIndex((value) => value !== 0n);
      return index < 0 ? { valid: false } : { valid: true, index, value: vector[index] };
    }),
  };
}
