import type { SrmacOperation } from "./golden.ts";
import type { MacStructure } from "./spec.ts";

/** Edges from a sum's last pair of operands to its rounded result: operands, product, sum, and two more where a DSP block rounds. */
export function macLatency(structure: MacStructure): number {
  return structure === "dsp48e1" ? 5 : 3;
}

/** Clock edges from the first pair of operands taken to the last result handed over: a pair an edge, one of zeros for an empty product. */
export function srmacCycles({ structure }: { structure: MacStructure }, { dots }: SrmacOperation): number {
  if (dots.length === 0) return 0;
  return dots.reduce((sum, { a }) => sum + Math.max(1, a.length), 0) - 1 + macLatency(structure);
}
