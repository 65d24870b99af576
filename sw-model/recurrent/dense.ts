import type { DenseLstm } from "../ese/lstm.ts";
import { type Gate, gates } from "../ese/network.ts";
import type { DenseMatrix, Mask } from "../ese/prune.ts";
import type { LstmLearner } from "./learner.ts";

/** The LSTM that a learner has come to. */
export function lstmOf({ shape: { inputs, cells }, gates: { data, stride } }: LstmLearner): DenseLstm {
  const byGate = <T>(make: (g: number) => T) =>
    Object.fromEntries(gates.map((gate, g) => [gate, make(g)])) as Record<Gate, T>;
  const block =
    (first: number, cols: number) =>
    (g: number): DenseMatrix => ({
      rows: cells,
      cols,
      values: Float32Array.from({ length: cells * cols }, (_, at) => {
        const [row, col] = [Math.floor(at / cols), at % cols];
        return data[(first + col) * stride + g * cells + row];
      }),
    });
  return {
    input: byGate(block(0, inputs)),
    recurrent: byGate(block(inputs, cells)),
    bias: byGate((g) =>
      Float32Array.from({ length: cells }, (_, j) => data[(inputs + cells) * stride + g * cells + j]),
    ),
  };
}

/** Which elements of a learner's gate parameters are kept, each matrix pruned by itself; the biases all are. */
export function maskOf(learner: LstmLearner, prune: (matrix: DenseMatrix) => Mask): Mask {
  const { inputs, cells } = learner.shape;
  const { data, stride } = learner.gates;
  const mask = new Uint8Array(data.length).fill(1);
  const { input, recurrent } = lstmOf(learner);
  const place = (first: number, g: number, matrix: DenseMatrix) => {
    prune(matrix).forEach((kept, at) => {
      const [row, col] = [Math.floor(at / matrix.cols), at % matrix.cols];
      mask[(first + col) * stride + g * cells + row] = kept;
    });
  };
  gates.forEach((gate, g) => {
    place(0, g, input[gate]);
    place(inputs, g, recurrent[gate]);
  });
  return mask;
}
