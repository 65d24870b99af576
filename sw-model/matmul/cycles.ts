import { systolicCyclesOf } from "../systolic/cycles.ts";
import type { MatmulOperation } from "./operation.ts";
import { panelsOf, sizeOf } from "./panels.ts";
import type { MatmulParameters } from "./spec.ts";

/**
 * Clocks of computing, over all panels of a product: a panel takes three to the array, then as the array, up to its last word handed over; one
 * whose sums are kept has none, and takes a clock for each word of operands.
 */
export function matmulCycles(parameters: MatmulParameters, operation: MatmulOperation): number {
  return panelsOf(parameters, sizeOf(operation)).reduce((sum, { rows, cols, inner, keep }) => {
    const size = { m: rows.to - rows.from, inner: inner.to - inner.from, n: cols.to - cols.from };
    return sum + (keep ? size.inner : 3 + systolicCyclesOf(parameters, size));
  }, 0);
}
