import { dense, dot, reals } from "./float-matrix.ts";
import { type GruGate, type GruNetwork, type GruSum, gruGates } from "./network.ts";
import { exact } from "./nonlinearity.ts";
import type { EseParameters } from "./spec.ts";
import { weightFractions } from "./weight-fractions.ts";

/** A GRU in real numbers, matrices dense as `[row][col]`. */
export interface FloatGru {
  readonly input: Readonly<Record<GruGate, readonly (readonly number[])[]>>;
  readonly recurrent: Readonly<Record<GruGate, readonly (readonly number[])[]>>;
  readonly bias: Readonly<Record<GruSum, readonly number[]>>;
}

/** One step in doubles, as ONNX defines it with linear_before_reset = 1: the new state, which is y too. */
export function floatGruStep({ input, recurrent, bias }: FloatGru, x: readonly number[], state: readonly number[]) {
  return state.map((old, cell) => {
    const [ofX, ofY] = [
      (gate: GruGate) => dot(input[gate][cell], x),
      (gate: GruGate) => dot(recurrent[gate][cell], state),
    ];
    const z = exact("sigmoid", ofX("z") + ofY("z") + bias.z[cell]);
    const r = exact("sigmoid", ofX("r") + ofY("r") + bias.r[cell]);
    const h = exact("tanh", ofX("h") + bias.hx[cell] + r * (ofY("h") + bias.hr[cell]));
    return (1 - z) * h + z * old;
  });
}

/** The real numbers behind a raw GRU. */
export function floatGru(p: EseParameters, { input, recurrent, bias }: GruNetwork): FloatGru {
  const byGate = <T>(value: (gate: GruGate) => T) => ({ z: value("z"), r: value("r"), h: value("h") });
  const fractions = weightFractions(p);
  const biasOf = (sum: GruSum) => reals(bias[sum], p.biasFraction);
  return {
    input: byGate((gate) => dense(input[gate], fractions.input[gruGates.indexOf(gate)])),
    recurrent: byGate((gate) => dense(recurrent[gate], fractions.recurrent[gruGates.indexOf(gate)])),
    bias: { z: biasOf("z"), r: biasOf("r"), hx: biasOf("hx"), hr: biasOf("hr") },
  };
}
