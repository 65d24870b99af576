/** Counts of ones against the definition: add one for each bit that is 1, from the lowest on. */
import {
  type PopcountParameters,
  type PopcountStructure,
  pipelinedXnorPopcount,
  popcountLatency,
  popcountModule,
  xnorPopcountModule,
} from "../../../generators/popcount/popcount.ts";
import {
  type BitSignal,
  type Builder,
  concat,
  countWidth,
  defineModule,
  fixedValue,
  input,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import { delayed } from "./delayed.ts";

interface Counted {
  readonly bits: number;
  readonly structure: PopcountStructure;
}

interface CountedWidths {
  /** Numbers of bits, or of lanes, each counted by a counter of its own. */
  readonly widths: readonly number[];
  readonly structure: PopcountStructure;
}

const bitsOf = (word: UIntSignal): BitSignal[] => Array.from({ length: word.width }, (_, i) => word.bit(i));

/** How many of the first n bits are 1, by n; each is the one before and the next bit. */
function onesOf(bits: readonly BitSignal[]): UIntSignal[] {
  const type = uint(countWidth(bits.length));
  const sums = [fixedValue(type, 0) as UIntSignal];
  for (const bit of bits) sums.push(sums[sums.length - 1].addWrap(concat(bit).extend(type.width)));
  return sums;
}

/** Asserts that the counter of this many bits says what the definition says. */
function claim(m: Builder, name: string, count: UIntSignal, ones: UIntSignal): void {
  m.assert(name, count.width < ones.width ? count.extend(ones.width).eq(ones) : count.eq(ones));
}

/** The count of ones against its definition. */
export const popcountProof = defineModule("popcount_proof", ({ bits, structure }: Counted) => ({
  ports: { word: input(uint(bits) as UIntType) },
  build({ word }, m) {
    const { count } = m.inst("counter", popcountModule, { bits, structure }, { bits: word });
    claim(m, "counts_ones", count, onesOf(bitsOf(word))[bits]);
    m.cover("counts_all", count.eq(bits));
  },
}));

/** Counters of several widths in one circuit, for one run of the solver: of the lowest bits of the same word. */
export const popcountProofs = defineModule("popcount_proofs", ({ widths, structure }: CountedWidths) => ({
  ports: { word: input(uint(Math.max(...widths)) as UIntType) },
  build({ word }, m) {
    const ones = onesOf(bitsOf(word));
    for (const bits of widths) {
      const { count } = m.inst(`of_${bits}`, popcountModule, { bits, structure }, { bits: word.bits(bits - 1, 0) });
      claim(m, `of_${bits}_counts_ones`, count, ones[bits]);
    }
  },
}));

/**
 * The same for lanes that agree. The two bits of a lane stand side by side in `lanes`, the activation lower: decision diagrams that
 * ask for them one after the other stay small.
 */
export const xnorPopcountProofs = defineModule("xnor_popcount_proofs", ({ widths, structure }: CountedWidths) => ({
  ports: { lanes: input(uint(2 * Math.max(...widths)) as UIntType) },
  build({ lanes }, m) {
    const half = (offset: number) => bitsOf(lanes).filter((_, i) => i % 2 === offset);
    const [activations, weights] = [half(0), half(1)];
    const ones = onesOf(activations.map((bit, i) => bit.xor(weights[i]).not()));
    for (const bits of widths) {
      const word = (all: readonly BitSignal[]) => concat(...all.slice(0, bits).toReversed());
      const operands = { activations: word(activations), weights: word(weights) };
      const { count } = m.inst(`of_${bits}`, xnorPopcountModule, { bits, structure }, operands);
      claim(m, `of_${bits}_counts_lanes_that_agree`, count, ones[bits]);
    }
  },
}));

/** Lanes that agree, through registers that always go on: at every edge the number of those of the latency before. */
export const pipelinedPopcountProof = defineModule("pipelined_popcount_proof", (p: PopcountParameters) => ({
  ports: { lanes: input(uint(2 * p.bits) as UIntType) },
  build({ lanes }, m) {
    const halves = (word: UIntSignal) => [word.bits(p.bits - 1, 0), word.bits(2 * p.bits - 1, p.bits)] as const;
    const [activations, weights] = halves(lanes);
    const { count } = m.inst("counter", pipelinedXnorPopcount, p, { enable: true, activations, weights });
    const before = delayed(m, lanes, popcountLatency(p, 2));
    const [a, w] = halves(before.word);
    const ones = onesOf(bitsOf(a.xor(w).not()))[p.bits];
    m.assert("counts_lanes_that_agree", before.there.not().or(count.eq(ones)));
    m.cover("counts_all", before.there.and(count.eq(p.bits)));
  },
}));
