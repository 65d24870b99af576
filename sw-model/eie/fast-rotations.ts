import { Random } from "../random.ts";
import { type CycleParameters, countedCycles } from "./array-cycles.ts";
import { countColumns } from "./csc.ts";
import { rowRotations } from "./rotations.ts";
import type { SparseMatrix } from "./sparse.ts";
import type { EieParameters } from "./spec.ts";

/** Entries and counts that the search may look at: a second. */
const mostWork = 1e8;

/**
 * Rotations (see `rowRotations`) under which an array takes few cycles for a matrix of which it broadcasts every column. Equally many entries in
 * all are not enough there: a queue holds a few columns, so that a PE that is ahead of the others, or behind, by more than these stops the
 * broadcast. From the rotations that even out the PEs, one row after the other, in random order, is turned to another place; it stays there unless
 * the cycle model counts more cycles. The same matrix gives the same rotations.
 */
export function fastRotations(
  parameters: CycleParameters & Pick<EieParameters, "indexBits">,
  matrix: SparseMatrix,
): Uint16Array {
  const { pes } = parameters;
  const rotations = rowRotations(matrix, pes);
  const activations = new Uint8Array(matrix.cols).fill(1);
  const cycles = () => {
    const counts = countColumns(matrix, { ...parameters, balance: true, rotations });
    return countedCycles(parameters, [{ counts, activations, bias: false, outputs: 0 }])[0].cycles;
  };
  const others = pes - 1;
  const trials = Math.min(rotations.length * others, Math.floor(mostWork / (matrix.rowOf.length + matrix.cols * pes)));
  const random = new Random(1);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  let least = cycles();
  for (let trial = 0; trial < trials; trial++) {
    const row = below(rotations.length);
    const before = rotations[row];
    rotations[row] = (before + 1 + below(others)) % pes;
    const found = cycles();
    if (found > least) rotations[row] = before;
    else least = found;
  }
  return rotations;
}
