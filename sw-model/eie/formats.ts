import { signedFormat, unsignedFormat } from "../format/stated.ts";
import type { EieParameters } from "./spec.ts";

/** What the numbers of the array are, raw integers all of them; their points lie where the user has them. */
export function eieFormats(p: EieParameters) {
  return {
    signals: {
      weightCodes: unsignedFormat(p.weightBits),
      relativeIndices: unsignedFormat(p.indexBits),
      codebook: signedFormat(p.codebookBits),
      activations: signedFormat(p.activationBits),
      products: signedFormat(p.codebookBits + p.activationBits),
      sums: signedFormat(p.accWidth),
      results: signedFormat(p.activationBits),
    },
    accumulation: `saturates at every addition of a product without its lowest ${p.productShift} bits`,
    roundings: [
      { from: "products", to: "addends of sums", droppedBits: p.productShift, rounding: "truncate" },
      { from: "sums", to: "results", droppedBits: p.dropBits, rounding: p.rounding, overflow: "saturates" },
    ],
  };
}
