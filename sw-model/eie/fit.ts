import { raised } from "../fit.ts";
import { describeSpec } from "../parameters.ts";
import { countEntries } from "./csc.ts";
import { type EieOperation, matrixOf } from "./operation.ts";
import type { SparseMatrix } from "./sparse.ts";
import { type EieParameters, eieSpec } from "./spec.ts";
import { tilesOf } from "./tiles.ts";

/** Depths of one PE's memories. */
export type EieDepths = Pick<EieParameters, "entryDepth" | "columnDepth" | "activationDepth" | "vectorDepth">;

/** The depths that the layers of a network (or one operation) need when they are held at the same time. */
export function eieNeed(parameters: EieParameters, layers: readonly SparseMatrix[]): EieDepths {
  const { pes, entriesPerWord, vectorDepth } = parameters;
  const entries = new Uint32Array(pes);
  for (const layer of layers) {
    // A layer starts on a whole word of the matrix memory.
    countEntries(layer, parameters).forEach((count, pe) => {
      entries[pe] += Math.ceil(count / entriesPerWord) * entriesPerWord;
    });
  }
  const rowsFor = (most: (layer: SparseMatrix) => number) =>
    Math.ceil(layers.reduce((longest, layer) => Math.max(longest, most(layer)), 0) / pes);
  const longestVector = rowsFor(({ rows, cols }) => Math.max(rows, cols));
  return {
    entryDepth: entries.reduce((most, count) => Math.max(most, count), 0),
    columnDepth: layers.reduce((sum, { cols }) => sum + cols + 1, 0),
    activationDepth: vectorDepth === 0 ? longestVector : rowsFor(({ rows }) => rows),
    vectorDepth: vectorDepth === 0 ? 0 : longestVector,
  };
}

/**
 * The parameters with depths that hold the operation: a depth that is too small is raised to the need, rounded up to a power of two so
 * that builds are shared. A depth in `kept` (a preset's) stays, and one that cannot be raised so far becomes the largest: the operation then runs in
 * tiles. Throws `UserError` does-not-fit where the depth was set by hand (it is in `explicit`), or there are no tiles that the memories hold.
 */
export function fitEie(
  parameters: EieParameters,
  explicit: ReadonlySet<string>,
  operation: EieOperation,
  kept: ReadonlySet<string> = new Set(),
): EieParameters {
  const matrix = matrixOf(operation);
  const needs = Object.entries(eieNeed(parameters, [matrix])) as [keyof EieDepths, number][];
  const most = new Map(describeSpec(eieSpec).parameters.map(({ name, max = 0 }) => [name, max]));
  const reachable = needs
    .filter(([name]) => explicit.has(name) || !kept.has(name))
    .map(([name, need]) => [name, explicit.has(name) ? need : Math.min(need, most.get(name) ?? need)]);
  const fitted = raised(eieSpec, parameters, explicit, Object.fromEntries(reachable), () => "");
  if (needs.some(([name, need]) => fitted[name] < need)) tilesOf(fitted, matrix);
  return fitted;
}

/**
 * The parameters with depths that hold all layers of a network at once, raised as by `fitEie`; `layers` and `codebooks` are raised as depths are.
 * Throws `UserError` does-not-fit also where the need is beyond a parameter's range.
 */
export function fitEieLayers(
  parameters: EieParameters,
  explicit: ReadonlySet<string>,
  layers: readonly SparseMatrix[],
): EieParameters {
  const needs = { ...eieNeed(parameters, layers), layers: layers.length, codebooks: layers.length };
  return raised(eieSpec, parameters, explicit, needs, (name) => {
    if (name === "layers" || name === "codebooks") return "run the network in parts";
    return name === "columnDepth" ? "divide the matrix by columns" : "use more PEs, or divide the matrix";
  });
}
