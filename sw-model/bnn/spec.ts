import { z } from "zod";
import { choice, type GeneratorSpec, integer, integers } from "../spec.ts";
import { arrayStructures, popcountLevels, resultKinds, structureMeta } from "../xnor/spec.ts";

/** How dot products are scaled. */
export const scalings = ["none", "shift", "multiply"] as const;
export type Scaling = (typeof scalings)[number];

/** Layers that a pipeline can have. */
export const mostLayers = 16;
const one = "one a layer, or one for all";

const schema = z.object({
  pes: integers(
    { min: 1, max: 1024, most: mostLayers, default: [8, 8, 8] },
    { unit: "PE", help: `processing elements of each layer: weight rows at once; ${one}` },
  ),
  lanes: integers(
    { min: 1, max: 4096, most: mostLayers, default: [64] },
    { unit: "bit", help: `bits of a vector that a layer takes in a cycle; ${one}` },
  ),
  weightDepth: integers(
    { min: 1, max: 1048576, most: mostLayers, default: [512] },
    { unit: "word", help: `words of \`lanes\` weights held per PE: row folds times column folds; ${one}` },
  ),
  rowDepth: integers(
    { min: 1, max: 65536, most: mostLayers, default: [32] },
    { unit: "row", help: `thresholds held per PE: the most row folds; ${one}` },
  ),
  inputDepth: integers(
    { min: 4, max: 65536, most: mostLayers, default: [32] },
    { unit: "word", help: `words of \`lanes\` bits in a layer's input buffer: two vectors; ${one}` },
  ),
  inputBits: integer(
    { min: 1, max: 8, default: 1 },
    { unit: "bit", help: "precision of the inputs of the first layer at most: 1 for bits that mean +1 and -1" },
  ),
  results: choice(resultKinds, "both", {
    unit: "",
    help: "what the last layer has hardware for: thresholded bits, dot products, or both (the operation chooses)",
  }),
  scaling: choice(scalings, "none", {
    unit: "",
    help: "what scales the last layer's dot products (batch normalisation): shift by powers of two, multiply, or none",
  }),
  scaleBits: integer({ min: 2, max: 16, default: 8 }, { unit: "bit", help: "of a scaling factor, signed" }),
  offsetBits: integer({ min: 1, max: 32, default: 16 }, { unit: "bit", help: "of the offset added to it, signed" }),
  structure: choice(arrayStructures, "carry-counters", structureMeta),
  popcountLevels: popcountLevels(),
});

export type BnnParameters = z.infer<typeof schema>;

/** The parameters that are lists with a value a layer. */
export const layerLists = ["pes", "lanes", "weightDepth", "rowDepth", "inputDepth"] as const;

/** The number of layers: as many as the longest list has. */
export function layerCount(p: Pick<BnnParameters, (typeof layerLists)[number]>): number {
  return Math.max(...layerLists.map((name) => p[name].length));
}

/** The value of a list for each of `layers` layers. */
export function perLayer(list: readonly number[], layers: number): number[] {
  return Array.from({ length: layers }, (_, i) => list[list.length === 1 ? 0 : i]);
}

/** Binarised network as a pipeline of matrix-vector-threshold units (FINN, Umuroglu et al., FPGA 2017, figure 4). */
export const bnnSpec: GeneratorSpec<BnnParameters> = {
  name: "bnn",
  summary: "binary network: a pipeline of matrix-vector-threshold units, each with its own folding (FINN)",
  schema,
  rules: [
    ...layerLists.map((name) => ({
      parameters: [name, ...layerLists.filter((other) => other !== name)] as const,
      rule: `${name} has one value, or as many as the longest list: one a layer`,
      holds: (p: BnnParameters) => [1, layerCount(p)].includes(p[name].length),
    })),
    {
      parameters: ["scaling", "results"],
      rule: "scaling is none where results are bits: there are no dot products to scale",
      holds: (p) => p.scaling === "none" || p.results !== "bits",
    },
    {
      parameters: ["pes", "lanes"],
      rule: "pes of a layer divides lanes of the next layer, or the other way round: words are gathered or split whole",
      holds: (p) => {
        const layers = layerCount(p);
        const [pes, lanes] = [perLayer(p.pes, layers), perLayer(p.lanes, layers)];
        return pes.slice(0, -1).every((from, i) => from % lanes[i + 1] === 0 || lanes[i + 1] % from === 0);
      },
    },
  ],
  presets: {
    small: {
      summary: "two layers with tiny arrays and memories",
      parameters: { pes: [2, 2], lanes: [4, 2], weightDepth: [64], rowDepth: [8], inputDepth: [16] },
    },
    sfc: {
      summary: "784-256-256-256-10 as FINN's SFC, a digit every 128 cycles",
      parameters: {
        pes: [32, 16, 16, 2],
        lanes: [49, 32, 32, 16],
        weightDepth: [128],
        rowDepth: [16],
        inputDepth: [32],
        results: "dots",
      },
    },
    lfc: {
      summary: "784-1024-1024-1024-10 with the arrays of FINN's LFC on a Zynq-7020, a digit every 512 cycles or less",
      parameters: {
        pes: [32, 64, 32, 16],
        lanes: [64, 32, 64, 8],
        weightDepth: [512],
        rowDepth: [32],
        inputDepth: [256],
        results: "dots",
      },
    },
  },
};
