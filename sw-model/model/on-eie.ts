import { fitEieLayers } from "../eie/fit.ts";
import type { EieLayer } from "../eie/golden.ts";
import type { EieOperation } from "../eie/operation.ts";
import { toEntries } from "../eie/sparse.ts";
import { type EieParameters, eieSpec } from "../eie/spec.ts";
import { UserError } from "../errors.ts";
import { fitsSigned } from "../format/fixed.ts";
import { checkRules } from "../parameters.ts";
import type { SparseModel } from "./model.ts";

const formatNames = [
  "weightBits",
  "codebookBits",
  "activationBits",
  "accWidth",
  "productShift",
  "dropBits",
  "rounding",
] as const satisfies readonly (keyof EieParameters)[];

/**
 * The `eie` parameters with which to run a model, and the model in the formats that then apply. Formats that were not
 * set by hand become the model's, and depths are raised as in `fitEieLayers`. Throws `UserError`: model-conflict where
 * a format set by hand cannot hold the model, parameter-conflict, does-not-fit.
 */
export function fitModel(
  parameters: EieParameters,
  explicit: ReadonlySet<string>,
  model: SparseModel,
): { parameters: EieParameters; model: SparseModel } {
  const ofModel = Object.fromEntries(
    formatNames.filter((name) => !explicit.has(name)).map((name) => [name, model.formats[name]]),
  ) as Partial<EieParameters>;
  const merged: EieParameters = { ...parameters, ...ofModel };
  checkRules(eieSpec, merged);
  checkHolds(merged, model);
  const { weightBits, codebookBits, activationBits, accWidth, productShift, dropBits, rounding } = merged;
  const used = { weightBits, codebookBits, activationBits, accWidth, productShift, dropBits, rounding };
  return {
    parameters: fitEieLayers(
      merged,
      explicit,
      model.layers.map(({ matrix }) => matrix),
    ),
    model: { ...model, formats: { ...model.formats, ...used } },
  };
}

/** One layer and the activations that enter it (the bias activation last) as an operation. */
export function layerOperation({ matrix, codebook, relu }: EieLayer, x: ArrayLike<number>): EieOperation {
  return { rows: matrix.rows, cols: matrix.cols, codebook, entries: toEntries(matrix), x: Array.from(x), relu };
}

function checkHolds(p: EieParameters, { name, layers, formats }: SparseModel): void {
  const { codebookFraction, activationFraction } = formats;
  const codebooks = layers.map(({ codebook }) => codebook);
  const codes = Math.max(...codebooks.map(({ length }) => length));
  const conflict = (parameter: keyof EieParameters, expected: string) =>
    new UserError({
      code: "model-conflict",
      message: `${parameter} = ${p[parameter]} does not suit the model ${name}: ${expected}`,
      where: parameter,
      expected,
      found: `${p[parameter]}`,
      hint: `leave ${parameter} unset to have the model's value`,
    });
  if (p.productShift + p.dropBits !== codebookFraction) {
    throw conflict("dropBits", `productShift + dropBits is ${codebookFraction}, the fraction of its codebooks`);
  }
  if (codes > 2 ** p.weightBits) throw conflict("weightBits", `its codebooks have ${codes} values`);
  if (!codebooks.flat().every((value) => fitsSigned(value, p.codebookBits))) {
    throw conflict("codebookBits", "all values of its codebooks fit");
  }
  if (!fitsSigned(2 ** activationFraction, p.activationBits)) {
    throw conflict("activationBits", `its bias activation, ${2 ** activationFraction}, fits`);
  }
}
