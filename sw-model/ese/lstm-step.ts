import { dropBits, saturate } from "../format/fixed.ts";
import { accumulate, type Columns, inColumns } from "./columns.ts";
import { type EseState, type Gate, gates, type LstmNetwork } from "./network.ts";
import { lookupOf } from "./nonlinearity.ts";
import type { EseParameters } from "./spec.ts";
import { weightFractions } from "./weight-fractions.ts";

/** Everything that a step of an LSTM computes, raw, by the names of docs/ese-numerics.md; a value a cell, `y` a value an output. */
export interface LstmStep extends EseState {
  /** Accumulators of the gates, then the sums that enter sigmoid and tanh, then what those give. */
  readonly acc: Readonly<Record<Gate, readonly number[]>>;
  readonly z: Readonly<Record<Gate, readonly number[]>>;
  readonly gate: Readonly<Record<Gate, readonly number[]>>;
  /** tanh of the new cell state. */
  readonly h: readonly number[];
  readonly m: readonly number[];
}

/** The function of one step of an LSTM (docs/ese-numerics.md). Sums stay below 2^53, so doubles hold them exactly. */
export function lstmStepOf(
  p: EseParameters,
  network: LstmNetwork,
): (x: readonly number[], before: EseState) => LstmStep {
  // Adding 0 turns a negative zero into a plain one.
  const round = (value: number, drop: number, width: number) => saturate(dropBits(value, drop, p.rounding), width) + 0;
  const sigmoid = lookupOf("sigmoid", p, p.gateFraction);
  const tanh = lookupOf("tanh", p, p.gateFraction);
  const tanhOfState = lookupOf("tanh", p, p.stateFraction);
  const biasScale = 2 ** (p.accFraction - p.biasFraction);
  const peepholeScale = 2 ** (p.accFraction - p.peepholeFraction - p.stateFraction);
  const fractions = weightFractions(p);
  const inputScales = fractions.input.map((fraction) => 2 ** (p.accFraction - p.inputFraction - fraction));
  const recurrentScales = fractions.recurrent.map((fraction) => 2 ** (p.accFraction - p.outputFraction - fraction));
  const stateScale = 2 ** (p.gateOutputFraction - p.stateFraction);
  const fromInput = gates.map((gate) => inColumns(network.input[gate]));
  const fromOutput = gates.map((gate) => inColumns(network.recurrent[gate]));
  const projection = network.projection && inColumns(network.projection);

  return (x, before) => {
    const sums = gates.map((_, g) => {
      const acc = new Float64Array(network.cells);
      accumulate(acc, fromInput[g], x, inputScales[g], p.accWidth);
      accumulate(acc, fromOutput[g], before.y, recurrentScales[g], p.accWidth);
      return acc;
    });
    const entering = (gate: Gate, cell: number, state: number) => {
      const peephole = gate === "g" ? undefined : network.peephole?.[gate];
      const seen = peephole ? peephole[cell] * state * peepholeScale : 0;
      const total = sums[gates.indexOf(gate)][cell] + network.bias[gate][cell] * biasScale + seen;
      return round(total, p.accFraction - p.gateFraction, p.gateBits);
    };

    const cells = Array.from({ length: network.cells }, (_, cell) => {
      const old = before.c[cell];
      const zi = entering("i", cell, old);
      const zf = entering("f", cell, old);
      const zg = entering("g", cell, old);
      const [i, f, g] = [sigmoid(zi), sigmoid(zf), tanh(zg)];
      const c = round(f * old * stateScale + i * g, 2 * p.gateOutputFraction - p.stateFraction, p.stateBits);
      const zo = entering("o", cell, c);
      const o = sigmoid(zo);
      const h = tanhOfState(c);
      const m = round(o * h, 2 * p.gateOutputFraction - p.outputFraction, p.activationBits);
      return { z: { i: zi, f: zf, g: zg, o: zo }, gate: { i, f, g, o }, c, h, m };
    });
    const m = cells.map((cell) => cell.m);
    const byGate = (value: (gate: Gate) => readonly number[]) => ({
      i: value("i"),
      f: value("f"),
      g: value("g"),
      o: value("o"),
    });
    return {
      acc: byGate((gate) => Array.from(sums[gates.indexOf(gate)])),
      z: byGate((gate) => cells.map(({ z }) => z[gate])),
      gate: byGate((gate) => cells.map((cell) => cell.gate[gate])),
      c: cells.map(({ c }) => c),
      h: cells.map(({ h }) => h),
      m,
      y: projection ? project(projection, m) : m,
    };
  };

  function project(matrix: Columns, m: readonly number[]): number[] {
    const acc = new Float64Array(network.outputs);
    accumulate(acc, matrix, m, 1, p.accWidth);
    return Array.from(acc, (sum) => round(sum, p.projectionWeightFraction, p.activationBits));
  }
}
