import { type Gate, gates } from "../ese/network.ts";
import type { DenseMatrix } from "../ese/prune.ts";
import { encoderShapes, lstmSize, type VadModel } from "./model.ts";

/**
 * The model of its tensors. Those of the LSTM are stored as PyTorch does: 4 x 128 rows, gates in the order i, f, g, o (the file's own
 * slices bring them into ONNX's order i, o, f, c); of the two biases only the sum matters.
 */
export function vadOf(name: string, tensor: (name: string) => Float32Array): VadModel {
  const byGate = <T>(make: (from: number, to: number) => T) =>
    Object.fromEntries(gates.map((gate, g) => [gate, make(g * lstmSize, (g + 1) * lstmSize)])) as Record<Gate, T>;
  const matrices = (values: Float32Array) =>
    byGate(
      (from, to): DenseMatrix => ({
        rows: lstmSize,
        cols: lstmSize,
        values: values.slice(from * lstmSize, to * lstmSize),
      }),
    );
  const [first, second] = [tensor("decoder.rnn.bias_ih"), tensor("decoder.rnn.bias_hh")];
  return {
    name,
    basis: tensor("stft.forward_basis_buffer"),
    encoder: encoderShapes.map((shape, layer) => ({
      ...shape,
      weights: tensor(`encoder.${layer}.reparam_conv.weight`),
      bias: tensor(`encoder.${layer}.reparam_conv.bias`),
    })),
    lstm: {
      input: matrices(tensor("decoder.rnn.weight_ih")),
      recurrent: matrices(tensor("decoder.rnn.weight_hh")),
      bias: byGate((from, to) => first.slice(from, to).map((value, i) => value + second[from + i])),
    },
    decoder: { weights: tensor("decoder.decoder.2.weight"), bias: tensor("decoder.decoder.2.bias")[0] },
  };
}
