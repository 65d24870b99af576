import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  countWidth,
  defineModule,
  HdlError,
  input,
  output,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { fullAdder, planFullAdders } from "./full-adders.ts";
import { Pipeline } from "./pipeline.ts";
import type { Bit, Plan } from "./plan.ts";

/** What the sum is made of. */
export type PopcountStructure = "full-adders";

export interface PopcountParameters {
  /** How many bits are counted, 1 or more. */
  readonly bits: number;
  readonly structure: PopcountStructure;
  /** Counters between two registers, at most; absent: no registers. */
  readonly levels?: number;
}

/** How the bits are counted, and where registers stand. */
export type PopcountOptions = Omit<PopcountParameters, "bits"> & {
  /** The registers take values only at edges with this high; absent: at every edge. */
  readonly enable?: BitSignal;
};

/** A count and when it is there: `latency` edges (with enable) after the bits. */
export interface Popcount {
  /** countWidth(bits) bits. */
  readonly count: UIntSignal;
  readonly latency: number;
}

/** The number of ones, without registers. */
export const popcountModule = defineModule("popcount", (p: PopcountParameters) => ({
  summary: `How many of ${p.bits} bits are 1.`,
  ports: { bits: input(uint(p.bits)), count: output(uint(countWidth(p.bits))) },
  build({ bits, count }, m) {
    count.set(counted(m, p, bits));
  },
}));

/** The number of ones, through registers that follow `enable`. */
export const pipelinedPopcount = defineModule("popcount_pipelined", (p: PopcountParameters) => ({
  summary: `How many of ${p.bits} bits are 1, ${popcountLatency(p)} enabled edges later.`,
  ports: { enable: input(bit), bits: input(uint(p.bits)), count: output(uint(countWidth(p.bits))) },
  build({ enable, bits, count }, m) {
    count.set(counted(m, p, bits, enable));
  },
}));

/** The number of lanes in which activation and weight agree, without registers. */
export const xnorPopcountModule = defineModule("xnor_popcount", (p: PopcountParameters) => ({
  summary: `In how many of ${p.bits} lanes activation and weight agree.`,
  ports: {
    activations: input(uint(p.bits)),
    weights: input(uint(p.bits)),
    count: output(uint(countWidth(p.bits))),
  },
  build({ activations, weights, count }, m) {
    count.set(counted(m, p, m.node("agree", activations.xor(weights).not())));
  },
}));

/** The number of lanes in which activation and weight agree, through registers that follow `enable`. */
export const pipelinedXnorPopcount = defineModule("xnor_popcount_pipelined", (p: PopcountParameters) => ({
  summary: `In how many of ${p.bits} lanes activation and weight agree, ${popcountLatency(p)} enabled edges later.`,
  ports: {
    enable: input(bit),
    activations: input(uint(p.bits)),
    weights: input(uint(p.bits)),
    count: output(uint(countWidth(p.bits))),
  },
  build({ enable, activations, weights, count }, m) {
    count.set(counted(m, p, m.node("agree", activations.xor(weights).not()), enable));
  },
}));

/** How many of `bits` are 1: an instance called `name`. */
export function popcountOf(m: Builder, name: string, bits: UIntSignal, options: PopcountOptions): Popcount {
  const { enable = true, ...shape } = options;
  const p = { ...shape, bits: bits.width };
  const latency = popcountLatency(p);
  const { count } =
    latency === 0
      ? m.inst(name, popcountModule, { bits: p.bits, structure: p.structure }, { bits })
      : m.inst(name, pipelinedPopcount, p, { enable, bits });
  return { count, latency };
}

/**
 * In how many lanes `activations` and `weights`, of equal widths, agree: an instance called `name`. With bits b that stand
 * for 2b - 1, the dot product is 2 * count - lanes (FINN, Umuroglu et al. 2017, section III).
 */
export function xnorPopcount(
  m: Builder,
  name: string,
  activations: UIntSignal,
  weights: UIntSignal,
  options: PopcountOptions,
): Popcount {
  const { enable = true, ...shape } = options;
  const p = { ...shape, bits: activations.width };
  const latency = popcountLatency(p);
  const { count } =
    latency === 0
      ? m.inst(name, xnorPopcountModule, { bits: p.bits, structure: p.structure }, { activations, weights })
      : m.inst(name, pipelinedXnorPopcount, p, { enable, activations, weights });
  return { count, latency };
}

/** Edges from the bits to their count. */
export function popcountLatency(p: PopcountParameters): number {
  return stageOf(planOf(p).depth, p.levels);
}

function planOf({ bits, levels }: PopcountParameters): Plan {
  if (!Number.isInteger(bits) || bits < 1 || (levels !== undefined && (!Number.isInteger(levels) || levels < 1))) {
    throw new HdlError({
      code: "bad-width",
      message: `There is no count of ${bits} bits with ${levels ?? "no limit of"} levels between registers.`,
      expected: "1 or more bits, 1 or more levels",
    });
  }
  return planFullAdders(bits);
}

/** The stage of a pipeline in which counters of this level work. */
function stageOf(level: number, levels = Number.POSITIVE_INFINITY): number {
  return Math.max(0, Math.ceil(level / levels) - 1);
}

function counted(m: Builder, p: PopcountParameters, bits: UIntSignal, enable?: BitSignal): UIntSignal {
  const { counters, digits, depth } = planOf(p);
  const pipeline = new Pipeline(m, enable);
  const outputs: BitSignal[][] = [];
  const signalOf = ({ source, level }: Bit, stage: number): BitSignal => {
    const signal = "input" in source ? bits.bit(source.input) : outputs[source.counter][source.output];
    const name = "input" in source ? `input${source.input}` : `counter${source.counter}_${source.output}`;
    return pipeline.delayed(name, signal, stage - stageOf(level, p.levels));
  };
  counters.forEach(({ weight, level, inputs }, i) => {
    const stage = stageOf(level, p.levels);
    outputs.push(
      fullAdder(
        m,
        `w${weight}_${i}`,
        inputs.map((bit) => signalOf(bit, stage)),
      ),
    );
  });
  const last = stageOf(depth, p.levels);
  const count = digits.map((digit) => signalOf(digit, last)).reverse();
  return concat(...count);
}
