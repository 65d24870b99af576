import { type Gate, gates, type LstmNetwork, type WeightMatrix } from "./network.ts";
import { type DenseMatrix, type Mask, pruneBalanced, pruneBanks, pruneByMagnitude } from "./prune.ts";
import { beyond, fractionFor, quantiseList, quantiseMatrix } from "./quantise.ts";
import { type EseParameters, sampleFraction } from "./spec.ts";
import { type FinerName, finerNames, mostFiner, weightFractions } from "./weight-fractions.ts";

/** A trained LSTM before pruning; the parts as in `LstmNetwork`. */
export interface DenseLstm {
  readonly input: Readonly<Record<Gate, DenseMatrix>>;
  readonly recurrent: Readonly<Record<Gate, DenseMatrix>>;
  readonly projection?: DenseMatrix;
  readonly bias: Readonly<Record<Gate, Float32Array>>;
}

/** Which elements of a matrix to keep. */
export type Pruning = (matrix: DenseMatrix) => Mask;

/** A share of every matrix, by magnitude alone or the same number for every PE. */
export const pruneTo = (share: number, pes?: number): Pruning =>
  pes === undefined ? (matrix) => pruneByMagnitude(matrix, share) : (matrix) => pruneBalanced(matrix, pes, share);

/** Ways to choose what stays: as many weights on every PE, as many in each bank of a row, or the largest of a matrix. */
export const prunings = ["balanced", "banks", "magnitude"] as const;

export type PruningScheme = (typeof prunings)[number];

/** A share of every matrix by a scheme. A row is cut into as many banks as there are PEs. */
export function pruneBy(scheme: PruningScheme, share: number, pes: number): Pruning {
  if (scheme === "banks") return (matrix) => pruneBanks(matrix, pes, share);
  return pruneTo(share, scheme === "balanced" ? pes : undefined);
}

/** The formats that a quantised network asks for; the rest stays as it is. */
export type WeightFormats = Pick<
  EseParameters,
  "inputWeightFraction" | "recurrentWeightFraction" | "projectionWeightFraction" | "biasFraction" | FinerName
>;

/**
 * Prunes every matrix and quantises to `weightBits` and `biasBits`, each matrix by its own dynamic range. `fixed` formats stay as they
 * are: where those of x or of y are, their matrices share them but for the finer ones named. What is beyond a format saturates:
 * `saturated` counts weights that were kept and biases.
 */
export function compressLstm(
  { input, recurrent, projection, bias }: DenseLstm,
  prune: Pruning,
  { weightBits, biasBits }: Pick<EseParameters, "weightBits" | "biasBits">,
  fixed: Partial<WeightFormats> = {},
): { readonly network: LstmNetwork; readonly formats: WeightFormats; readonly saturated: number } {
  const formats = {
    ...rangesOf(input, weightBits, "inputWeightFraction", finerNames.input, fixed),
    ...rangesOf(recurrent, weightBits, "recurrentWeightFraction", finerNames.recurrent, fixed),
    projectionWeightFraction: projection ? fractionFor([projection.values], weightBits) : weightBits - 1,
    biasFraction: fractionFor(
      gates.map((gate) => bias[gate]),
      biasBits,
    ),
    ...fixed,
  } as WeightFormats;
  const fractions = weightFractions(formats);
  const byGate = <T>(make: (gate: Gate) => T) => ({ i: make("i"), f: make("f"), g: make("g"), o: make("o") });
  let saturated = 0;
  const matrix = (dense: DenseMatrix, fraction: number): WeightMatrix => {
    const mask = prune(dense);
    saturated += beyond(
      dense.values.filter((_, at) => mask[at]),
      weightBits,
      fraction,
    );
    return quantiseMatrix(dense, mask, weightBits, fraction);
  };
  const network: LstmNetwork = {
    kind: "lstm",
    inputs: input.i.cols,
    cells: input.i.rows,
    outputs: recurrent.i.cols,
    input: byGate((gate) => matrix(input[gate], fractions.input[gates.indexOf(gate)])),
    recurrent: byGate((gate) => matrix(recurrent[gate], fractions.recurrent[gates.indexOf(gate)])),
    bias: byGate((gate) => {
      saturated += beyond(bias[gate], biasBits, formats.biasFraction);
      return quantiseList(bias[gate], biasBits, formats.biasFraction);
    }),
    ...(projection ? { projection: matrix(projection, formats.projectionWeightFraction) } : {}),
  };
  return { network, formats, saturated };
}

/** The fraction bits of the coarsest of four matrices, and how much finer each is, at most as much as its parameter holds. */
function rangesOf(
  matrices: Readonly<Record<Gate, DenseMatrix>>,
  bits: number,
  coarsest: "inputWeightFraction" | "recurrentWeightFraction",
  names: readonly FinerName[],
  fixed: Partial<WeightFormats>,
): Partial<WeightFormats> {
  const own = gates.map((gate) => fractionFor([matrices[gate].values], bits));
  const least = Math.min(...own);
  const finer = own.map((fraction) => (fixed[coarsest] === undefined ? Math.min(mostFiner, fraction - least) : 0));
  return { [coarsest]: least, ...Object.fromEntries(names.map((name, gate) => [name, finer[gate]])) };
}

/** Fraction bits of x and c that hold their largest magnitudes, as far as the samples of tanh and the accumulators allow. */
export function fractionsFor(
  ranges: { readonly input: number; readonly state: number },
  p: Pick<
    EseParameters,
    "activationBits" | "stateBits" | "tableSize" | "tableRange" | "gateOutputFraction" | "accFraction"
  >,
  formats: Pick<WeightFormats, "inputWeightFraction" | "recurrentWeightFraction" | FinerName>,
): Pick<EseParameters, "inputFraction" | "stateFraction"> {
  const input = fractionFor([Float32Array.of(ranges.input)], p.activationBits);
  const state = fractionFor([Float32Array.of(ranges.state)], p.stateBits);
  // The state reaches the end of the samples of tanh, and steps no wider than they stand apart.
  const most = Math.min(p.stateBits - 1 - Math.log2(p.tableRange), p.gateOutputFraction);
  return {
    inputFraction: Math.min(input, p.accFraction - Math.max(...weightFractions(formats).input)),
    stateFraction: Math.max(sampleFraction(p), Math.min(state, most)),
  };
}
