import type { Mlp } from "../model/mlp.ts";
import { type CompressedNetwork, denseWeights } from "./layer.ts";
import type { DenseNetwork } from "./network.ts";

/** A chained network as it is trained and run; a layer without a bias gets one of zeros. */
export function mlpOf({ layers }: DenseNetwork): Mlp {
  return {
    sizes: [layers[0].inputs, ...layers.map(({ outputs }) => outputs)],
    weights: layers.map(({ inputs, outputs, weights }) => withBias(weights, (inputs + 1) * outputs)),
  };
}

/** 1 for each weight of `mlpOf` that the network has: not for the biases that it lacks. */
export function freeWeights({ layers }: DenseNetwork): Uint8Array[] {
  return layers.map(({ inputs, outputs, weights }) =>
    new Uint8Array((inputs + 1) * outputs).fill(1, 0, weights.length),
  );
}

/** The chained network that a container holds, in float32. */
export function decodedMlp({ layers }: CompressedNetwork): Mlp {
  const inputs = layers.map(({ matrix, bias }) => matrix.cols - (bias ? 1 : 0));
  return {
    sizes: [inputs[0], ...layers.map(({ matrix }) => matrix.rows)],
    weights: layers.map((layer, i) => withBias(denseWeights(layer), (inputs[i] + 1) * layer.matrix.rows)),
  };
}

function withBias(weights: Float32Array, length: number): Float32Array {
  const all = new Float32Array(length);
  all.set(weights);
  return all;
}
