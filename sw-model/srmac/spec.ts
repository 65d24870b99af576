import { z } from "zod";
import { macRoundings } from "../format/fixed.ts";
import { choice, type GeneratorSpec, integer, oneOf, type ParameterRule } from "../spec.ts";

/**
 * What the hardware is shaped for; no result depends on it. `xc7`: plain operators, a MAC of which Yosys puts into one DSP48E1 (where operands
 * and sum fit its 18 x 25 and 48 bits: a width of 18, a bWidth of 25), rounding in one chain of carries. `dsp48e1`: the same, the rounding in a DSP48E1 of its own, as
 * in the paper. `ice40`: plain operators, a product of which goes into an SB_MAC16, short chains. `logic`: no multiplier at all, full adders.
 */
export const macStructures = ["xc7", "dsp48e1", "ice40", "logic"] as const;
export type MacStructure = (typeof macStructures)[number];

/** Parameters of a multiplier-accumulator with one rounding at the end; those of the array are the same. */
export const macFields = {
  width: integer({ min: 2, max: 32, default: 16 }, { unit: "bit", help: "width of the operands, signed" }),
  accWidth: integer(
    { min: 2, max: 128, default: 48 },
    { unit: "bit", help: "width of the accumulator; sums wrap modulo 2^accWidth" },
  ),
  dropBits: integer({ min: 0, max: 128, default: 8 }, { unit: "bit", help: "low bits of the sum that are dropped" }),
  outWidth: integer(
    { min: 1, max: 64, default: 16 },
    { unit: "bit", help: "width of a result, signed; what does not fit saturates" },
  ),
  rounding: choice(macRoundings, "stochastic", { unit: "", help: "rounding of the dropped bits" }),
  lfsrWidth: oneOf([8, 16, 24, 32], 16, {
    unit: "bit",
    help: "width of the random source (stochastic rounding only); at least the random bits",
  }),
  randomBits: integer(
    { min: 0, max: 32, default: 0 },
    {
      unit: "bit",
      help: "random bits a result, below which dropped ones are cut off: a bias downwards; 0: as dropBits",
    },
  ),
  stepsPerDraw: integer(
    { min: 1, max: 64, default: 1 },
    {
      unit: "step",
      help: "steps of the random source a result; draws share no bits from dropBits on, coprime to its period (8, 16)",
    },
  ),
  structure: choice(macStructures, "xc7", {
    unit: "",
    help: "what the hardware is shaped for: DSP48E1 with rounding beside it, or in a second one; SB_MAC16; no DSP blocks",
  }),
};

/** Those of every unit that rounds as `srmac` does. */
export type MacParameters = z.infer<z.ZodObject<typeof macFields>>;

/** Random bits that a stochastic rounding takes. */
export function randomBitsOf({ dropBits, randomBits }: Pick<MacParameters, "dropBits" | "randomBits">): number {
  return randomBits || dropBits;
}

/** A width of the second operands apart; a DSP48E1 multiplies 18 by 25 bits. */
export const bWidthField = integer(
  { min: 0, max: 32, default: 0 },
  { unit: "bit", help: "width of the second operands b, signed, 2 or more; 0: as width" },
);

/** Bits of the second operands. */
export function bWidthOf({ width, bWidth }: { readonly width: number; readonly bWidth?: number }): number {
  return bWidth || width;
}

/** Rules of every unit with that parameter. */
export const bWidthRule: ParameterRule<{ readonly bWidth: number }> = {
  parameters: ["bWidth"],
  rule: "bWidth is 0, which stands for width, or from 2 to 32",
  holds: ({ bWidth }) => bWidth !== 1,
};

const { width, ...rounding } = macFields;
const schema = z.object({ width, bWidth: bWidthField, ...rounding });

export type SrmacParameters = z.infer<typeof schema>;

/** Rules of every unit that rounds as `srmac` does. */
export const macRules: readonly ParameterRule<MacParameters>[] = [
  {
    parameters: ["dropBits", "accWidth"],
    rule: "dropBits is at most accWidth: no more bits are dropped than the accumulator has",
    holds: (p) => p.dropBits <= p.accWidth,
  },
  {
    parameters: ["dropBits", "lfsrWidth", "rounding", "randomBits"],
    rule: "dropBits is at most lfsrWidth where the rounding is stochastic: every dropped bit needs a random one, unless randomBits says fewer",
    holds: (p) => p.rounding !== "stochastic" || p.randomBits > 0 || p.dropBits <= p.lfsrWidth,
  },
  {
    parameters: ["randomBits", "dropBits", "lfsrWidth"],
    rule: "randomBits is at most dropBits and at most lfsrWidth where the rounding is stochastic",
    holds: (p) => p.rounding !== "stochastic" || p.randomBits <= Math.min(p.dropBits, p.lfsrWidth),
  },
  {
    parameters: ["structure", "accWidth", "dropBits", "outWidth"],
    rule: "structure dsp48e1 adds up 48 bits: accWidth is at most 48, dropBits at most 47, and with an accWidth of 48 dropBits + outWidth at most 48",
    holds: (p) =>
      p.structure !== "dsp48e1" ||
      (p.accWidth <= 48 && p.dropBits <= 47 && (p.accWidth < 48 || p.dropBits + p.outWidth <= 48)),
  },
];

/** Multiplier-accumulator of Gupta et al. (ICML 2015, section 5): exact sum, then one rounding, stochastic or not. */
export const srmacSpec: GeneratorSpec<SrmacParameters> = {
  name: "srmac",
  summary: "multiply-accumulate with one rounding at the end, stochastic by default (Gupta et al. 2015)",
  schema,
  rules: [bWidthRule, ...macRules],
  presets: {
    small: {
      summary: "8-bit operands, 20-bit accumulator",
      parameters: { width: 8, accWidth: 20, dropBits: 4, outWidth: 8, lfsrWidth: 8 },
    },
    paper: {
      summary: "16-bit words in the format <8, 8>, a DSP's 48-bit accumulator, an LFSR as wide as what is dropped",
      parameters: { width: 16, accWidth: 48, dropBits: 8, outWidth: 16, lfsrWidth: 8 },
    },
    uncorrelated: {
      summary: "the defaults with successive draws that share no bits",
      parameters: { lfsrWidth: 16, stepsPerDraw: 8 },
    },
  },
};
