import { dropBits, saturate } from "../format/fixed.ts";
import { storedMatrix } from "./fill.ts";
import type { EieOperation } from "./operation.ts";
import type { SparseMatrix } from "./sparse.ts";
import type { EieParameters } from "./spec.ts";

/** The parameters that decide the result of a matrix; the rest (PEs, queue, index width, memories) must not matter. */
export type EieArithmetic = Pick<
  EieParameters,
  "codebookBits" | "activationBits" | "accWidth" | "productShift" | "dropBits" | "rounding"
>;

/** A layer without its input: the matrix of codes, what they mean, and whether negative results become 0. */
export interface EieLayer {
  readonly matrix: SparseMatrix;
  readonly codebook: readonly number[];
  readonly relu: boolean;
}

/** Where padding entries stand: these matter where an operation has weights for them. */
export type EiePlacement = Pick<EieParameters, "pes" | "indexBits" | "balance">;

/** The result of an operation: `rows` raw values of `activationBits` bits (contract, numbers, rule 5), of the matrix as it is stored. */
export function goldenEie(parameters: EieArithmetic & EiePlacement, operation: EieOperation): { y: number[] } {
  const { codebook, relu, x } = operation;
  const { matrix } = storedMatrix(operation, parameters);
  return { y: Array.from(goldenLayer(parameters, { matrix, codebook, relu }, x)) };
}

/**
 * One layer on `x`, whose values and length the caller has checked. Accumulates column after column with saturation,
 * then drops bits, saturates, and applies ReLU if the layer has it. Chooses the fast arithmetic where it is exact.
 */
export function goldenLayer(parameters: EieArithmetic, layer: EieLayer, x: ArrayLike<number>): Int32Array {
  // Products below 2^52 and accumulators below 2^52: every sum is a safe integer before it saturates.
  const fast = parameters.codebookBits + parameters.activationBits <= 54 && parameters.accWidth <= 53;
  return fast ? layerInDoubles(parameters, layer, x) : layerInBigints(parameters, layer, x);
}

/** How often a layer saturates: at additions to an accumulator, and at write-back before ReLU. In exact integers. */
export function saturationsOf(
  parameters: EieArithmetic,
  { matrix, codebook }: EieLayer,
  x: ArrayLike<number>,
): { readonly saturated: number; readonly clipped: number } {
  const acc = new Array<bigint>(matrix.rows).fill(0n);
  let saturated = 0;
  for (let col = 0; col < matrix.cols; col++) {
    for (let at = matrix.columnStart[col]; at < matrix.columnStart[col + 1]; at++) {
      const product = (BigInt(codebook[matrix.codeOf[at]]) * BigInt(x[col])) >> BigInt(parameters.productShift);
      const sum = acc[matrix.rowOf[at]] + product;
      acc[matrix.rowOf[at]] = saturate(sum, parameters.accWidth);
      if (acc[matrix.rowOf[at]] !== sum) saturated++;
    }
  }
  const rounded = acc.map((sum) => dropBits(sum, parameters.dropBits, parameters.rounding));
  return { saturated, clipped: rounded.filter((y) => saturate(y, parameters.activationBits) !== y).length };
}

/** `goldenLayer` in doubles; exact only under the condition stated there. Exported for the comparison of both. */
export function layerInDoubles(parameters: EieArithmetic, layer: EieLayer, x: ArrayLike<number>): Int32Array {
  const { matrix, codebook, relu } = layer;
  const { columnStart, rowOf, codeOf } = matrix;
  const scale = 2 ** -parameters.productShift;
  const highest = 2 ** (parameters.accWidth - 1) - 1;
  const lowest = -highest - 1;
  const acc = new Float64Array(matrix.rows);
  const products = new Float64Array(codebook.length);
  for (let col = 0; col < matrix.cols; col++) {
    // A zero activation adds zero everywhere.
    if (x[col] === 0) continue;
    codebook.forEach((value, code) => {
      products[code] = Math.floor(value * x[col] * scale);
    });
    for (let at = columnStart[col]; at < columnStart[col + 1]; at++) {
      const sum = acc[rowOf[at]] + products[codeOf[at]];
      acc[rowOf[at]] = Math.min(highest, Math.max(lowest, sum));
    }
  }
  return Int32Array.from(acc, (sum) => {
    const y = saturate(dropBits(sum, parameters.dropBits, parameters.rounding), parameters.activationBits);
    return relu && y < 0 ? 0 : y;
  });
}

/** `goldenLayer` in exact integers, at every width. Exported for the comparison of both. */
export function layerInBigints(parameters: EieArithmetic, layer: EieLayer, x: ArrayLike<number>): Int32Array {
  const { matrix, codebook, relu } = layer;
  const { columnStart, rowOf, codeOf } = matrix;
  const shift = BigInt(parameters.productShift);
  const acc = new Array<bigint>(matrix.rows).fill(0n);
  for (let col = 0; col < matrix.cols; col++) {
    for (let at = columnStart[col]; at < columnStart[col + 1]; at++) {
      const product = (BigInt(codebook[codeOf[at]]) * BigInt(x[col])) >> shift;
      acc[rowOf[at]] = saturate(acc[rowOf[at]] + product, parameters.accWidth);
    }
  }
  return Int32Array.from(acc, (sum) => {
    const y = saturate(dropBits(sum, parameters.dropBits, parameters.rounding), parameters.activationBits);
    return relu && y < 0n ? 0 : Number(y);
  });
}
