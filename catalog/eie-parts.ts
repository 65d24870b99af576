import fc from "fast-check";
import { tiledCycles } from "../sw-model/eie/cycles.ts";
import { goldenEie } from "../sw-model/eie/golden.ts";
import { type EieOperation, matrixOf } from "../sw-model/eie/operation.ts";
import type { EieParameters } from "../sw-model/eie/spec.ts";
import { fits } from "../sw-model/eie/strips.ts";
import { type Tiling, tilesOf } from "../sw-model/eie/tiles.ts";
import { arbitrary, mostColumns } from "../testbench/cases/eie.ts";
import { driveTiles } from "../testbench/drivers/eie.ts";
import type { EieConnection } from "../testbench/drivers/eie-host.ts";
import type { FurtherCases } from "./generator.ts";

/** An operation that is divided by columns although the memories hold it. */
export interface PartedOperation {
  readonly operation: EieOperation;
  /** How many parts, at most. */
  readonly parts: number;
}

/**
 * Operations in parts that add to the same sums, back to back as layers of one run where they can be: what a matrix larger than the memories takes, at the size
 * of the others.
 */
export const eieParts = (
  connect: (parameters: EieParameters) => EieConnection,
): FurtherCases<EieParameters, PartedOperation> => ({
  arbitrary(parameters) {
    const { pes, layers } = parameters;
    // A part has a column for every PE at least.
    if (mostColumns(parameters) <= pes) return undefined;
    return fc.record({
      operation: arbitrary(parameters)
        .filter(({ cols }) => cols > pes)
        .map(({ pruned: _, ...operation }): EieOperation => operation),
      parts: fc.integer({ min: 2, max: Math.max(2, Math.min(4, layers)) }),
    });
  },
  golden: (parameters, of) => ({
    result: { y: goldenEie(parameters, of.operation).y },
    cycles: tiledCycles(parameters, tilingOf(parameters, of), of.operation.x).cycles,
  }),
  async run(simulation, parameters, of) {
    const { operation } = of;
    const tiling = tilingOf(parameters, of);
    const { y, ...edges } = await driveTiles(simulation, connect(parameters), operation, tiling, operation.x);
    return { result: { y }, ...edges };
  },
});

/** The tiles of an array with room for so few columns; in one load where this one has room for all. */
function tilingOf(parameters: EieParameters, { operation, parts }: PartedOperation): Tiling {
  const { pes, layers } = parameters;
  const columns = pes * Math.ceil(Math.ceil(operation.cols / pes) / parts);
  const { loads } = tilesOf({ ...parameters, columnDepth: columns + 1 }, matrixOf(operation));
  const tiles = loads.flatMap((load) => load.tiles);
  const inputs = loads[0].inputs;
  const results = loads[loads.length - 1].results;
  const oneRun = tiles.length <= layers && loads.slice(1).every((load) => !load.inputs) && fits(parameters, tiles);
  return oneRun && inputs && results ? { loads: [{ tiles, inputs, results }] } : { loads };
}
