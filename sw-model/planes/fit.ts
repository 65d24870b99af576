import { UserError } from "../errors.ts";
import { doesNotFit, raised } from "../fit.ts";
import { rangeOf } from "./encoding.ts";
import { planesFold } from "./fold.ts";
import type { PlanesOperation } from "./operation.ts";
import { type PlanesParameters, planesSpec } from "./spec.ts";

/**
 * The parameters with memories that hold the operation and results that hold its dot products, whatever the numbers are.
 * Throws `UserError` does-not-fit, and uneven-rows for ternary weights on an odd number of rows of units.
 */
export function fitPlanes(
  parameters: PlanesParameters,
  explicit: ReadonlySet<string>,
  operation: PlanesOperation,
): PlanesParameters {
  if (operation.weights.encoding === "ternary" && parameters.rows % 2 !== 0) throw unevenRows(parameters.rows);
  const fold = planesFold(parameters, operation);
  const needs = {
    weightDepth: fold.tiles * fold.weightPlanes * fold.chunks,
    inputDepth: fold.inputPlanes * fold.chunks,
    rowDepth: fold.tiles,
  };
  const fitted = raised(planesSpec, parameters, explicit, needs, (name) =>
    name === "rowDepth" ? "use more rows, or divide the weights" : "use more lanes, or divide the vectors",
  );
  return { ...fitted, accWidth: wideEnough(parameters, explicit, resultBits(operation)) };
}

/** Bits of the largest dot product that the precisions allow. */
function resultBits({ length, weights, inputs }: PlanesOperation): number {
  const most = ({ min, max }: { min: number; max: number }) => Math.max(-min, max);
  const weight =
    weights.encoding === "ternary"
      ? Math.max(weights.scales.positive, weights.scales.negative)
      : most(rangeOf(weights.encoding, weights.bits));
  const largest = BigInt(length) * BigInt(weight) * BigInt(most(rangeOf(inputs.encoding, inputs.bits)));
  return largest.toString(2).length + 1;
}

function wideEnough({ accWidth }: PlanesParameters, explicit: ReadonlySet<string>, need: number): number {
  const most = 48;
  if (need <= accWidth) return accWidth;
  if (explicit.has("accWidth")) {
    throw doesNotFit(
      "accWidth",
      need,
      accWidth,
      "set by hand",
      `set accWidth to ${need} or more, or leave it unset to have it raised`,
    );
  }
  if (need > most) throw doesNotFit("accWidth", need, most, "the largest there is", "divide the vectors");
  return need;
}

function unevenRows(rows: number): UserError {
  return new UserError({
    code: "uneven-rows",
    message: `ternary weights take two rows of units each, and rows is ${rows}`,
    where: "rows",
    expected: "an even number of rows",
    found: `${rows}`,
    hint: "set rows to an even number",
  });
}
