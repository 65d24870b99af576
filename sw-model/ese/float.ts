import { dense, dot, reals } from "./float-matrix.ts";
import { type EseState, type Gate, gates, type LstmNetwork } from "./network.ts";
import { exact } from "./nonlinearity.ts";
import type { EseParameters } from "./spec.ts";
import { weightFractions } from "./weight-fractions.ts";

/** An LSTM in real numbers, matrices dense as `[row][col]`. */
export interface FloatNetwork {
  readonly input: Readonly<Record<Gate, readonly (readonly number[])[]>>;
  readonly recurrent: Readonly<Record<Gate, readonly (readonly number[])[]>>;
  readonly projection?: readonly (readonly number[])[];
  readonly peephole?: Readonly<Record<"i" | "f" | "o", readonly number[]>>;
  readonly bias: Readonly<Record<Gate, readonly number[]>>;
}

/** One step in doubles, the equations of docs/ese-numerics.md without formats. */
export function floatStep(network: FloatNetwork, x: readonly number[], before: EseState): EseState {
  const { bias, peephole } = network;
  const sum = (gate: Gate, cell: number) =>
    dot(network.input[gate][cell], x) + dot(network.recurrent[gate][cell], before.y) + bias[gate][cell];
  const cells = bias.i.map((_, cell) => {
    const old = before.c[cell];
    const i = exact("sigmoid", sum("i", cell) + (peephole ? peephole.i[cell] * old : 0));
    const f = exact("sigmoid", sum("f", cell) + (peephole ? peephole.f[cell] * old : 0));
    const c = f * old + i * exact("tanh", sum("g", cell));
    const o = exact("sigmoid", sum("o", cell) + (peephole ? peephole.o[cell] * c : 0));
    return { c, m: o * exact("tanh", c) };
  });
  const m = cells.map((cell) => cell.m);
  return { c: cells.map(({ c }) => c), y: network.projection ? network.projection.map((row) => dot(row, m)) : m };
}

/** The real numbers behind a raw LSTM. */
export function floatNetwork(p: EseParameters, network: LstmNetwork): FloatNetwork {
  const byGate = <T>(value: (gate: Gate) => T) => ({ i: value("i"), f: value("f"), g: value("g"), o: value("o") });
  const { peephole, projection } = network;
  const fractions = weightFractions(p);
  return {
    input: byGate((gate) => dense(network.input[gate], fractions.input[gates.indexOf(gate)])),
    recurrent: byGate((gate) => dense(network.recurrent[gate], fractions.recurrent[gates.indexOf(gate)])),
    bias: byGate((gate) => reals(network.bias[gate], p.biasFraction)),
    ...(projection ? { projection: dense(projection, p.projectionWeightFraction) } : {}),
    ...(peephole
      ? {
          peephole: {
            i: reals(peephole.i, p.peepholeFraction),
            f: reals(peephole.f, p.peepholeFraction),
            o: reals(peephole.o, p.peepholeFraction),
          },
        }
      : {}),
  };
}

/** The real numbers behind a raw state. */
export function floatState(p: EseParameters, { c, y }: EseState): EseState {
  return { c: reals(c, p.stateFraction), y: reals(y, p.outputFraction) };
}
