import { z } from "zod";
import { raised } from "../fit.ts";
import { longestVector, type NonzerosOperation, nonzerosCycles } from "../lnzd/nonzeros.ts";
import { flagLevels } from "../lnzd/spec.ts";
import { choice, type GeneratorSpec, integer } from "../spec.ts";

const schema = z.object({
  leaves: integer(
    { min: 1, max: 256, default: 16 },
    { unit: "leaf", help: "processing elements; value i of a vector lies in leaf i mod leaves" },
  ),
  depth: integer({ min: 1, max: 65536, default: 64 }, { unit: "value", help: "values in the memory of a leaf" }),
  width: integer({ min: 1, max: 64, default: 16 }, { unit: "bit", help: "width of each unsigned value" }),
  radix: integer({ min: 2, max: 16, default: 4 }, { unit: "child", help: "children of a node, a power of two" }),
  buffers: choice(["forward", "skid"], "forward", {
    unit: "",
    help: "behind each node: forward, one register, ready passes through; skid, two, and ready is registered too",
  }),
  scanWidth: integer(
    { min: 2, max: 256, default: 8 },
    { unit: "flag", help: "flags of a leaf searched in one cycle, a power of two; deeper leaves take further levels" },
  ),
});

export type LnzdTreeParameters = z.infer<typeof schema>;

/** Distributed leading-nonzero detection: leaves with memories, a tree of registered nodes with back-pressure. */
export const lnzdTreeSpec: GeneratorSpec<LnzdTreeParameters> = {
  name: "lnzdtree",
  summary: "distributed leading-nonzero tree: nonzeros of many memories in order, one a cycle (EIE, section IV)",
  schema,
  rules: [
    {
      parameters: ["radix"],
      rule: "radix is a power of two, since each level gives whole bits of the leaf's number",
      holds: ({ radix }) => Number.isInteger(Math.log2(radix)),
    },
    {
      parameters: ["scanWidth"],
      rule: "scanWidth is a power of two, since each level of flags gives whole bits of the address",
      holds: ({ scanWidth }) => Number.isInteger(Math.log2(scanWidth)),
    },
  ],
  presets: {
    small: { summary: "five leaves of eight values of four bits", parameters: { leaves: 5, depth: 8, width: 4 } },
    paper: {
      summary: "EIE's 64 processing elements of 64 activations",
      parameters: { leaves: 64, depth: 64, width: 16 },
    },
  },
};

/** The parameters with leaves that hold the operation. Throws `UserError` does-not-fit. */
export function fitLnzdTree(p: LnzdTreeParameters, explicit: ReadonlySet<string>, operation: NonzerosOperation) {
  const depth = Math.ceil(longestVector(operation) / p.leaves);
  return raised(lnzdTreeSpec, p, explicit, { depth }, () => "use more leaves, or divide the vectors");
}

/** Levels of nodes between the leaves and the root: none for one leaf. */
export function lnzdTreeLevels({ leaves, radix }: Pick<LnzdTreeParameters, "leaves" | "radix">): number {
  let levels = 0;
  for (let streams = leaves; streams > 1; streams = Math.ceil(streams / radix)) levels++;
  return levels;
}

/**
 * Clock edges from the one that takes the command to scan to the one that hands over the end mark, where nothing stalls: one
 * a nonzero, two a level of flags in a leaf, one a level of nodes, and one for the end mark.
 */
export function lnzdTreeCycles(p: LnzdTreeParameters, operation: NonzerosOperation): number {
  const flags = flagLevels({ flags: p.depth, scanWidth: p.scanWidth }).length;
  return nonzerosCycles(2 * flags + lnzdTreeLevels(p) + 1, operation);
}
