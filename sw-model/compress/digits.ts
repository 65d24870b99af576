import { pixels } from "../data/mnist.ts";
import type { Mlp } from "../model/mlp.ts";
import { accuracyOf } from "../train/epochs.ts";
import type { Splits } from "./compress.ts";
import { mlpOf } from "./mlp.ts";
import type { DenseNetwork } from "./network.ts";

const classes = 10;

/** True for a chained network with an input a pixel and an output a class. */
export function takesDigits({ chained, layers }: DenseNetwork): boolean {
  return chained && layers[0].inputs === pixels && layers[layers.length - 1].outputs === classes;
}

/** True where the network knows the digits already: it recognises more than half of those for validation. */
export function knowsDigits(network: DenseNetwork, data: Splits): boolean {
  return accuracyOf(mlpOf(network), data.validation) > 0.5;
}

/** Share of the test digits that a network recognises. */
export function testAccuracy(mlp: Mlp, data: Splits): number {
  return accuracyOf(mlp, data.test);
}
