import { z } from "zod";
import { roundings } from "../format/fixed.ts";
import { choice, type GeneratorSpec, integer } from "../spec.ts";
import { finerNames, mostFiner, weightFractions } from "./weight-fractions.ts";

export { weightFractions };

/** What a layer is made of. */
export const cellKinds = ["lstm", "gru"] as const;

/** Where the entries of the matrices come from: memories that are loaded once, or a stream, anew in every step. */
export const weightSources = ["memory", "stream"] as const;

/** Where the counts of the columns come from: memories that are loaded once, or a stream, anew in every step. */
export const countSources = ["stored", "stream"] as const;

/**
 * How sigmoid and tanh are looked up: the nearest sample, a straight line between two samples, or, after K-TanH, lines whose slopes
 * are powers of two, so that a shift stands for the multiplier.
 */
export const lookups = ["table", "linear", "k-tanh"] as const;

/** Groups of segments with `lookup` k-tanh: octaves from the end of the range down, and what is below the lowest. */
export const lookupGroups = 8;

const fraction = (preset: number, help: string) =>
  integer({ min: 0, max: 30, default: preset }, { unit: "bit", help: `fraction bits of ${help}` });

const width = (preset: number, help: string) =>
  integer({ min: 2, max: 24, default: preset }, { unit: "bit", help: `width of ${help}` });

/** A range of its own for a matrix: fraction bits that it has more than the coarsest one of its kind. */
const finer = (matrix: string, ofGru?: string) =>
  integer(
    { min: 0, max: mostFiner, default: 0 },
    {
      unit: "bit",
      help: `fraction bits of ${matrix}${ofGru ? `, of a GRU ${ofGru},` : ""} above ${matrix.endsWith("x") ? "inputWeightFraction" : "recurrentWeightFraction"}`,
    },
  );

