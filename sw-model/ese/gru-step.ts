import { dropBits, saturate } from "../format/fixed.ts";
import { accumulate, inColumns } from "./columns.ts";
import { type EseState, type GruGate, type GruNetwork, type GruSum, gruGates } from "./network.ts";
import { lookupOf } from "./nonlinearity.ts";
import type { EseParameters } from "./spec.ts";
import { weightFractions } from "./weight-fractions.ts";

/** Everything that a step of a GRU computes, raw, by the names of docs/ese-numerics.md; a value a cell. */
export interface GruStep extends EseState {
  readonly acc: Readonly<Record<GruSum, readonly number[]>>;
  /** The recurrent part of the candidate, bias included, before the reset. */
  readonly q: readonly number[];
  /** The sums that enter sigmoid and tanh, then what those give. */
  readonly z: Readonly<Record<GruGate, readonly number[]>>;
  readonly gate: Readonly<Record<GruGate, readonly number[]>>;
}

/**
 * The function of one step of a GRU (Cho et al., 2014; ONNX, GRU, linear_before_reset = 1; docs/ese-numerics.md). Sums stay below 2^53, so
 * doubles hold them exactly.
 */
export function gruStepOf(p: EseParameters, network: GruNetwork): (x: readonly number[], before: EseState) => GruStep {
  // Adding 0 turns a negative zero into a plain one.
  const round = (value: number, drop: number, width: number) => saturate(dropBits(value, drop, p.rounding), width) + 0;
  const sigmoid = lookupOf("sigmoid", p, p.gateFraction);
  const tanh = lookupOf("tanh", p, p.gateFraction);
  const one = 2 ** p.gateOutputFraction;
  const stateScale = 2 ** (p.gateOutputFraction - p.stateFraction);
  const biasScale = 2 ** (p.accFraction - p.biasFraction);
  const { input, recurrent, bias } = network;
  const fromInput = { z: inColumns(input.z), r: inColumns(input.r), h: inColumns(input.h) };
  const fromOutput = { z: inColumns(recurrent.z), r: inColumns(recurrent.r), h: inColumns(recurrent.h) };
  // The candidate's sum has the fraction bits of the accumulators or those of r * q, whichever are more.
  const sumFraction = Math.max(p.accFraction, p.gateOutputFraction + p.gateFraction);
  const accScale = 2 ** (sumFraction - p.accFraction);
  const resetScale = 2 ** (sumFraction - p.gateOutputFraction - p.gateFraction);

  const fractions = weightFractions(p);
  const addInputs = (acc: Float64Array, gate: GruGate, x: readonly number[]) => {
    const fraction = p.inputFraction + fractions.input[gruGates.indexOf(gate)];
    accumulate(acc, fromInput[gate], x, 2 ** (p.accFraction - fraction), p.accWidth);
  };
  const addOutputs = (acc: Float64Array, gate: GruGate, y: readonly number[]) => {
    const fraction = p.outputFraction + fractions.recurrent[gruGates.indexOf(gate)];
    accumulate(acc, fromOutput[gate], y, 2 ** (p.accFraction - fraction), p.accWidth);
  };

  return (x, before) => {
    const zeros = () => new Float64Array(network.cells);
    const sums = { z: zeros(), r: zeros(), hx: zeros(), hr: zeros() };
    addInputs(sums.z, "z", x);
    addInputs(sums.r, "r", x);
    addInputs(sums.hx, "h", x);
    addOutputs(sums.z, "z", before.y);
    addOutputs(sums.r, "r", before.y);
    addOutputs(sums.hr, "h", before.y);
    const biased = (sum: GruSum, cell: number) => sums[sum][cell] + bias[sum][cell] * biasScale;
    const entering = (sum: GruSum, cell: number) =>
      round(biased(sum, cell), p.accFraction - p.gateFraction, p.gateBits);

    const cells = Array.from({ length: network.cells }, (_, cell) => {
      const zz = entering("z", cell);
      const zr = entering("r", cell);
      const q = entering("hr", cell);
      const [z, r] = [sigmoid(zz), sigmoid(zr)];
      const zh = round(biased("hx", cell) * accScale + r * q * resetScale, sumFraction - p.gateFraction, p.gateBits);
      const h = tanh(zh);
      const mixed = (one - z) * h + z * before.c[cell] * stateScale;
      const c = round(mixed, 2 * p.gateOutputFraction - p.stateFraction, p.stateBits);
      const y = round(mixed, 2 * p.gateOutputFraction - p.outputFraction, p.activationBits);
      return { q, z: { z: zz, r: zr, h: zh }, gate: { z, r, h }, c, y };
    });
    const byGate = (value: (gate: GruGate) => readonly number[]) => ({ z: value("z"), r: value("r"), h: value("h") });
    return {
      acc: {
        z: Array.from(sums.z),
        r: Array.from(sums.r),
        hx: Array.from(sums.hx),
        hr: Array.from(sums.hr),
      },
      q: cells.map((cell) => cell.q),
      z: byGate((gate) => cells.map(({ z }) => z[gate])),
      gate: byGate((gate) => cells.map((cell) => cell.gate[gate])),
      c: cells.map(({ c }) => c),
      y: cells.map(({ y }) => y),
    };
  };
}
