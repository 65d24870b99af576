import { type DenseLstm, type Pruning, pruneTo } from "../sw-model/ese/lstm.ts";
import { gates } from "../sw-model/ese/network.ts";
import type { DenseMatrix } from "../sw-model/ese/prune.ts";
import type { Random } from "../sw-model/random.ts";

/** The LSTM of the paper's evaluation (Sak et al.; ESE, table 3). */
export const google = { inputs: 153, cells: 1024, outputs: 512 };

/** Its matrices: share of the weights that is left, stored bytes, two an entry, and time of one at 200 MHz (table 3, quoted from memory). */
export const googleMatrices = {
  ix: { density: 0.117, bytes: 36_608, microseconds: 5.36 },
  fx: { density: 0.117, bytes: 36_544, microseconds: 5.36 },
  gx: { density: 0.118, bytes: 37_120, microseconds: 5.36 },
  ox: { density: 0.115, bytes: 35_968, microseconds: 5.36 },
  ir: { density: 0.113, bytes: 118_720, microseconds: 10.31 },
  fr: { density: 0.115, bytes: 120_832, microseconds: 10.01 },
  gr: { density: 0.112, bytes: 117_760, microseconds: 9.89 },
  or: { density: 0.115, bytes: 120_256, microseconds: 10.04 },
  ym: { density: 0.1, bytes: 104_832, microseconds: 15.66 },
} as const;

/** Prunes each matrix of the LSTM to the paper's density, for so many PEs or by magnitude alone. */
export function pruneAsPaper({ input, recurrent, projection }: DenseLstm, pes?: number): Pruning {
  const densities = new Map<DenseMatrix | undefined, number>([[projection, googleMatrices.ym.density]]);
  for (const gate of gates) {
    densities.set(input[gate], googleMatrices[`${gate}x`].density);
    densities.set(recurrent[gate], googleMatrices[`${gate}r`].density);
  }
  return (matrix) => pruneTo(densities.get(matrix) ?? 1, pes)(matrix);
}

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
