import { checkLayers, resized } from "../bnn/fit.ts";
import { UserError } from "../errors.ts";
import { checkRules, describeSpec } from "../parameters.ts";
import type { BcnnOperation } from "./golden.ts";
import { checkGiven } from "./operation.ts";
import { type BcnnParameters, bcnnSpec } from "./spec.ts";

/** The sizes of a network, a value a layer, by the names of the parameters. */
const sizeLists = ["kernel", "stride", "padding", "outputs", "pool"] as const;

/**
 * The parameters with which to run an operation: its sizes are those of the hardware. Sizes that were not set by hand follow the
 * operation, and so does `results`; `pes` and `lanes` get a value a layer. Throws `UserError`: does-not-fit where a size set by hand is another
 * one or the operation's is beyond the range, wrong-layers where a list set by hand has another number of layers or the
 * operation has too many, parameter-conflict.
 */
export function fitBcnn(
  parameters: BcnnParameters,
  explicit: ReadonlySet<string>,
  operation: BcnnOperation,
): BcnnParameters {
  const { layers, shape } = operation;
  checkLayers(layers.length);
  const fitted: BcnnParameters = { ...parameters };
  for (const name of ["width", "height", "channels"] as const) {
    fitted[name] = agreed(name, shape[name], parameters[name], explicit.has(name));
  }
  for (const name of sizeLists) {
    const needs = layers.map((layer) => (name === "outputs" ? layer.weights.rows : layer[name]));
    const have = resized(name, parameters[name], explicit, layers.length);
    // A dense layer has no stride and no padding that could differ.
    const free = name === "stride" || name === "padding";
    fitted[name] = needs.map((need, i) =>
      free && layers[i].kernel === 0 ? need : agreed(name, need, have[i], explicit.has(name), i),
    );
  }
  for (const name of ["pes", "lanes"] as const) fitted[name] = resized(name, parameters[name], explicit, layers.length);
  if (explicit.has("results")) checkGiven(operation, parameters.results);
  else fitted.results = layers[layers.length - 1].thresholds ? "bits" : "dots";
  checkRules(bcnnSpec, fitted);
  return fitted;
}

function agreed(name: string, need: number, have: number, byHand: boolean, layer?: number): number {
  const where = layer === undefined ? name : `${name}[${layer}]`;
  if (byHand && have !== need) {
    const hint = `set ${where} to ${need}, or leave ${name} unset to have it follow the operation`;
    throw unfit(where, `${need}`, `${have}`, `${where} is ${have} (set by hand), the operation has ${need}`, hint);
  }
  const { min = 0, max = 0 } = describeSpec(bcnnSpec).parameters.find((parameter) => parameter.name === name) ?? {};
  if (need >= min && need <= max) return need;
  throw unfit(where, `${min} to ${max}`, `${need}`, `the operation has ${where} ${need}, the hardware at most ${max}`);
}

function unfit(where: string, expected: string, found: string, message: string, hint?: string): UserError {
  return new UserError({ code: "does-not-fit", message, where, expected, found, ...(hint ? { hint } : {}) });
}
