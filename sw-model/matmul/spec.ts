import { z } from "zod";
import { type GeneratorSpec, integer } from "../spec.ts";
import { bWidthField, bWidthRule, macFields, macRules } from "../srmac/spec.ts";

/** The most squares of an operand that a buffer holds. */
export const mostSquares = 32768;

const squares = { min: 1, max: mostSquares, default: 16 };

const schema = z.object({
  rows: integer({ min: 1, max: 31, default: 4 }, { unit: "MAC", help: "rows of the array" }),
  cols: integer({ min: 1, max: 31, default: 4 }, { unit: "MAC", help: "columns of the array" }),
  ...macFields,
  bWidth: bWidthField,
  aSquares: integer(squares, { unit: "square", help: "squares of rows x rows values held of A, twice" }),
  bSquares: integer(squares, { unit: "square", help: "squares of cols x cols values held of B, twice" }),
});

export type MatmulParameters = z.infer<typeof schema>;

/** The register of the inner dimension has 16 bits. */
const longestInner = 2 ** 16;

/** The longest inner dimension of a product whose operands the buffers hold. */
export function mostInner(p: Pick<MatmulParameters, "rows" | "cols" | "aSquares" | "bSquares">): number {
  return Math.min(longestInner, p.aSquares * p.rows, p.bSquares * p.cols);
}

/** A systolic array with buffers for whole operands, in the spirit of the accelerator of Gupta et al. (ICML 2015, section 5, figure 4). */
export const matmulSpec: GeneratorSpec<MatmulParameters> = {
  name: "matmul",
  summary: "matrix multiplier: systolic array with double buffers, transposed reads, AXI-Stream and AXI4-Lite",
  schema,
  rules: [bWidthRule, ...macRules],
  presets: {
    paper: {
      summary: "28 x 28 multiply-accumulates; operands of up to 140 x 560 and 560 x 140 values on chip, twice",
      parameters: { rows: 28, cols: 28, structure: "dsp48e1", aSquares: 100, bSquares: 100 },
    },
  },
};
