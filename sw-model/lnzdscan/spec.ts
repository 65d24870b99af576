import { z } from "zod";
import { raised } from "../fit.ts";
import { longestVector, type NonzerosOperation, nonzerosCycles } from "../lnzd/nonzeros.ts";
import { flagLevels } from "../lnzd/spec.ts";
import { type GeneratorSpec, integer } from "../spec.ts";

const schema = z.object({
  lanes: integer({ min: 1, max: 64, default: 8 }, { unit: "value", help: "values in a word of the memory" }),
  depth: integer({ min: 1, max: 65536, default: 64 }, { unit: "word", help: "words of the memory" }),
  width: integer({ min: 1, max: 64, default: 16 }, { unit: "bit", help: "width of each unsigned value" }),
  scanWidth: integer(
    { min: 2, max: 256, default: 64 },
    {
      unit: "flag",
      help: "word flags searched in one cycle, a power of two; more words take a further level of flags",
    },
  ),
});

export type LnzdScanParameters = z.infer<typeof schema>;

/** Streaming scanner: the nonzeros of a vector memory, one a cycle, words of zeros skipped without one. */
export const lnzdScanSpec: GeneratorSpec<LnzdScanParameters> = {
  name: "lnzdscan",
  summary:
    "scanner over a vector memory: one nonzero a cycle whatever the density, zero words skipped (after EIE, section IV)",
  schema,
  rules: [
    {
      parameters: ["scanWidth"],
      rule: "scanWidth is a power of two, since each level of flags gives whole bits of the address",
      holds: ({ scanWidth }) => Number.isInteger(Math.log2(scanWidth)),
    },
  ],
  presets: {
    small: { summary: "eight words of four values of four bits", parameters: { lanes: 4, depth: 8, width: 4 } },
    long: { summary: "16,384 values behind two levels of flags", parameters: { lanes: 8, depth: 2048 } },
  },
};

/** The parameters with a memory that holds the operation. Throws `UserError` does-not-fit. */
export function fitLnzdScan(p: LnzdScanParameters, explicit: ReadonlySet<string>, operation: NonzerosOperation) {
  const depth = Math.ceil(longestVector(operation) / p.lanes);
  return raised(lnzdScanSpec, p, explicit, { depth }, () => "use more lanes, or divide the vectors");
}

/**
 * Clock edges from the one that takes the command to scan to the one that hands over the end mark, where nothing stalls: one
 * a nonzero, two a level of flags, and three for the memory's word, the output register and the end mark.
 */
export function lnzdScanCycles(p: LnzdScanParameters, operation: NonzerosOperation): number {
  const levels = flagLevels({ flags: p.depth, scanWidth: p.scanWidth }).length;
  return nonzerosCycles(2 * levels + 3, operation);
}