const schema = z.object({
  pes: integer(
    { min: 1, max: 256, default: 4 },
    { unit: "PE", help: "processing elements of a channel; row i lives on PE i mod pes" },
  ),
  channels: integer(
    { min: 1, max: 32, default: 1 },
    { unit: "channel", help: "sequences computed at once with the same weights" },
  ),
  cell: choice(cellKinds, "lstm", {
    unit: "",
    help: "LSTM or GRU; a GRU resets after the recurrent product (ONNX: linear_before_reset = 1), without peepholes and projection",
  }),
  weightBits: integer({ min: 2, max: 16, default: 12 }, { unit: "bit", help: "width of a signed weight" }),
  indexBits: integer({ min: 1, max: 8, default: 4 }, { unit: "bit", help: "width of a relative row index" }),
  activationBits: width(16, "x, y and m, signed"),
  queueDepth: integer(
    { min: 1, max: 256, default: 8 },
    { unit: "column", help: "depth of each PE's activation queue" },
  ),
  peephole: z.boolean().default(false).meta({ unit: "", help: "gates i, f and o also see the cell state" }),
  projection: integer(
    { min: 0, max: 65536, default: 0 },
    { unit: "output", help: "outputs of the projection y = W_ym m; 0: none, y = m" },
  ),
  biasBits: width(16, "a signed bias"),
  stateBits: width(16, "the cell state c, signed"),
  gateBits: width(16, "the sum that enters sigmoid or tanh, signed"),
  accWidth: integer({ min: 8, max: 48, default: 32 }, { unit: "bit", help: "width of the saturating accumulators" }),
  inputFraction: fraction(11, "x"),
  outputFraction: fraction(12, "y and m"),
  inputWeightFraction: fraction(8, "the coarsest weights of x"),
  recurrentWeightFraction: fraction(11, "the coarsest weights of y"),
  ixFiner: finer("ix", "zx"),
  fxFiner: finer("fx", "rx"),
  gxFiner: finer("gx", "hx"),
  oxFiner: finer("ox"),
  irFiner: finer("ir", "zr"),
  frFiner: finer("fr", "rr"),
  grFiner: finer("gr", "hr"),
  orFiner: finer("or"),
  projectionWeightFraction: fraction(11, "the weights of the projection"),
  peepholeFraction: fraction(10, "the peephole weights, which have weightBits"),
  biasFraction: fraction(11, "the biases"),
  stateFraction: fraction(11, "the cell state"),
  gateFraction: fraction(11, "the sum that enters sigmoid or tanh"),
  accFraction: integer(
    { min: 0, max: 47, default: 23 },
    { unit: "bit", help: "fraction bits of the gate accumulators" },
  ),
  gateOutputFraction: integer(
    { min: 2, max: 22, default: 15 },
    { unit: "bit", help: "fraction bits of what sigmoid and tanh give; one more in width" },
  ),
  rounding: choice(roundings, "nearest", { unit: "", help: "rounding wherever bits are dropped" }),
  lookup: choice(lookups, "table", {
    unit: "",
    help: "sigmoid and tanh: the nearest sample, a line between two samples, or lines by a shift and an addition",
  }),
  tableSize: integer(
    { min: 2, max: 4096, default: 2048 },
    {
      unit: "sample",
      help: "samples of sigmoid and tanh over the positive half (k-tanh: segments, 8 or more); a power of two",
    },
  ),
  tableRange: integer(
    { min: 1, max: 128, default: 8 },
    { unit: "", help: "end of the sampled range of sigmoid and tanh; a power of two" },
  ),
  blocks: integer(
    { min: 1, max: 16, default: 2 },
    { unit: "block", help: "parts into which a PE's rows of a gate are cut, each with its own count of entries" },
  ),
  rowDepth: integer(
    { min: 2, max: 4096, default: 16 },
    { unit: "row", help: "rows of each gate, and outputs, held per PE; a power of two" },
  ),
  inputDepth: integer({ min: 1, max: 4096, default: 16 }, { unit: "input", help: "elements of x held per PE" }),
  layers: integer(
    { min: 1, max: 16, default: 1 },
    {
      unit: "layer",
      help: "stacked layers whose y, c, biases and peephole weights are held; y of each is x of the next",
    },
  ),
  columnDepth: integer(
    { min: 2, max: 65536, default: 256 },
    {
      unit: "column",
      help: "columns of all matrices: inputs + outputs, and with a projection cells (counts=stored only)",
    },
  ),
  weights: choice(weightSources, "memory", {
    unit: "",
    help: "entries stay in memories of the PEs, or come in by a stream in every step",
  }),
  weightQueueDepth: integer(
    { min: 1, max: 4096, default: 64 },
    { unit: "entry", help: "entries that each PE holds ahead of their use (weights=stream only)" },
  ),
  counts: choice(countSources, "stored", {
    unit: "",
    help: "each column's counts of entries stay in memories of the PEs, or come in by a stream in every step",
  }),
  countWords: integer(
    { min: 1, max: 256, default: 1 },
    {
      unit: "word",
      help: "words in which the counts of a column come, of pes / countWords PEs each (counts=stream only)",
    },
  ),
  countQueueDepth: integer(
    { min: 1, max: 256, default: 4 },
    { unit: "column", help: "columns whose counts are held ahead of their broadcast (counts=stream only)" },
  ),
  entryDepth: integer(
    { min: 2, max: 1048576, default: 4096 },
    { unit: "entry", help: "matrix entries held per PE (weights=memory only)" },
  ),
});

export type EseParameters = z.infer<typeof schema>;

const powerOfTwo = (n: number) => Number.isInteger(Math.log2(n));

/** Fraction bits of a table index: the samples stand 2^-n apart. */
export function sampleFraction({ tableSize, tableRange }: Pick<EseParameters, "tableSize" | "tableRange">): number {
  return Math.log2(tableSize / tableRange);
}

/** Segments of a column: the blocks of all gates, four of an LSTM and three of a GRU. */
export function segmentsOf({ cell, blocks }: Pick<EseParameters, "cell" | "blocks">): number {
  return (cell === "gru" ? 3 : 4) * blocks;
}

/** Elements of y: the projection's, or one a cell. */
export function outputCount({ projection }: Pick<EseParameters, "projection">, cells: number): number {
  return projection > 0 ? projection : cells;
}

/** Fraction bits of the coarsest argument of sigmoid or tanh: the state of an LSTM goes through tanh, too. */
function coarsestArgument({ cell, gateFraction, stateFraction }: EseParameters): number {
  return cell === "gru" ? gateFraction : Math.min(gateFraction, stateFraction);
}

/** Exact sums stay below 2^53, so that they are exact in doubles as well. */
const mostTermBits = 50;

