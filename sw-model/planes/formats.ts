import { signedFormat, unsignedFormat } from "../format/stated.ts";
import type { PlanesParameters } from "./spec.ts";

/** What the numbers of the array are. Precision and encoding of the operands come with a run, up to those stated here. */
export function planesFormats(p: PlanesParameters) {
  return {
    signals: {
      weights: { planes: p.weightBits, encoding: "by the run" },
      inputs: { planes: p.inputBits, encoding: "by the run" },
      scales: unsignedFormat(p.scaleBits),
      sums: signedFormat(p.accWidth),
      results: signedFormat(p.accWidth),
    },
    accumulation: "exact: an operation that could need wider sums is refused",
    roundings: [],
  };
}
