import { z } from "zod";
import { roundings } from "../format/fixed.ts";
import { choice, type GeneratorSpec, integer } from "../spec.ts";

const schema = z.object({
  pes: integer(
    { min: 1, max: 256, default: 4 },
    { unit: "PE", help: "processing elements; row i lives on PE i mod pes" },
  ),
  clusterPes: integer(
    { min: 1, max: 256, default: 64 },
    {
      unit: "PE",
      help: "PEs that a broadcast reaches in one cycle; an array of more has clusters of so many, with registers between them",
    },
  ),
  queueDepth: integer({ min: 1, max: 256, default: 8 }, { unit: "activation", help: "depth of each PE's input queue" }),
  weightBits: integer({ min: 1, max: 8, default: 4 }, { unit: "bit", help: "width of a weight code" }),
  indexBits: integer({ min: 1, max: 8, default: 4 }, { unit: "bit", help: "width of a relative row index" }),
  codebookBits: integer({ min: 2, max: 32, default: 16 }, { unit: "bit", help: "width of a signed codebook value" }),
  activationBits: integer({ min: 2, max: 32, default: 16 }, { unit: "bit", help: "width of a signed activation" }),
  accWidth: integer({ min: 4, max: 64, default: 40 }, { unit: "bit", help: "width of the saturating accumulator" }),
  productShift: integer({ min: 0, max: 48, default: 0 }, { unit: "bit", help: "low bits cut from each product" }),
  productStages: integer(
    { min: 1, max: 2, default: 1 },
    {
      unit: "stage",
      help: "clocks that a product takes: 1, or 2 with the halves of a weight multiplied in the first and summed in the second",
    },
  ),
  dropBits: integer({ min: 0, max: 48, default: 8 }, { unit: "bit", help: "low bits dropped at write-back" }),
  rounding: choice(roundings, "nearest", { unit: "", help: "rounding of the bits dropped at write-back" }),
  entryDepth: integer({ min: 8, max: 1048576, default: 4096 }, { unit: "entry", help: "matrix entries held per PE" }),
  columnDepth: integer(
    { min: 2, max: 65536, default: 1024 },
    { unit: "pointer", help: "column pointers held per PE, one more than the columns of each stored layer" },
  ),
  activationDepth: integer(
    { min: 1, max: 65536, default: 64 },
    { unit: "activation", help: "activations held per PE in each of the two activation memories" },
  ),
  vectorDepth: integer(
    { min: 0, max: 65536, default: 0 },
    {
      unit: "activation",
      help: "activations held per PE in the memory of inputs and results, where that is not activationDepth (0)",
    },
  ),
  activationBanks: integer(
    { min: 1, max: 16, default: 1 },
    {
      unit: "bank",
      help: "banks in which accumulators and activations lie; a row of results of each is written back in a cycle; a power of two",
    },
  ),
  entriesPerWord: integer(
    { min: 1, max: 16, default: 8 },
    { unit: "entry", help: "entries in one word of the matrix memory; a power of two" },
  ),
  balance: z.boolean().default(false).meta({
    unit: "",
    help: "rows may live on other PEs, by a rotation of each row of results that the encoder chooses and write-back undoes",
  }),
  counters: z.boolean().default(false).meta({
    unit: "",
    help: "counters of cycles, entries, padding, blocked broadcasts and saturations of the last run of each layer, as ports",
  }),
  counterBits: integer(
    { min: 4, max: 40, default: 40 },
    { unit: "bit", help: "width of each of these counters; one that is full stays at its largest value" },
  ),
  codebooks: integer(
    { min: 1, max: 16, default: 4 },
    { unit: "codebook", help: "codebooks held, one a chained layer" },
  ),
  layers: integer({ min: 1, max: 64, default: 8 }, { unit: "layer", help: "layer descriptors held" }),
});

export type EieParameters = z.infer<typeof schema>;

/** Clusters of an array, at most. */
export const mostClusters = 16;

/** Into how many clusters an array is divided; all but the last have `clusterPes` PEs. */
export function clusterCount({ pes, clusterPes }: Pick<EieParameters, "pes" | "clusterPes">): number {
  return Math.ceil(pes / clusterPes);
}

/** Activations that a PE holds as inputs and results; its accumulators are `activationDepth`. */
export function vectorRows({ vectorDepth, activationDepth }: EieParameters): number {
  return vectorDepth === 0 ? activationDepth : vectorDepth;
}

