import { z } from "zod";
import { type GeneratorSpec, integer, type ParameterRule } from "../spec.ts";
import { bWidthField, bWidthRule, macFields, macRules } from "../srmac/spec.ts";

const schema = z.object({
  rows: integer({ min: 1, max: 64, default: 4 }, { unit: "MAC", help: "rows of the array" }),
  cols: integer(
    { min: 1, max: 64, default: 4 },
    { unit: "MAC", help: "columns of the array, each with one rounding unit" },
  ),
  ...macFields,
  bWidth: bWidthField,
  edgeDepth: integer(
    { min: 0, max: 1024, default: 0 },
    {
      unit: "word",
      help: "depth of a queue at each edge, for operands of two streams, a and b; 0: one stream, no queue",
    },
  ),
});

type Parsed = z.infer<typeof schema>;

/** Those of an array; without `edgeDepth` it has no queues at its edges. */
export type SystolicParameters = Omit<Parsed, "edgeDepth"> & Partial<Pick<Parsed, "edgeDepth">>;

/** A queue of one word would let a word through at every other edge only. */
const edgeRule: ParameterRule<SystolicParameters> = {
  parameters: ["edgeDepth"],
  rule: "edgeDepth is 0, for no queues, or 2 or more: a queue of one word passes one at every other clock",
  holds: ({ edgeDepth }) => edgeDepth !== 1,
};

/** Output-stationary systolic array of Gupta et al. (ICML 2015, section 5): C = A B, a rounding unit a column. */
export const systolicSpec: GeneratorSpec<SystolicParameters> = {
  name: "systolic",
  summary: "systolic array: product of matrices of any size, one rounding unit a column (Gupta et al. 2015)",
  schema,
  rules: [bWidthRule, edgeRule, ...macRules],
  presets: {
    small: {
      summary: "2 x 2 multiply-accumulates of 8-bit operands",
      parameters: { rows: 2, cols: 2, width: 8, accWidth: 20, dropBits: 4, outWidth: 8, lfsrWidth: 8 },
    },
    paper: {
      summary:
        "28 x 28 multiply-accumulates of 16-bit words with 48-bit accumulators, LFSRs as wide as what is dropped",
      parameters: { rows: 28, cols: 28, width: 16, accWidth: 48, dropBits: 8, outWidth: 16, lfsrWidth: 8 },
    },
  },
};
