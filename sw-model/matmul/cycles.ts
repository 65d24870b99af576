import { systolicCycles } from "../systolic/cycles.ts";
import { type MatmulOperation, straight } from "./operation.ts";
import type { MatmulParameters } from "./spec.ts";

/** Clocks from the start of a product, its operands in the buffers, to its last word handed over: three to the array, then as the array. */
export function matmulCycles(parameters: MatmulParameters, operation: MatmulOperation): number {
  return 3 + systolicCycles(parameters, straight(operation));
}
