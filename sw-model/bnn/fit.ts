import { UserError } from "../errors.ts";
import { doesNotFit } from "../fit.ts";
import { checkRules, describeSpec } from "../parameters.ts";
import { arrayNeed, moreHardware } from "../xnor/fit.ts";
import type { MatrixShape } from "../xnor/folding.ts";
import { isShift, type Scale, signedBits } from "./scaling.ts";
import { type BnnParameters, bnnSpec, layerLists, mostLayers, perLayer } from "./spec.ts";

/**
 * The parameters with which to run layers of these shapes. Lists get a value a layer: a single value serves all; a longer list
 * that was not set by hand is cut, or its last value repeated. Depths that are too small are raised to the need, rounded up
 * to a power of two so that builds are shared. Throws `UserError`: wrong-layers where a list set by hand has another
 * number of layers, does-not-fit where a depth set by hand is too small or the need is beyond the range,
 * parameter-conflict, value-out-of-range where a factor is no power of two but scaling = shift was set by hand. `planes` is the number of bits of the first layer's inputs, 1 for those that mean +1 and -1; `scales` are those of
 * the last layer's dot products.
 */
export function fitBnn(
  parameters: BnnParameters,
  explicit: ReadonlySet<string>,
  layers: readonly MatrixShape[],
  planes = 1,
  scales?: readonly Scale[],
): BnnParameters {
  checkLayers(layers.length);
  const inputBits = Math.max(parameters.inputBits, planes);
  if (explicit.has("inputBits") && inputBits > parameters.inputBits) throw tooFewPlanes(parameters.inputBits, planes);
  const fitted: BnnParameters = {
    ...parameters,
    inputBits,
    ...(scales ? fitScaling(parameters, explicit, scales) : {}),
  };
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

/** Hardware for the scales: shifts where they will do, and widths that hold them. */
function fitScaling(
  { scaling: given, scaleBits, offsetBits }: BnnParameters,
  explicit: ReadonlySet<string>,
  scales: readonly Scale[],
): Pick<BnnParameters, "scaling" | "scaleBits" | "offsetBits"> {
  const odd = scales.findIndex((scale) => !isShift(scale));
  const suited = odd < 0 ? "shift" : "multiply";
  const scaling = explicit.has("scaling") || (given !== "none" && odd < 0) ? given : suited;
  if (scaling === "none") throw noScaling(suited);
  if (scaling === "shift" && odd >= 0) throw notAShift(odd, scales[odd]);
  const width = (name: "scaleBits" | "offsetBits", have: number, values: readonly number[]) => {
    const need = signedBits(values);
    if (need <= have) return have;
    if (!explicit.has(name)) return need;
    throw doesNotFit(
      name,
      need,
      have,
      "set by hand",
      `set ${name} to ${need} or more, or leave it unset to have it raised`,
    );
  };
  return {
    scaling,
    scaleBits: width(
      "scaleBits",
      scaleBits,
      scales.map(({ factor }) => factor),
    ),
    offsetBits: width(
      "offsetBits",
      offsetBits,
      scales.map(({ offset }) => offset),
    ),
  };
}

function noScaling(suited: string): UserError {
  return new UserError({
    code: "parameter-conflict",
    message: "the operation has scales, but scaling = none was set by hand",
    where: "scaling",
    expected: suited,
    found: "none",
    hint: `set scaling to ${suited}, or leave it unset`,
  });
}

function notAShift(row: number, { factor }: Scale): UserError {
  return new UserError({
    code: "value-out-of-range",
    message: `scaling = shift, but the factor ${factor} is no power of two`,
    where: `$.scales[${row}].factor`,
    expected: "0, or a power of two, perhaps negative",
    found: `${factor}`,
    hint: "set scaling to multiply, or leave it unset",
  });
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

/** Refuses a network of more layers than a pipeline can have. Throws `UserError` wrong-layers. */
export function checkLayers(layers: number): void {
  if (layers <= mostLayers) return;
  throw new UserError({
    code: "wrong-layers",
    message: `the network has ${layers} layers, a pipeline has ${mostLayers} at most`,
    where: "$.layers",
    expected: `1 to ${mostLayers} layers`,
    found: `${layers} layers`,
    hint: "run the layers in several pipelines, one after another",
  });
}

/**
 * A list with a value for each of `layers` layers: a single value serves all; a longer list that was not set by hand is cut, or
 * its last value repeated. Throws `UserError` wrong-layers.
 */
export function resized(
  name: string,
  list: readonly number[],
  explicit: ReadonlySet<string>,
  layers: number,
): number[] {
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
