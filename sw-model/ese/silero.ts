import { UserError } from "../errors.ts";
import { type Tensor, tensorsOf } from "../onnx/tensors.ts";
import type { DenseLstm } from "./lstm.ts";
import { type Gate, gates } from "./network.ts";
import type { DenseMatrix } from "./prune.ts";

/** Inputs and cells of the model's LSTM. */
export const sileroSize = 128;

/**
 * The LSTM of the Silero voice-activity model (version 5, the branch for 16 kHz) from its ONNX file. The weights are stored as PyTorch
 * does: 4 x 128 rows, gates in the order i, f, g, o; two biases, which are added. Throws `UserError` bad-onnx, and
 * unexpected-model where the LSTM is not there or has another shape.
 */
export function sileroLstm(file: Uint8Array, source: string): DenseLstm {
  const tensors = tensorsOf(file, source).filter(({ path }) => path.includes(".then_branch/"));
  const part = (name: string, ...dims: number[]) => {
    const found = tensors.find(({ path }) => path.endsWith(`decoder.rnn.${name}`));
    if (found && found.dims.join() === dims.join()) return found;
    throw unexpected(source, name, dims, found);
  };
  const rows = gates.length * sileroSize;
  const input = part("weight_ih", rows, sileroSize);
  const recurrent = part("weight_hh", rows, sileroSize);
  const [first, second] = [part("bias_ih", rows), part("bias_hh", rows)];
  const byGate = <T>(make: (from: number, to: number) => T) =>
    Object.fromEntries(gates.map((gate, g) => [gate, make(g * sileroSize, (g + 1) * sileroSize)])) as Record<Gate, T>;
  const matrix =
    ({ values }: Tensor) =>
    (from: number, to: number): DenseMatrix => ({
      rows: sileroSize,
      cols: sileroSize,
      values: values.slice(from * sileroSize, to * sileroSize),
    });
  return {
    input: byGate(matrix(input)),
    recurrent: byGate(matrix(recurrent)),
    bias: byGate((from, to) => first.values.slice(from, to).map((value, i) => value + second.values[from + i])),
  };
}

function unexpected(source: string, name: string, dims: readonly number[], found: Tensor | undefined): UserError {
  const expected = `a tensor decoder.rnn.${name} of ${dims.join(" x ")} 32-bit floats in the branch for 16 kHz`;
  const what = found ? `one of ${found.dims.join(" x ")}` : "none";
  return new UserError({
    code: "unexpected-model",
    message: `${source} does not hold the LSTM of the Silero voice-activity model: expected ${expected}, found ${what}`,
    where: source,
    expected,
    found: what,
    hint: "silero_vad_v5.onnx of the npm package @ricky0123/vad-web is such a file",
  });
}
