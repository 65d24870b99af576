import { planesFold } from "./fold.ts";
import type { PlanesOperation } from "./operation.ts";
import type { PlanesParameters } from "./spec.ts";

/**
 * Cycles of an operation whose results are taken as they come. Blocks run one after another. A block steps through pairs of
 * planes times chunks in every tile, a step a cycle; a tile's results leave one a cycle while the next tile computes, and its
 * last step waits for them.
 */
export function planesCycles(p: PlanesParameters, operation: PlanesOperation): number {
  const { chunks, weightPlanes, inputPlanes, tiles, blocks } = planesFold(p, operation);
  const steps = chunks * weightPlanes * inputPlanes;
  let cycles = 0;
  for (let block = 0; block < blocks; block++) {
    const vectors = Math.min(p.cols, operation.inputs.rows.length - block * p.cols);
    // From a tile's last step to the one at which the next tile may do its last: through the units, then every result.
    const drain = copyLatency(p) + vectors * p.rows;
    cycles += steps + (tiles - 1) * Math.max(steps, drain) + drain + finishLatency;
  }
  return cycles;
}

/** Edges from a tile's last step to the one at which the copies of its totals are made, and one to notice that they are free. */
function copyLatency({ schedule }: PlanesParameters): number {
  return schedule === "serial" ? 4 : 5;
}

/** Edges by which a result leaves the array later than its total leaves the copies, less the one to notice. */
const finishLatency = 3;
