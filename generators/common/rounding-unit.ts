import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineModule,
  fixedValue,
  type Inside,
  input,
  output,
  record,
  type SIntSignal,
  select,
  sint,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { lfsrMasks } from "../../sw-model/format/lfsr.ts";
import { type MacStructure, randomBitsOf } from "../../sw-model/srmac/spec.ts";
import { dspSum, dspWidth } from "./dsp48e1.ts";
import { serialLfsr } from "./lfsr.ts";
import { drawsBits, limitOf, type RoundingParameters, rounded } from "./rounding.ts";

export interface RoundingUnitParameters extends RoundingParameters {
  /** Bits of the random source; stochastic rounding only, as are `stepsPerDraw` and `randomBits`. */
  readonly lfsrWidth: number;
  readonly stepsPerDraw: number;
  /** Low bits of the random source that stand at the top of the dropped ones; 0 for all of these. */
  readonly randomBits: number;
  readonly structure: MacStructure;
  /** The result stands in a register, which is 0 after edges that end no sum. Else it is there while the sum is. */
  readonly registered: boolean;
}

/** The parameters of the rounding unit among those of a generator. */
export function roundingUnitOf(
  p: Omit<RoundingUnitParameters, "registered">,
  registered: boolean,
): RoundingUnitParameters {
  const { accWidth, dropBits, outWidth, rounding, lfsrWidth, stepsPerDraw, randomBits, structure } = p;
  // What does not matter must not make modules differ.
  const random = drawsBits(p)
    ? { lfsrWidth, stepsPerDraw, randomBits }
    : { lfsrWidth: 8, stepsPerDraw: 1, randomBits: 0 };
  return { accWidth, dropBits, outWidth, rounding, structure, registered, ...random };
}

/** A bit of a seed on its way to a random source, which takes it at an edge with `load` high; see `serialLfsr`. */
export const seedBit = record({ load: bit, seed: bit });

/** What a module with a random source has for its seed: its bits, and whether a part of it is in. */
export const seedPorts = { seed: input(seedBit), seeding: output(bit) };
/** The same in the module, where it may draw nothing. */
export type SeedSide = Partial<Inside<typeof seedPorts>>;
/** The same of an instance. */
export const seedingOf = (unit: object) => (unit as { readonly seeding?: BitSignal }).seeding;

/** Where results have no register: no sum is there, and no result is under way. */
const idlePort = { idle: output(bit) };
/** That port of an instance. */
export const idleOf = (unit: object) => (unit as { readonly idle?: BitSignal }).idle;

/** Enabled edges from a sum to its result. */
export function roundingLatency({
  structure,
  registered,
}: Pick<RoundingUnitParameters, "structure" | "registered">): number {
  return (structure === "dsp48e1" ? 2 : 0) + (registered ? 1 : 0);
}

/**
 * Rounding unit (Gupta et al. 2015, section 5): a sum at each enabled edge at which `valid` is high, its result
 * `roundingLatency` enabled edges later; where that is 0, before the edge. Draws one value a result from its own LFSR, which does not step
 * otherwise, nor while a seed enters.
 */
export const roundingUnit = defineModule("rounding_unit", (p: RoundingUnitParameters) => ({
  summary: `Rounds ${p.accWidth} bits to ${p.outWidth}, without the lowest ${p.dropBits} (${p.rounding}).`,
  ports: {
    enable: input(bit),
    valid: input(bit),
    sum: input(sint(p.accWidth)),
    ...(drawsBits(p) ? seedPorts : {}),
    ...(drawsBits(p) && !p.registered ? idlePort : {}),
    done: output(bit),
    result: output(sint(p.outWidth)),
  },
  build(io, m) {
    const { enable, valid } = io;
    const { seed, seeding, idle } = io as SeedSide & Partial<Inside<typeof idlePort>>;
    const source = { width: p.lfsrWidth, mask: lfsrMasks[p.lfsrWidth], stepsPerDraw: p.stepsPerDraw };
    const drawn = seed && m.inst("random", serialLfsr, source, { ...seed, draw: enable.and(valid) });
    if (drawn) seeding?.set(drawn.loading);
    const random = drawn?.value.bits(randomBitsOf(p) - 1, 0);
    const next =
      p.structure === "dsp48e1"
        ? roundedByDsp(m, { sum: io.sum, random, enable }, p)
        : rounded(m, io.sum, p, { random, floorFirst: p.structure !== "xc7" });
    const stages = [valid];
    for (let i = 1; i <= roundingLatency({ ...p, registered: false }); i++) {
      const stage = m.reg(`valid_${i}`, bit, { reset: false });
      const before = stages[i - 1];
      m.when(enable, () => stage.set(before));
      stages.push(stage);
    }
    const last = stages[stages.length - 1];
    idle?.set(stages.reduce((any, stage) => any.or(stage)).not());
    if (!p.registered) {
      if (stages.length === 1 && !drawn) m.unused(enable);
      io.done.set(last);
      io.result.set(next);
      return;
    }
    const done = m.reg("full", bit, { reset: false });
    const result = m.reg("held", sint(p.outWidth));
    m.when(enable, () => {
      done.set(last);
      result.set(select(result.type, last, next, 0));
    });
    io.done.set(done);
    io.result.set(result);
  },
}));

/**
 * The sum in a DSP block, as in the paper; its pattern detector tells whether the excess bits are equal. The sign of the
 * operand decides where to saturate, since 48 bits cannot hold a sum just above their range.
 */
function roundedByDsp(
  m: Builder,
  { sum, random, enable }: { sum: SIntSignal; random: UIntSignal | undefined; enable: BitSignal },
  p: RoundingParameters,
): SIntSignal {
  const lowest = Math.min(p.dropBits + p.outWidth, dspWidth) - 1;
  const addend = addendOf(sum, random, p).extend(dspWidth);
  const { sum: total, zeros, ones } = dspSum(m, "adder", { c: sum.extend(dspWidth), addend, enable, lowest });
  const first = m.reg("negativeOperand", bit);
  const negative = m.reg("negative", bit);
  m.when(enable, () => {
    first.set(sum.negative());
    negative.set(first);
  });
  const fits = m.node("fits", zeros.or(ones.and(negative)));
  const kept = total.bits(lowest, p.dropBits).asSint().extend(p.outWidth);
  return select(sint(p.outWidth), fits, kept, limitOf(negative, p.outWidth));
}

/** What is added before the low bits are cut off. */
function addendOf(
  sum: SIntSignal,
  random: UIntSignal | undefined,
  { dropBits: k, rounding }: RoundingParameters,
): UIntSignal {
  if (k === 0 || rounding === "truncate") return fixedValue(uint(1), 0);
  if (random) return random.width < k ? concat(random, fixedValue(uint(k - random.width), 0)) : random;
  const half = 2n ** BigInt(k - 1);
  const below = fixedValue(uint(k), half - 1n);
  if (rounding === "nearest") return below;
  return select(uint(k), k < sum.width ? sum.bit(k) : sum.negative(), fixedValue(uint(k), half), below);
}
