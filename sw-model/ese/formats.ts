import { gates, gruGates } from "./network.ts";
import { type EseParameters, lookupGroups, sampleFraction } from "./spec.ts";
import { weightFractions } from "./weight-fractions.ts";

/** Fixed point in two's complement: raw * 2^-fraction. */
export interface StatedFormat {
  readonly width: number;
  readonly fraction: number;
  readonly min: number;
  readonly max: number;
}

/** Where bits are dropped, and what becomes of values that are too large. */
export interface StatedRounding {
  readonly from: string;
  readonly to: string;
  readonly droppedBits: number;
  readonly rounding: string;
  readonly overflow: "saturates";
}

/** The numbers of docs/ese-numerics.md for one set of parameters, as `generate` writes them beside the Verilog. */
export function eseFormats(p: EseParameters) {
  const format = (width: number, fraction: number): StatedFormat => ({
    width,
    fraction,
    min: -(2 ** (width - 1 - fraction)),
    max: 2 ** (width - 1 - fraction) - 2 ** -fraction,
  });
  const y = format(p.activationBits, p.outputFraction);
  const projects = p.projection > 0;
  const fractions = weightFractions(p);
  const names: readonly string[] = p.cell === "gru" ? gruGates : gates;
  /** One format, or by gate where they differ. */
  const ofGates = (by: readonly number[]) => {
    const formats = names.map((_, gate) => format(p.weightBits, by[gate]));
    const same = formats.every(({ fraction }) => fraction === formats[0].fraction);
    return same ? formats[0] : Object.fromEntries(names.map((name, gate) => [name, formats[gate]]));
  };
  return {
    signals: {
      x: format(p.activationBits, p.inputFraction),
      y,
      ...(p.cell === "gru" ? {} : { m: y }),
      c: format(p.stateBits, p.stateFraction),
      inputWeights: ofGates(fractions.input),
      recurrentWeights: ofGates(fractions.recurrent),
      ...(p.layers > 1 ? { xAboveFirstLayer: y, inputWeightsAboveFirstLayer: ofGates(fractions.recurrent) } : {}),
      ...(projects ? { projectionWeights: format(p.weightBits, p.projectionWeightFraction) } : {}),
      ...(p.peephole ? { peepholeWeights: format(p.weightBits, p.peepholeFraction) } : {}),
      biases: format(p.biasBits, p.biasFraction),
      gateAccumulators: format(p.accWidth, p.accFraction),
      ...(projects
        ? { projectionAccumulators: format(p.accWidth, p.outputFraction + p.projectionWeightFraction) }
        : {}),
      gateSums: format(p.gateBits, p.gateFraction),
      gates: format(p.gateOutputFraction + 1, p.gateOutputFraction),
    },
    accumulation: "saturates at every addition; columns of x, then of y, first to last",
    roundings: p.cell === "gru" ? gruRoundings(p) : lstmRoundings(p),
    lookups: {
      kind: p.lookup,
      range: [-p.tableRange, p.tableRange],
      sampledHalf: "positive; negative arguments are mirrored",
      ...(p.lookup === "k-tanh" ? segmentsStated(p) : samplesStated(p)),
      beyondRange: "the last sample",
    },
  };
}

type Rounded = readonly [from: string, to: string, droppedBits: number];

function stated({ rounding }: EseParameters, all: readonly Rounded[]): StatedRounding[] {
  return all.map(([from, to, droppedBits]) => ({ from, to, droppedBits, rounding, overflow: "saturates" }));
}

function lstmRoundings(p: EseParameters): StatedRounding[] {
  return stated(p, [
    ["gateAccumulators + biases + peepholeWeights * c", "gateSums", p.accFraction - p.gateFraction],
    ["f * c + i * g", "c", 2 * p.gateOutputFraction - p.stateFraction],
    ["o * tanh(c)", "m", 2 * p.gateOutputFraction - p.outputFraction],
    ...(p.projection > 0 ? [["projectionAccumulators", "y", p.projectionWeightFraction] as const] : []),
  ]);
}

function gruRoundings(p: EseParameters): StatedRounding[] {
  const candidate = Math.max(p.accFraction, p.gateOutputFraction + p.gateFraction);
  return stated(p, [
    ["gateAccumulators + biases", "gateSums of z and r, and q", p.accFraction - p.gateFraction],
    ["gateAccumulators + biases + r * q", "gateSums of h", candidate - p.gateFraction],
    ["(1 - z) * h + z * c", "c", 2 * p.gateOutputFraction - p.stateFraction],
    ["(1 - z) * h + z * c", "y", 2 * p.gateOutputFraction - p.outputFraction],
  ]);
}

function samplesStated(p: EseParameters) {
  return {
    samples: p.lookup === "table" ? p.tableSize : p.tableSize + 1,
    sampleAt: p.lookup === "table" ? "the middle of each step" : "the ends of the steps",
    step: 2 ** -sampleFraction(p),
    indexShift: {
      gateSums: p.gateFraction - sampleFraction(p),
      ...(p.cell === "gru" ? {} : { c: p.stateFraction - sampleFraction(p) }),
    },
  };
}

function segmentsStated({ tableSize, tableRange }: EseParameters) {
  return {
    segments: tableSize,
    segmentsAnOctave: tableSize / lookupGroups,
    lowestOctaveFrom: tableRange * 2 ** (1 - lookupGroups),
    value: "base + floor(offset * 2^-shift), base and shift by segment",
  };
}
