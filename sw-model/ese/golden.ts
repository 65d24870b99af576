import { dropBits, saturate } from "../format/fixed.ts";
import { type EseNetwork, type EseSequence, type EseState, type Gate, gates, type WeightMatrix } from "./network.ts";
import { lookupOf } from "./nonlinearity.ts";
import { type EseOperation, type EseResult, layersOf, statesOf } from "./operation.ts";
import type { EseParameters } from "./spec.ts";

/** Everything that a step computes, raw, by the names of docs/ese-numerics.md; a value a cell, `y` a value an output. */
export interface EseStep extends EseState {
  /** Accumulators of the gates, then the sums that enter sigmoid and tanh, then what those give. */
  readonly acc: Readonly<Record<Gate, readonly number[]>>;
  readonly z: Readonly<Record<Gate, readonly number[]>>;
  readonly gate: Readonly<Record<Gate, readonly number[]>>;
  /** tanh of the new cell state. */
  readonly h: readonly number[];
  readonly m: readonly number[];
}

/** The steps of a sequence, the state carried from one to the next. The network and the sequence must fit the parameters. */
export function goldenSteps(parameters: EseParameters, network: EseNetwork, { x, state }: EseSequence): EseStep[] {
  const step = stepOf(parameters, network);
  let before = state;
  return x.map((input) => {
    const after = step(input, before);
    before = after;
    return after;
  });
}

/** The function of one step of a network (docs/ese-numerics.md). Sums stay below 2^53, so doubles hold them exactly. */
export function stepOf(p: EseParameters, network: EseNetwork): (x: readonly number[], before: EseState) => EseStep {
  // Adding 0 turns a negative zero into a plain one.
  const round = (value: number, drop: number, width: number) => saturate(dropBits(value, drop, p.rounding), width) + 0;
  const sigmoid = lookupOf("sigmoid", p, p.gateFraction);
  const tanh = lookupOf("tanh", p, p.gateFraction);
  const tanhOfState = lookupOf("tanh", p, p.stateFraction);
  const biasScale = 2 ** (p.accFraction - p.biasFraction);
  const peepholeScale = 2 ** (p.accFraction - p.peepholeFraction - p.stateFraction);
  const inputScale = 2 ** (p.accFraction - p.inputFraction - p.inputWeightFraction);
  const recurrentScale = 2 ** (p.accFraction - p.outputFraction - p.recurrentWeightFraction);
  const stateScale = 2 ** (p.gateOutputFraction - p.stateFraction);
  const fromInput = gates.map((gate) => inColumns(network.input[gate]));
  const fromOutput = gates.map((gate) => inColumns(network.recurrent[gate]));
  const projection = network.projection && inColumns(network.projection);

  return (x, before) => {
    const sums = gates.map((_, g) => {
      const acc = new Float64Array(network.cells);
      accumulate(acc, fromInput[g], x, inputScale, p.accWidth);
      accumulate(acc, fromOutput[g], before.y, recurrentScale, p.accWidth);
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

type Columns = readonly (readonly (readonly [row: number, raw: number])[])[];

function inColumns({ cols, entries }: WeightMatrix): Columns {
  const columns = Array.from({ length: cols }, (): [number, number][] => []);
  for (const [row, col, raw] of entries) columns[col].push([row, raw]);
  return columns;
}

/** Column after column, each sum saturated. A column has a row once, so the order within it does not matter. */
function accumulate(acc: Float64Array, columns: Columns, x: readonly number[], scale: number, width: number): void {
  const highest = 2 ** (width - 1) - 1;
  columns.forEach((column, col) => {
    for (const [row, raw] of column) {
      const sum = acc[row] + raw * x[col] * scale;
      acc[row] = Math.max(-highest - 1, Math.min(highest, sum));
    }
  });
}

/** The formats of a layer whose x is the y of the layer below, its weights those of y. */
const aboveFirst = (p: EseParameters): EseParameters => ({
  ...p,
  inputFraction: p.outputFraction,
  inputWeightFraction: p.recurrentWeightFraction,
});

/** The result of an operation (contract, numbers, rule 7). */
export function goldenEse(parameters: EseParameters, operation: EseOperation): EseResult {
  const { above, sequences, batched } = operation;
  const results = sequences.map((sequence) => {
    const states = statesOf(sequence);
    const c: number[][] = [];
    let { x } = sequence;
    layersOf(operation).forEach((layer, k) => {
      const steps = goldenSteps(k === 0 ? parameters : aboveFirst(parameters), layer, { x, state: states[k] });
      x = steps.map(({ y }) => y);
      c.push([...steps[steps.length - 1].c]);
    });
    return { y: x.map((y) => [...y]), c: above ? c : c[0] };
  });
  return batched ? { y: results.map(({ y }) => y), c: results.map((result) => result.c) } : results[0];
}
