import type { DenseLstm } from "../sw-model/ese/lstm.ts";
import type { DenseMatrix } from "../sw-model/ese/prune.ts";
import type { Random } from "../sw-model/random.ts";

/** The LSTM of the paper's evaluation (Sak et al.; ESE, table 3). */
export const google = { inputs: 153, cells: 1024, outputs: 512, density: 0.112 };

/** Spread of the rows' magnitudes, as the standard deviation of their logarithm, that the LSTM of the Silero model has. */
export const trainedSpread = 0.17;

/**
 * An LSTM of random weights, since the paper's are not public: normal, each row with a magnitude of its own. Cycles depend only
 * on where pruning leaves weights.
 */
export function drawLstm({ inputs, cells, outputs }: typeof google, rowSpread: number, random: Random): DenseLstm {
  const matrix = (rows: number, cols: number): DenseMatrix => {
    const values = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      const scale = 0.05 * Math.exp(rowSpread * random.normal());
      for (let col = 0; col < cols; col++) values[row * cols + col] = scale * random.normal();
    }
    return { rows, cols, values };
  };
  const byGate = <T>(make: () => T) => ({ i: make(), f: make(), g: make(), o: make() });
  return {
    input: byGate(() => matrix(cells, inputs)),
    recurrent: byGate(() => matrix(cells, outputs)),
    projection: matrix(outputs, cells),
    bias: byGate(() => Float32Array.from({ length: cells }, () => 0.1 * random.normal())),
  };
}