/** Efficient inference engine (Han et al., ISCA 2016): sparse, weight-shared matrix times sparse vector on many PEs. */
export const eieSpec: GeneratorSpec<EieParameters> = {
  name: "eie",
  summary: "EIE: compressed sparse matrix times sparse vector on many processing elements (Han et al., ISCA 2016)",
  schema,
  rules: [
    {
      parameters: ["clusterPes", "pes"],
      rule: `pes is at most ${mostClusters} times clusterPes`,
      holds: (p) => p.pes <= mostClusters * p.clusterPes,
    },
    {
      parameters: ["dropBits", "accWidth"],
      rule: "dropBits is below accWidth: something of the accumulator must remain",
      holds: (p) => p.dropBits < p.accWidth,
    },
    {
      parameters: ["productShift", "codebookBits", "activationBits"],
      rule: "productShift is below codebookBits + activationBits, the width of a product",
      holds: (p) => p.productShift < p.codebookBits + p.activationBits,
    },
    {
      parameters: ["accWidth", "activationBits"],
      rule: "accWidth is at least activationBits: the accumulator can hold an activation",
      holds: (p) => p.accWidth >= p.activationBits,
    },
    {
      parameters: ["entriesPerWord"],
      rule: "entriesPerWord is a power of two",
      holds: (p) => (p.entriesPerWord & (p.entriesPerWord - 1)) === 0,
    },
    {
      parameters: ["activationBanks"],
      rule: "activationBanks is a power of two",
      holds: (p) => (p.activationBanks & (p.activationBanks - 1)) === 0,
    },
    {
      parameters: ["activationDepth", "activationBanks"],
      rule: "activationDepth is a multiple of activationBanks: the banks are equally large",
      holds: (p) => p.activationDepth % p.activationBanks === 0,
    },
    {
      parameters: ["vectorDepth", "activationBanks"],
      rule: "vectorDepth is a multiple of activationBanks: the banks are equally large",
      holds: (p) => p.vectorDepth % p.activationBanks === 0,
    },
    {
      parameters: ["entryDepth", "entriesPerWord"],
      rule: "entryDepth is a multiple of entriesPerWord: the memory holds whole words",
      holds: (p) => p.entryDepth % p.entriesPerWord === 0,
    },
  ],
  presets: {
    small: {
      summary: "two PEs with tiny memories, quick to simulate",
      parameters: {
        pes: 2,
        queueDepth: 2,
        entryDepth: 64,
        columnDepth: 16,
        activationDepth: 8,
        codebooks: 2,
        layers: 2,
      },
    },
    paper: {
      summary:
        "the paper, section VI: 64 PEs, 128 KB of entries, 32 KB of pointers, 2 KB of activations each; arithmetic of 16 bits",
      parameters: {
        pes: 64,
        queueDepth: 8,
        weightBits: 4,
        indexBits: 4,
        codebookBits: 16,
        activationBits: 16,
        // A product of a weight with 12 fractional bits and an activation comes back to the activation's format at once.
        accWidth: 16,
        productShift: 12,
        // At 45 nm a product of 16 bits takes longer than a cycle of 800 MHz.
        productStages: 2,
        dropBits: 0,
        entriesPerWord: 8,
        entryDepth: 131072,
        columnDepth: 16384,
        activationDepth: 64,
        vectorDepth: 1024,
        activationBanks: 4,
        balance: true,
        codebooks: 1,
      },
    },
    fpga: {
      summary:
        "32 PEs whose memories fill block RAM of an FPGA of medium size: 32 KB of entries and 4,096 pointers each",
      parameters: {
        pes: 32,
        queueDepth: 16,
        accWidth: 32,
        entriesPerWord: 8,
        entryDepth: 32768,
        columnDepth: 4096,
        activationDepth: 128,
        vectorDepth: 1024,
        balance: true,
        codebooks: 4,
      },
    },
  },
};

/** The same array behind AXI4-Lite registers and AXI streams, with counters unless they are left out. */
export const eieAxiSpec: GeneratorSpec<EieParameters> = {
  ...eieSpec,
  name: "eieaxi",
  summary: "The array of eie as software sees it: AXI4-Lite registers, AXI streams in and out, an interrupt",
  schema: schema.extend({
    counters: schema.shape.counters
      .removeDefault()
      .default(true)
      .meta(schema.shape.counters.meta() ?? {}),
  }),
};