/** ESE (Han et al., FPGA 2017): an LSTM or a GRU with sparse weights; the numbers are those of docs/ese-numerics.md. */
export const eseSpec: GeneratorSpec<EseParameters> = {
  name: "ese",
  summary: "ESE: LSTM or GRU with sparse, 12-bit weights on many processing elements (Han et al., FPGA 2017)",
  schema,
  rules: [
    {
      parameters: ["peephole", "cell"],
      rule: "a GRU has no peepholes",
      holds: (p) => p.cell === "lstm" || !p.peephole,
    },
    {
      parameters: ["projection", "cell"],
      rule: "a GRU has no projection",
      holds: (p) => p.cell === "lstm" || p.projection === 0,
    },
    {
      parameters: ["cell", "oxFiner", "orFiner"],
      rule: "a GRU has three gates: oxFiner and orFiner are 0",
      holds: (p) => p.cell === "lstm" || (p.oxFiner === 0 && p.orFiner === 0),
    },
    {
      parameters: ["tableSize", "tableRange"],
      rule: "tableSize and tableRange are powers of two, tableSize no less than tableRange",
      holds: (p) => powerOfTwo(p.tableSize) && powerOfTwo(p.tableRange) && p.tableSize >= p.tableRange,
    },
    {
      parameters: ["tableSize", "tableRange", "gateFraction", "stateFraction"],
      rule: "samples stand at least 2^-gateFraction and, in an LSTM, 2^-stateFraction apart",
      holds: (p) => sampleFraction(p) <= coarsestArgument(p),
    },
    {
      parameters: ["lookup", "tableSize", "tableRange", "gateFraction", "stateFraction"],
      rule: "k-tanh: tableSize is at least 8, and tableSize / tableRange at most 2^(gateFraction - 4) and, in an LSTM, 2^(stateFraction - 4)",
      holds: (p) =>
        p.lookup !== "k-tanh" || (p.tableSize >= lookupGroups && sampleFraction(p) + 4 <= coarsestArgument(p)),
    },
    {
      parameters: ["tableRange", "gateBits", "gateFraction", "stateBits", "stateFraction"],
      rule: "gateBits and, in an LSTM, stateBits reach tableRange: 2^(bits - 1 - fraction) is no less than it",
      holds: (p) =>
        2 ** (p.gateBits - 1 - p.gateFraction) >= p.tableRange &&
        (p.cell === "gru" || 2 ** (p.stateBits - 1 - p.stateFraction) >= p.tableRange),
    },
    {
      parameters: ["stateBits", "stateFraction"],
      rule: "stateBits is above stateFraction",
      holds: (p) => p.stateBits > p.stateFraction,
    },
    {
      parameters: ["gateOutputFraction", "stateBits", "stateFraction"],
      rule: `products of gates and state have at most ${mostTermBits} bits: stateBits - stateFraction + 2 gateOutputFraction`,
      holds: (p) => p.stateBits - p.stateFraction + 2 * p.gateOutputFraction <= mostTermBits,
    },
    {
      parameters: [
        "gateOutputFraction",
        "gateBits",
        "gateFraction",
        "accWidth",
        "accFraction",
        "biasBits",
        "biasFraction",
      ],
      rule: `in a GRU accumulators, biases and gate sums have at most ${mostTermBits} bits at accFraction, and at gateOutputFraction + gateFraction, fraction bits`,
      holds: (p) =>
        p.cell === "lstm" ||
        Math.max(p.accFraction, p.gateOutputFraction + p.gateFraction) +
          Math.max(p.accWidth - p.accFraction, p.biasBits - p.biasFraction, p.gateBits - p.gateFraction) <=
          mostTermBits,
    },
    {
      parameters: [
        ...(["accFraction", "inputFraction", "outputFraction"] as const),
        ...(["inputWeightFraction", "recurrentWeightFraction"] as const),
        ...finerNames.input,
        ...finerNames.recurrent,
      ],
      rule: "accFraction holds the products: no less than inputFraction + inputWeightFraction and outputFraction + recurrentWeightFraction, each with the bits of its finest matrix",
      holds: (p) =>
        p.accFraction >= p.inputFraction + Math.max(...weightFractions(p).input) &&
        p.accFraction >= p.outputFraction + Math.max(...weightFractions(p).recurrent),
    },
    {
      parameters: ["accFraction", "biasFraction", "peepholeFraction", "stateFraction", "gateFraction"],
      rule: "accFraction is no less than biasFraction, gateFraction and, with peepholes, peepholeFraction + stateFraction",
      holds: (p) =>
        p.accFraction >=
        Math.max(p.biasFraction, p.gateFraction, p.peephole ? p.peepholeFraction + p.stateFraction : 0),
    },
    {
      parameters: ["accFraction", "activationBits", "weightBits", "biasBits", "stateBits"],
      rule: `products and biases have at most ${mostTermBits} bits at accFraction fraction bits`,
      holds: (p) =>
        Math.max(
          p.activationBits + p.weightBits + p.accFraction - p.inputFraction - p.inputWeightFraction,
          p.activationBits + p.weightBits + p.accFraction - p.outputFraction - p.recurrentWeightFraction,
          p.biasBits + p.accFraction - p.biasFraction,
          p.peephole ? p.stateBits + p.weightBits + p.accFraction - p.peepholeFraction - p.stateFraction : 0,
        ) <= mostTermBits,
    },
    {
      parameters: ["accWidth", "accFraction", "projectionWeightFraction"],
      rule: "accWidth is above accFraction and projectionWeightFraction",
      holds: (p) => p.accWidth > Math.max(p.accFraction, p.projectionWeightFraction),
    },
    {
      parameters: ["gateOutputFraction", "stateFraction", "outputFraction"],
      rule: "gateOutputFraction is no less than stateFraction and outputFraction",
      holds: (p) => p.gateOutputFraction >= Math.max(p.stateFraction, p.outputFraction),
    },
    {
      parameters: ["activationBits", "inputFraction", "outputFraction"],
      rule: "activationBits is above inputFraction and outputFraction",
      holds: (p) => p.activationBits > Math.max(p.inputFraction, p.outputFraction),
    },
    {
      parameters: [
        "weightBits",
        "inputWeightFraction",
        "recurrentWeightFraction",
        "projectionWeightFraction",
        "peepholeFraction",
        ...finerNames.input,
        ...finerNames.recurrent,
      ],
      rule: "weightBits is above the fraction bits of all weights",
      holds: (p) => {
        const { input, recurrent } = weightFractions(p);
        return p.weightBits > Math.max(...input, ...recurrent, p.projectionWeightFraction, p.peepholeFraction);
      },
    },
    {
      parameters: ["biasBits", "biasFraction"],
      rule: "biasBits is above biasFraction",
      holds: (p) => p.biasBits > p.biasFraction,
    },
    {
      parameters: ["rowDepth", "blocks"],
      rule: "rowDepth and blocks are powers of two, blocks at most half of rowDepth",
      holds: (p) => powerOfTwo(p.rowDepth) && powerOfTwo(p.blocks) && 2 * p.blocks <= p.rowDepth,
    },
    {
      parameters: ["counts", "countWords", "pes"],
      rule: "counts=stream: countWords divides pes",
      holds: (p) => p.counts === "stored" || p.pes % p.countWords === 0,
    },
  ],
  presets: {
    small: {
      summary: "two PEs with tiny memories and tables, quick to simulate",
      parameters: { pes: 2, queueDepth: 2, rowDepth: 4, inputDepth: 4, columnDepth: 16, entryDepth: 64, tableSize: 64 },
    },
    gru: {
      summary: "two stacked layers of a GRU, 64 inputs and 128 cells each, on 8 PEs; its state of 20 bits",
      parameters: {
        cell: "gru",
        pes: 8,
        layers: 2,
        outputFraction: 14,
        stateBits: 20,
        stateFraction: 18,
        accFraction: 25,
        gateOutputFraction: 18,
        inputDepth: 8,
        columnDepth: 512,
      },
    },
    paper: {
      summary: "a channel of the paper: 32 PEs for the Google LSTM, 153 inputs, 1,024 cells, 512 outputs",
      parameters: {
        pes: 32,
        peephole: true,
        projection: 512,
        queueDepth: 8,
        rowDepth: 32,
        inputDepth: 8,
        columnDepth: 2048,
        entryDepth: 16384,
      },
    },
  },
};

/** The same engine behind AXI4-Lite registers and AXI streams. */
export const eseAxiSpec: GeneratorSpec<EseParameters> = {
  ...eseSpec,
  name: "eseaxi",
  summary: "The engine of ese as software sees it: AXI4-Lite registers, AXI streams in and out, an interrupt",
};
