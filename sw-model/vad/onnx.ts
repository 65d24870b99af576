import { UserError } from "../errors.ts";
import { type Tensor, tensorsOf } from "../onnx/tensors.ts";
import { type VadModel, vadTensors } from "./model.ts";
import { vadOf } from "./tensors.ts";

/** All tensors of the model, in the order of `vadTensors`, and the model. */
export interface ImportedVad {
  readonly model: VadModel;
  readonly tensors: readonly Float32Array[];
}

/**
 * The Silero voice-activity model (version 5, the branch for 16 kHz) of its ONNX file. Throws `UserError` bad-onnx, and
 * unexpected-model where a tensor is not there or has another shape, not-finite where a value is no number or infinite.
 */
export function vadOfOnnx(file: Uint8Array, source: string): ImportedVad {
  const stored = tensorsOf(file, source).filter(({ path }) => path.includes(".then_branch/"));
  const tensors = vadTensors.map(({ name, dims }) => {
    const found = stored.find(({ path }) => path.endsWith(name));
    if (found && found.dims.join() === dims.join()) return finite(found.values, `${source}: ${name}`);
    throw unexpected(source, name, dims, found);
  });
  const model = vadOf(source, (name) => tensors[vadTensors.findIndex((tensor) => tensor.name === name)]);
  return { model, tensors };
}

/** The values, all of them finite. */
function finite(values: Float32Array, tensor: string): Float32Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return values;
  const where = `${tensor}[${at}]`;
  throw new UserError({
    code: "not-finite",
    message: `${where} is ${values[at]}`,
    where,
    expected: "a finite 32-bit float",
    found: `${values[at]}`,
    hint: "the element counts in the order in which the file holds them, row after row",
  });
}

function unexpected(source: string, name: string, dims: readonly number[], found: Tensor | undefined): UserError {
  const expected = `a tensor ${name} of ${dims.join(" x ")} 32-bit floats in the branch for 16 kHz`;
  const what = found ? `one of ${found.dims.join(" x ")}` : "none";
  return new UserError({
    code: "unexpected-model",
    message: `${source} is not the Silero voice-activity model with its LSTM: expected ${expected}, found ${what}`,
    where: source,
    expected,
    found: what,
    hint: "silero_vad_v5.onnx of the npm package @ricky0123/vad-web is such a file",
  });
}
