import { storedMatrix } from "./fill.ts";
import type { EieOperation } from "./operation.ts";
import type { EieParameters } from "./spec.ts";
import { type Tiling, tilesOf } from "./tiles.ts";

/** Rotations that the cycle model chose take a second, and the cycle model and whoever drives an array both ask. */
const found = new WeakMap<EieOperation, Map<string, Tiling>>();

/**
 * The tiles in which an array works through an operation. With `balance`, where no input is 0, the encoder looks for rotations that save cycles
 * (`denseInputs` of `TilingChoice`, a second a strip at most); weights in padding entries stay where the plain rotations put them. Throws
 * `UserError` does-not-fit.
 */
export function operationTiles(parameters: EieParameters, operation: EieOperation): Tiling {
  const known = found.get(operation) ?? new Map<string, Tiling>();
  const key = JSON.stringify(parameters);
  const tiling = known.get(key) ?? tilesFor(parameters, operation);
  found.set(operation, known.set(key, tiling));
  return tiling;
}

function tilesFor(parameters: EieParameters, operation: EieOperation): Tiling {
  const { matrix, rotations } = storedMatrix(operation, parameters);
  const denseInputs = rotations === undefined && operation.x.every((value) => value !== 0);
  return tilesOf(parameters, matrix, { rotations, denseInputs });
}
