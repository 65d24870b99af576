import type { SparseMatrix } from "./sparse.ts";

/** Rounds over all rows; a second and third find little more. */
const rounds = 3;

/**
 * For each local row (the `pes` rows of the matrix with the same quotient by `pes`) by how many PEs to rotate it, so that the PEs
 * have about equally many entries: row i lives on PE (i + rotation of floor(i / pes)) mod pes. One row after the other takes the
 * rotation under which the squares of all PEs' entries sum to the least. Padding is left out of the account.
 */
export function rowRotations(matrix: SparseMatrix, pes: number): Uint16Array {
  const groups = Math.ceil(matrix.rows / pes);
  const counts = new Uint32Array(groups * pes);
  for (const row of matrix.rowOf) counts[row]++;
  const rotations = new Uint16Array(groups);
  const load = new Float64Array(pes);
  const add = (group: number, sign: 1 | -1) => {
    for (let k = 0; k < pes; k++) load[(k + rotations[group]) % pes] += sign * counts[group * pes + k];
  };
  for (let group = 0; group < groups; group++) add(group, 1);
  for (let round = 0; round < rounds; round++) {
    for (let group = 0; group < groups; group++) {
      add(group, -1);
      rotations[group] = bestRotation(load, counts.subarray(group * pes, (group + 1) * pes));
      add(group, 1);
    }
  }
  return rotations;
}

/** Of all rotations the one whose counts meet the least load; the square of a sum grows with that product alone. */
function bestRotation(load: Float64Array, counts: Uint32Array): number {
  const pes = load.length;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let rotation = 0; rotation < pes; rotation++) {
    let met = 0;
    for (let k = 0, pe = rotation; k < pes; k++, pe = pe + 1 === pes ? 0 : pe + 1) met += load[pe] * counts[k];
    if (met < least) [best, least] = [rotation, met];
  }
  return best;
}
