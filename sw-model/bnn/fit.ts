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
 * parameter-conflict.
 */
export function fitBnn(
  parameters: BnnParameters,
  explicit: ReadonlySet<string>,
  layers: readonly MatrixShape[],
): BnnParameters {
  const fitted: BnnParameters = { ...parameters };
  for (const name of layerLists) fitted[name] = resized(name, parameters[name], explicit, layers.length);
  checkRules(bnnSpec, fitted);
  layers.forEach((matrix, i) => {
    const need = arrayNeed(matrix, { pes: fitted.pes[i], lanes: fitted.lanes[i] });
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
