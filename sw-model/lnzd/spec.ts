import { z } from "zod";
import { choice, type GeneratorSpec, integer } from "../spec.ts";

/**
 * How the levels of a leading-nonzero tree divide. "uniform": `radix` children everywhere. The others are mixes found by
 * synthesis: the smallest in look-up tables on xc7 and ice40, in NAND gates at the least depth, and in NAND gates at any depth.
 */
export const lnzdStructures = ["uniform", "xc7", "ice40", "gates", "gates-small"] as const;

export type LnzdStructure = (typeof lnzdStructures)[number];

const usualRadix = 4;

const schema = z.object({
  inputs: integer({ min: 1, max: 1024, default: 16 }, { unit: "value", help: "values that are searched at once" }),
  width: integer({ min: 1, max: 64, default: 16 }, { unit: "bit", help: "width of each unsigned value" }),
  value: z
    .boolean()
    .default(true)
    .meta({ unit: "", help: "give the value beside its index; width 1 without it searches bits" }),
  structure: choice(lnzdStructures, "uniform", {
    unit: "",
    help: "uniform: every node has radix children; else the mix of nodes that is smallest on that target",
  }),
  radix: integer(
    { min: 2, max: 1024, default: usualRadix },
    { unit: "child", help: "children of a node (structure uniform only)" },
  ),
  levelsPerStage: integer(
    { min: 0, max: 10, default: 0 },
    { unit: "level", help: "tree levels between registers; 0: combinational, no registers" },
  ),
});

export type LnzdParameters = z.infer<typeof schema>;

/** Leading-nonzero detector of EIE (section IV): finds the first nonzero among `inputs` values. */
export const lnzdSpec: GeneratorSpec<LnzdParameters> = {
  name: "lnzd",
  summary: "leading-nonzero detector: first nonzero of a vector, its index and value (EIE, section IV)",
  schema,
  rules: [
    {
      parameters: ["radix", "structure"],
      rule: `radix stays ${usualRadix} unless structure is uniform: the other structures bring their own`,
      holds: (p) => p.structure === "uniform" || p.radix === usualRadix,
    },
  ],
  presets: {
    small: { summary: "two inputs of four bits", parameters: { inputs: 2, width: 4 } },
    paper: { summary: "one node of EIE's quadtree: four activations of 16 bits", parameters: { inputs: 4, width: 16 } },
    bits: {
      summary: "first one of 64 bits, index only, smallest on xc7",
      parameters: { inputs: 64, width: 1, value: false, structure: "xc7" },
    },
  },
};

/** Children of the nodes by level, from the leaves up, for trees of up to 4, 16, 64 and 256 leaves. */
const mixes: Readonly<Record<Exclude<LnzdStructure, "uniform">, readonly (readonly number[])[]>> = {
  xc7: [[4], [4, 2, 2], [2, 2, 2, 2, 2, 2], [4, 2, 4, 2, 4]],
  ice40: [[4], [4, 2, 2], [2, 2, 4, 2, 2], [2, 2, 2, 2, 2, 2, 4]],
  gates: [[4], [8, 2], [16, 4], [16, 4, 4]],
  "gates-small": [[4], [2, 4, 2], [2, 16, 2], [2, 64, 2]],
};

/** Children of a node of each level of the tree, from the leaves up; none where there is one leaf. */
export function lnzdRadices({ inputs, structure, radix }: Pick<LnzdParameters, "inputs" | "structure" | "radix">) {
  const mix =
    structure === "uniform" ? [] : (mixes[structure][Math.ceil(Math.log2(inputs) / 2) - 1] ?? mixes[structure][3]);
  const radices: number[] = [];
  for (let reach = 1; reach < inputs; reach *= radices[radices.length - 1]) {
    radices.push(structure === "uniform" ? radix : (mix[radices.length] ?? 4));
  }
  return radices;
}

/** Clock edges from a vector to its result: a register stands after every `levelsPerStage` levels. */
export function lnzdLatency(parameters: LnzdParameters): number {
  const { levelsPerStage } = parameters;
  return levelsPerStage === 0 ? 0 : Math.floor(lnzdRadices(parameters).length / levelsPerStage);
}

/**
 * How many flags there are on each level of a search that looks at up to `scanWidth` in a cycle, the lowest level first: each
 * level above has a flag for every `scanWidth` below it.
 */
export function flagLevels({ flags, scanWidth }: { readonly flags: number; readonly scanWidth: number }): number[] {
  const sizes = [flags];
  while (sizes[sizes.length - 1] > scanWidth) sizes.push(Math.ceil(sizes[sizes.length - 1] / scanWidth));
  return sizes;
}
