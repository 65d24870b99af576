/** The parameters that say how much finer a matrix is than the coarsest one of x or of y, by the number of its gate. */
export const finerNames = {
  input: ["ixFiner", "fxFiner", "gxFiner", "oxFiner"],
  recurrent: ["irFiner", "frFiner", "grFiner", "orFiner"],
} as const;

/** Bits by which a matrix can be finer. */
export const mostFiner = 8;

export type FinerName = (typeof finerNames)[keyof typeof finerNames][number];

/** The parameters that decide the formats of the gates' matrices. */
export type MatrixFractions = Readonly<Record<"inputWeightFraction" | "recurrentWeightFraction" | FinerName, number>>;

/** Fraction bits of the matrices of x and of those of y, by the number of the gate: i, f, g, o, of a GRU z, r, h. */
export function weightFractions(p: MatrixFractions): {
  readonly input: readonly number[];
  readonly recurrent: readonly number[];
} {
  return {
    input: finerNames.input.map((name) => p.inputWeightFraction + p[name]),
    recurrent: finerNames.recurrent.map((name) => p.recurrentWeightFraction + p[name]),
  };
}

/** The formats of a layer above the first: its x is the y of the layer below, its weights have the formats of those of y. */
export function aboveFirst<P extends MatrixFractions & Readonly<Record<"inputFraction" | "outputFraction", number>>>(
  p: P,
): P {
  return {
    ...{ ...p, inputFraction: p.outputFraction, inputWeightFraction: p.recurrentWeightFraction },
    ...{ ixFiner: p.irFiner, fxFiner: p.frFiner, gxFiner: p.grFiner, oxFiner: p.orFiner },
  };
}
