import { z } from "zod";
import { choice, type GeneratorSpec, integer } from "../spec.ts";

const schema = z.object({
  rows: integer({ min: 1, max: 64, default: 4 }, { unit: "unit", help: "weight rows that are multiplied at once" }),
  cols: integer({ min: 1, max: 64, default: 4 }, { unit: "unit", help: "input vectors that are multiplied at once" }),
  lanes: integer({ min: 1, max: 1024, default: 64 }, { unit: "bit", help: "bits of a plane taken in a cycle" }),
  weightBits: integer({ min: 1, max: 16, default: 8 }, { unit: "bit", help: "largest precision of the weights" }),
  inputBits: integer({ min: 1, max: 16, default: 8 }, { unit: "bit", help: "largest precision of the inputs" }),
  schedule: choice(["serial", "parallel"], "serial", {
    unit: "",
    help: "a pair of planes a cycle, or all pairs in each cycle",
  }),
  popcount: choice(["full-adders", "adders", "carry-counters"], "full-adders", {
    unit: "",
    help: "what counts ones: for gates; for tables of four inputs (iCE40); for tables of six inputs (7 series)",
  }),
  accWidth: integer({ min: 4, max: 48, default: 32 }, { unit: "bit", help: "width of accumulators and results" }),
  scaleBits: integer(
    { min: 1, max: 24, default: 16 },
    { unit: "bit", help: "width of the two scales of ternary weights; 1 needs no multiplier" },
  ),
  weightDepth: integer(
    { min: 1, max: 65536, default: 512 },
    { unit: "word", help: "weight words held a row of units" },
  ),
  inputDepth: integer(
    { min: 1, max: 65536, default: 128 },
    { unit: "word", help: "input words held a column of units in each of two halves" },
  ),
  rowDepth: integer({ min: 1, max: 65536, default: 64 }, { unit: "row", help: "weight rows held a row of units" }),
});

export type PlanesParameters = z.infer<typeof schema>;

/** Matrix products of few-bit integers by bit planes, after BISMO (Umuroglu et al., FPL 2018). */
export const planesSpec: GeneratorSpec<PlanesParameters> = {
  name: "planes",
  summary: "matrix product of few-bit integers by bit planes, precision at run time (BISMO), ternary weights (TTQ)",
  schema,
  rules: [
    {
      parameters: ["scaleBits", "accWidth"],
      rule: "scaleBits is below accWidth: a scale must fit a result",
      holds: (p) => p.scaleBits < p.accWidth,
    },
  ],
  presets: {
    small: {
      summary: "two by two units of eight lanes, up to four bits",
      parameters: {
        rows: 2,
        cols: 2,
        lanes: 8,
        weightBits: 4,
        inputBits: 4,
        weightDepth: 64,
        inputDepth: 32,
        rowDepth: 8,
      },
    },
    bismo: {
      summary: "the array of BISMO's largest cost figure: 8 by 8 units of 256 lanes, no ternary scales",
      parameters: {
        rows: 8,
        cols: 8,
        lanes: 256,
        popcount: "carry-counters",
        scaleBits: 1,
        weightDepth: 1024,
        inputDepth: 512,
        rowDepth: 128,
      },
    },
    ternary: {
      summary: "ternary weights on 8-bit inputs (TTQ)",
      parameters: { rows: 8, cols: 1, lanes: 64, weightBits: 1, inputBits: 8, scaleBits: 16 },
    },
  },
};
