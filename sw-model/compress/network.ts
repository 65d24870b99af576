import { UserError } from "../errors.ts";
import { largestSide } from "./format.ts";
import { largestNetwork } from "./layer.ts";

/** A fully connected layer to be compressed. */
export interface DenseLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  /** A rectifier follows. */
  readonly relu: boolean;
  /** Input after input, `weights[input * outputs + output]`; where there is a bias, it is one more input. */
  readonly weights: Float32Array;
}

export interface DenseNetwork {
  readonly name: string;
  /** True where each layer's outputs are the next one's inputs and nothing stands between but rectifiers. */
  readonly chained: boolean;
  readonly layers: readonly DenseLayer[];
}

/** A layer's weights and bias as a file has them. */
export interface LayerArrays {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly relu: boolean;
  /** The weight from an input to an output, and its place in the file's array for errors. */
  weight(output: number, input: number): number;
  readonly weightName: string;
  readonly bias?: { readonly name: string; readonly values: ArrayLike<number> };
}

/**
 * A layer from the arrays of a file. Throws `UserError`: value-out-of-range with the element's place where a value is not finite
 * in float32, does-not-fit where a side is beyond 2^20 or the layer beyond 2^28 weights.
 */
export function denseLayer(file: string, arrays: LayerArrays): DenseLayer {
  const { name, inputs, outputs, relu, bias } = arrays;
  const cols = inputs + (bias ? 1 : 0);
  if (inputs < 1 || outputs < 1) throw wrongSize(file, name, inputs, outputs, "at least one input and one output");
  if (Math.max(cols, outputs) > largestSide || cols * outputs > largestNetwork) {
    throw wrongSize(file, name, inputs, outputs, `sides up to ${largestSide} and ${largestNetwork} weights`);
  }
  const weights = new Float32Array(cols * outputs);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      const value = Math.fround(arrays.weight(output, input));
      if (!Number.isFinite(value)) throw notFinite(`${file}: ${arrays.weightName}`, [output, input], value);
      weights[input * outputs + output] = value;
    }
  }
  for (let output = 0; bias && output < outputs; output++) {
    const value = Math.fround(bias.values[output]);
    if (!Number.isFinite(value)) throw notFinite(`${file}: ${bias.name}`, [output], value);
    weights[inputs * outputs + output] = value;
  }
  return { name, inputs, outputs, bias: bias !== undefined, relu, weights };
}

/** The error for a file in which there is nothing to compress. */
export function noLayers(file: string, found: string): UserError {
  const expected = "a fully connected layer: a matrix of weights, with or without a bias";
  const message = `${file} holds no fully connected layer`;
  return new UserError({ code: "no-layers", message, where: file, expected, found });
}

function notFinite(array: string, place: readonly number[], value: number): UserError {
  const where = `${array}[${place.join(", ")}]`;
  const ofWeight = place.length === 2 ? " (output, input)" : "";
  return new UserError({
    code: "value-out-of-range",
    message: `${where}: ${value} is no weight`,
    where,
    expected: `a finite value in float32${ofWeight}`,
    found: `${value}`,
  });
}

function wrongSize(file: string, name: string, inputs: number, outputs: number, expected: string): UserError {
  const where = `${file}: ${name}`;
  const found = `${outputs} x ${inputs}`;
  const message = `${where}: a layer of ${found} (outputs x inputs) does not fit`;
  return new UserError({ code: "does-not-fit", message, where, expected, found });
}
