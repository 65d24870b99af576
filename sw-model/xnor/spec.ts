import { z } from "zod";
import { choice, type GeneratorSpec, integer } from "../spec.ts";

/** What a matrix-vector-threshold unit gives of each weight row. */
export const resultKinds = ["both", "bits", "dots"] as const;
export type ResultKind = (typeof resultKinds)[number];

/** Structures of the popcount; the first suits 7 series, the last is instances of that family's LUT6_2. */
export const popcountStructures = ["carry-counters", "adders", "full-adders", "dual-tables"] as const;

/** Those, and targets: what suits a whole array there. */
export const arrayStructures = [...popcountStructures, "xc7", "ice40", "gates"] as const;
export type ArrayStructure = (typeof arrayStructures)[number];

export const structureMeta = {
  unit: "",
  help: "how bits are counted: carry-counters; adders; full-adders, the shortest paths in gates; dual-tables of LUT6_2; or a target: what suits an array there",
};

/** Registers inside a popcount, for speed. */
export const popcountLevels = () =>
  integer(
    { min: 0, max: 64, default: 0 },
    {
      unit: "level",
      help: "levels of counters (on FPGAs look-up tables) between two registers inside a popcount; 0 for no registers",
    },
  );

const schema = z.object({
  rows: integer({ min: 1, max: 1024, default: 8 }, { unit: "PE", help: "processing elements: weight rows at once" }),
  lanes: integer({ min: 1, max: 4096, default: 64 }, { unit: "bit", help: "bits of a vector taken in a cycle" }),
  weightDepth: integer(
    { min: 1, max: 1048576, default: 512 },
    { unit: "word", help: "words of `lanes` weights held per PE: row folds times column folds" },
  ),
  rowDepth: integer(
    { min: 1, max: 65536, default: 32 },
    { unit: "row", help: "thresholds held per PE: the most row folds" },
  ),
  inputDepth: integer(
    { min: 4, max: 65536, default: 32 },
    { unit: "word", help: "words of `lanes` bits in the input buffer: two vectors" },
  ),
  results: choice(resultKinds, "both", {
    unit: "",
    help: "hardware for thresholded bits, for dot products, or for both (the operation chooses)",
  }),
  structure: choice(arrayStructures, "carry-counters", structureMeta),
  popcountLevels: popcountLevels(),
});

export type XnorParameters = z.infer<typeof schema>;

/** Matrix-vector-threshold unit of FINN (Umuroglu et al., FPGA 2017, section 4): weights of one bit, popcount, threshold. */
export const xnorSpec: GeneratorSpec<XnorParameters> = {
  name: "xnor",
  summary:
    "XNOR array: binary matrix times binary vector, popcount and threshold (FINN's matrix-vector-threshold unit)",
  schema,
  rules: [],
  presets: {
    small: {
      summary: "two processing elements of four lanes with tiny memories",
      parameters: { rows: 2, lanes: 4, weightDepth: 64, rowDepth: 8, inputDepth: 16 },
    },
    layer: {
      summary: "a hidden layer of 1,024 by 1,024 as in FINN's LFC: 32 processing elements of 64 lanes",
      parameters: { rows: 32, lanes: 64, weightDepth: 512, rowDepth: 32, inputDepth: 32, results: "bits" },
    },
  },
};
