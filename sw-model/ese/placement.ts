import type { DenseLstm, Pruning } from "./lstm.ts";
import { type Gate, gates } from "./network.ts";
import type { DenseMatrix, Mask } from "./prune.ts";

/**
 * The same LSTM with its cells, and the outputs of its projection, in an order in which all PEs get nearly as many of the weights that
 * `prune` keeps: row i lives on PE i mod `pes`, but which cell is row i is free. `outputs[j]` is the place in y of the original that
 * element j of the new one has; without a projection these are cells.
 */
export function placeRows(
  lstm: DenseLstm,
  prune: Pruning,
  pes: number,
): { readonly lstm: DenseLstm; readonly outputs: readonly number[] } {
  const ofGates = gates.flatMap((gate) => [lstm.input[gate], lstm.recurrent[gate]]);
  const cells = evenOrder(sum(ofGates.map((matrix) => keptByRow(matrix, prune(matrix)))), pes);
  const { projection } = lstm;
  const outputs = projection ? evenOrder(keptByRow(projection, prune(projection)), pes) : cells;
  const byGate = <T>(make: (gate: Gate) => T) => ({ i: make("i"), f: make("f"), g: make("g"), o: make("o") });
  const inputs = Array.from({ length: lstm.input.i.cols }, (_, col) => col);
  const placed = {
    input: byGate((gate) => reordered(lstm.input[gate], cells, inputs)),
    recurrent: byGate((gate) => reordered(lstm.recurrent[gate], cells, outputs)),
    bias: byGate((gate) => Float32Array.from(cells, (cell) => lstm.bias[gate][cell])),
    ...(projection ? { projection: reordered(projection, outputs, cells) } : {}),
  };
  return { lstm: placed, outputs };
}

/** The rows with most weights first, each to the PE with the fewest so far that still has room. */
function evenOrder(loads: readonly number[], pes: number): number[] {
  const order = new Array<number>(loads.length);
  const places = Array.from({ length: pes }, (_, pe) => ({ load: 0, next: pe }));
  const byLoad = loads.map((_, row) => row).sort((a, b) => loads[b] - loads[a] || a - b);
  for (const row of byLoad) {
    const free = places.filter(({ next }) => next < loads.length);
    const least = free.reduce((best, place) => (place.load < best.load ? place : best));
    order[least.next] = row;
    least.next += pes;
    least.load += loads[row];
  }
  return order;
}

function keptByRow({ rows, cols }: DenseMatrix, mask: Mask): number[] {
  return Array.from({ length: rows }, (_, row) =>
    mask.subarray(row * cols, (row + 1) * cols).reduce((kept, one) => kept + one, 0),
  );
}

function sum(lists: readonly (readonly number[])[]): number[] {
  return lists[0].map((_, at) => lists.reduce((total, list) => total + list[at], 0));
}

function reordered({ cols, values }: DenseMatrix, rows: readonly number[], columns: readonly number[]): DenseMatrix {
  const all = rows.flatMap((row) => columns.map((col) => values[row * cols + col]));
  return { rows: rows.length, cols, values: Float32Array.from(all) };
}
