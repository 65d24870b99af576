import { asFixed, type Builder, type FixedSignal, type SIntSignal, sint } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { delayed } from "./delayed.ts";
import { lookup } from "./lookup.ts";

/** Sums, products and look-ups of a cell in the formats of docs/ese-numerics.md. A value is delayed from edge `at` on. */
export function cellArithmetic(m: Builder, p: EseParameters) {
  /** Accumulator and bias. */
  const total = sint(1 + Math.max(p.accWidth, p.biasBits + p.accFraction - p.biasFraction));
  const ofSum = (x: SIntSignal) => asFixed(x, x.width - p.accFraction, p.accFraction);
  const kept = (name: string, exact: FixedSignal, at: number) => {
    const { il, fl } = exact.type;
    return asFixed(delayed(m, name, sint(il + fl), exact.raw(), at, at + 1), il, fl);
  };
  return {
    total,
    gateSum: sint(p.gateBits),
    ofSum,
    ofState: (x: SIntSignal) => asFixed(x, p.stateBits - p.stateFraction, p.stateFraction),
    ofGateSum: (x: SIntSignal) => asFixed(x, p.gateBits - p.gateFraction, p.gateFraction),
    ofGate: (x: SIntSignal) => asFixed(x, 1, p.gateOutputFraction),
    /** A sum of edge `at` and its bias, an edge later. */
    biased(name: string, sum: SIntSignal, bias: SIntSignal, at: number): SIntSignal {
      const both = ofSum(sum).add(asFixed(bias, p.biasBits - p.biasFraction, p.biasFraction));
      return delayed(m, name, total, both.raw().extend(total.width), at, at + 1);
    },
    /** An exact number of edge `at`, an edge later. */
    kept,
    product: (name: string, a: FixedSignal, b: FixedSignal, at: number) => kept(name, a.mul(b), at),
    /** What enters sigmoid or tanh. */
    entering: (sum: FixedSignal) =>
      sum.round({ il: p.gateBits - p.gateFraction, fl: p.gateFraction, mode: p.rounding }).raw(),
    asState: (exact: FixedSignal) =>
      exact.round({ il: p.stateBits - p.stateFraction, fl: p.stateFraction, mode: p.rounding }).raw(),
    asOutput: (exact: FixedSignal) =>
      exact.round({ il: p.activationBits - p.outputFraction, fl: p.outputFraction, mode: p.rounding }).raw(),
    look(name: string, which: "sigmoid" | "tanh", z: SIntSignal, width: number, fraction: number): SIntSignal {
      const { lookup: kind, tableSize, tableRange, gateOutputFraction } = p;
      const parameters = { name: which, width, fraction, lookup: kind, tableSize, tableRange, gateOutputFraction };
      return m.inst(name, lookup, parameters, { z }).value;
    },
  };
}
