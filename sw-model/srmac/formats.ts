import { lfsrMasks } from "../format/lfsr.ts";
import { signedFormat } from "../format/stated.ts";
import { bWidthOf, type MacParameters, randomBitsOf } from "./spec.ts";

/** What the numbers of a unit that rounds as `srmac` does are, raw integers all of them; its points lie where the user has them. */
export function macFormats(p: MacParameters & { readonly bWidth: number }) {
  const stochastic = p.rounding === "stochastic" && p.dropBits > 0;
  return {
    signals: {
      a: signedFormat(p.width),
      b: signedFormat(bWidthOf(p)),
      products: signedFormat(p.width + bWidthOf(p)),
      sums: signedFormat(p.accWidth),
      results: signedFormat(p.outWidth),
    },
    accumulation: `wraps modulo 2^${p.accWidth}`,
    roundings: [
      {
        ...{ from: "sums", to: "results", droppedBits: p.dropBits, rounding: p.rounding, overflow: "saturates" },
        ...(stochastic ? { randomBits: randomBitsOf(p) } : {}),
      },
    ],
    ...(stochastic
      ? {
          randomSource: {
            ...{ width: p.lfsrWidth, mask: `0x${lfsrMasks[p.lfsrWidth].toString(16)}`, stepsPerDraw: p.stepsPerDraw },
            kind: "Galois LFSR, right shift; the low bits of its state",
          },
        }
      : {}),
  };
}
