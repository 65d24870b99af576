import {
  type BitSignal,
  type Builder,
  bit,
  countWidth,
  defineModule,
  HdlError,
  input,
  output,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { planAdders } from "./adders.ts";
import { planCarryCounters } from "./carry-counters.ts";
import { counterSum } from "./counter.ts";
import { DualTables, planDualTables } from "./dual-tables.ts";
import { planFullAdders } from "./full-adders.ts";
import type { Plan } from "./plan.ts";
import { Stages, stageOf } from "./stages.ts";

/** What the sum is made of. */
export type PopcountStructure = keyof typeof planners;

const planners = {
  /** Full adders of gates. */
  "full-adders": (bits: number) => planFullAdders(bits),
  /** Adders on carry chains with tables of four inputs (iCE40). */
  adders: planAdders,
  /** Tables of six inputs in front of carry chains (7 series). */
  "carry-counters": planCarryCounters,
  /** Instances of LUT6_2 as full adders (7 series, UltraScale). */
  "dual-tables": planDualTables,
} satisfies { [name: string]: (bits: number, pins: 1 | 2) => Plan };

/** The structure for a target of synthesis. */
export const structureFor = { gates: "full-adders", ice40: "adders", xc7: "carry-counters" } as const;

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

/** What becomes of the two bits of a lane before it is counted. */
export interface LanePairing {
  readonly name: string;
  of(a: UIntSignal, b: UIntSignal): UIntSignal;
}

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
    count.set(counted(m, p, bits, undefined, enable));
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
    count.set(counted(m, p, activations, weights));
  },
}));

/** The number of lanes in which activation and weight agree, through registers that follow `enable`. */
export const pipelinedXnorPopcount = defineModule("xnor_popcount_pipelined", (p: PopcountParameters) => ({
  summary: `In how many of ${p.bits} lanes activation and weight agree, ${popcountLatency(p, 2)} enabled edges later.`,
  ports: {
    enable: input(bit),
    activations: input(uint(p.bits)),
    weights: input(uint(p.bits)),
    count: output(uint(countWidth(p.bits))),
  },
  build({ enable, activations, weights, count }, m) {
    count.set(counted(m, p, activations, weights, enable));
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
  const latency = popcountLatency(p, 2);
  const { count } =
    latency === 0
      ? m.inst(name, xnorPopcountModule, { bits: p.bits, structure: p.structure }, { activations, weights })
      : m.inst(name, pipelinedXnorPopcount, p, { enable, activations, weights });
  return { count, latency };
}

/** Edges from the bits, or from the lanes, to their count. */
export function popcountLatency(p: PopcountParameters, pins: 1 | 2 = 1): number {
  return stageOf(planFor(p, pins).depth, p.levels);
}

function planFor({ bits, levels, structure }: PopcountParameters, pins: 1 | 2): Plan {
  if (!Number.isInteger(bits) || bits < 1 || (levels !== undefined && (!Number.isInteger(levels) || levels < 1))) {
    throw new HdlError({
      code: "bad-width",
      message: `There is no count of ${bits} bits with ${levels ?? "no limit of"} levels between registers.`,
      expected: "1 or more bits, 1 or more levels",
    });
  }
  return planners[structure](bits, pins);
}

/** The count of ones in `x`, or of the lanes in which `x` and `weights` agree; `lanes` names another pairing of the two. */
export function counted(
  m: Builder,
  p: PopcountParameters,
  x: UIntSignal,
  weights?: UIntSignal,
  enable?: BitSignal,
  lanes: LanePairing = { name: "agree", of: (a, b) => a.xor(b).not() },
): UIntSignal {
  const plan = planFor(p, weights === undefined ? 1 : 2);
  const stages = new Stages(m, plan, p.levels, enable);
  const dual = p.structure === "dual-tables" ? new DualTables(m, stages, weights !== undefined) : undefined;
  if (weights === undefined) stages.start(["bits", x]);
  else if (dual !== undefined) stages.start(["activations", x], ["weights", weights]);
  else stages.start([lanes.name, m.node(lanes.name, lanes.of(x, weights))]);
  plan.counters.forEach((counter, i) => {
    const stage = stageOf(counter.level, p.levels);
    const name = `weight${counter.weight}_${i}`;
    if (dual) stages.put(i, name, dual.sum(name, counter, plan.counters[i + 1], stage), stage);
    else stages.put(i, name, counterSum(m, name, counter, stages, stage), stage);
  });
  return stages.number(plan.digits, stageOf(plan.depth, p.levels));
}
