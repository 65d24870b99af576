import { UserError } from "../errors.ts";
import { doesNotFit } from "../fit.ts";
import { checkRules, describeSpec } from "../parameters.ts";
import { arrayNeed, moreHardware } from "../xnor/fit.ts";
import type { MatrixShape } from "../xnor/folding.ts";
import { type BnnParameters, bnnSpec, layerLists, perLayer } from "./spec.ts";

/**
 * The parameters with which to run layers of these shapes. Lists get a value a layer: a single value serves all; a longer list
 * that was not set by hand is cut, or its last value repeated. Depths that are too small are raised to the need, rounded up
 * to a power of two so that builds are shared. Throws `UserError`: wrong-layers where a list set by hand has another
 * number of layers, does-not-fit where a depth set by hand is too small or the need is beyond the range,
 * parameter-conflict. `planes` is the number of bits of the first layer's inputs, 1 for those that mean +1 and -1.
 */
export function fitBnn(
  parameters: BnnParameters,
  explicit: ReadonlySet<string>,
  layers: readonly MatrixShape[],
  planes = 1,
): BnnParameters {
  const inputBits = Math.max(parameters.inputBits, planes);
  if (explicit.has("inputBits") && inputBits > parameters.inputBits) throw tooFewPlanes(parameters.inputBits, planes);
  const fitted: BnnParameters = { ...parameters, inputBits };
  for (const name of layerLists) fitted[name] = resized(name, parameters[name], explicit, layers.length);
  checkRules(bnnSpec, fitted);
  layers.forEach((matrix, i) => {
    const { inputDepth, ...depths } = arrayNeed(matrix, { pes: fitted.pes[i], lanes: fitted.lanes[i] });
    const need = { ...depths, inputDepth: i === 0 ? inputDepth * planes : inputDepth };
    for (const name of ["weightDepth", "rowDepth", "inputDepth"] as const) {
      const have = fitted[name][i];
      if (have >= need[name]) continue;
      const where = `${name}[${i}]`;
      if (explicit.has(name)) {
        const hint = `set ${where} to ${need[name]} or more, or leave ${name} unset to have it raised`;
        throw doesNotFit(where, need[name], have, "set by hand", hint);
      }
      const { max = 0 } = describeSpec(bnnSpec).parameters.find((parameter) => parameter.name === name) ?? {};
      if (need[name] > max) throw doesNotFit(where, need[name], max, "the largest there is", moreHardware);
      fitted[name][i] = 2 ** Math.ceil(Math.log2(need[name]));
    }
  });
  return fitted;
}

function tooFewPlanes(have: number, need: number): UserError {
  return new UserError({
    code: "does-not-fit",
    message: `the operation has inputs of ${need} bits, inputBits is ${have} (set by hand)`,
    where: "inputBits",
    expected: `at least ${need}`,
    found: `${have}`,
    hint: `set inputBits to ${need} or more, or leave it unset to have it raised`,
  });
}

function resized(name: string, list: readonly number[], explicit: ReadonlySet<string>, layers: number): number[] {
  if (list.length === 1 || list.length === layers) return perLayer(list, layers);
  if (!explicit.has(name)) return Array.from({ length: layers }, (_, i) => list[Math.min(i, list.length - 1)]);
  throw new UserError({
    code: "wrong-layers",
    message: `${name} has ${list.length} values, the network has ${layers} layers`,
    where: name,
    expected: `1 or ${layers} values`,
    found: `${list.length} values`,
    hint: "give one value a layer, or one for all",
  });
}
