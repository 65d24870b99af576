import type { FloatNetwork } from "./float.ts";
import type { DenseLstm } from "./lstm.ts";
import { type Gate, gates } from "./network.ts";
import type { DenseMatrix } from "./prune.ts";

/** A trained LSTM as `floatStep` takes it; `keep` decides which elements of a matrix are not 0. */
export function denseFloat(
  { input, recurrent, bias }: DenseLstm,
  keep?: (matrix: DenseMatrix) => Uint8Array,
): FloatNetwork {
  const byGate = <T>(make: (gate: Gate) => T) => Object.fromEntries(gates.map((g) => [g, make(g)])) as Record<Gate, T>;
  const rowsOf = (matrix: DenseMatrix) => {
    const mask = keep?.(matrix);
    return Array.from({ length: matrix.rows }, (_, row) =>
      Array.from({ length: matrix.cols }, (_, col) => {
        const at = row * matrix.cols + col;
        return mask === undefined || mask[at] ? matrix.values[at] : 0;
      }),
    );
  };
  return {
    input: byGate((gate) => rowsOf(input[gate])),
    recurrent: byGate((gate) => rowsOf(recurrent[gate])),
    bias: byGate((gate) => Array.from(bias[gate])),
  };
}
