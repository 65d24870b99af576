import { bit, defineModule, input, output, record, type SIntSignal, select, sint } from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { shiftedLeft } from "../common/shift.ts";
import { planesGeometry } from "./geometry.ts";
import { countedPair, invertedIf, planeSum, plusCarry } from "./plane-product.ts";

/** How the sum of a step enters the total. */
export const accumulation = record({ valid: bit, first: bit, doubled: bit });

/** Edges from the words of a step to the one at which its sum is added to the total. */
export function unitLatency({ schedule }: PlanesParameters): number {
  return schedule === "serial" ? 2 : 3;
}

/**
 * Dot-product unit (BISMO, section III: AND, popcount, negate, shift, accumulate). Serial: a step is a pair of planes, and
 * pairs come in falling order of 2^(i+j), so that the total is doubled between them instead of each count being shifted.
 * Parallel: a step is all pairs of planes, summed at once.
 *
 * The signs go with the counts, an edge after the words; `accumulate` comes with the sum that they are made into.
 */
export const dotUnit = defineModule("planes_dot_unit", (p: PlanesParameters) => {
  const { weightWord, inputWord, total } = planesGeometry(p);
  return {
    summary: `Dot products of bit planes, ${p.lanes} lanes a step.`,
    ports: {
      weights: input(weightWord),
      inputs: input(inputWord),
      weightNegative: input(bit),
      inputNegative: input(bit),
      accumulate: input(accumulation),
      total: output(total),
    },
    build(io, m) {
      const acc = m.reg("accumulator", total);
      const doubled = shiftedLeft(acc, 1).wrap(p.accWidth);
      const kept = select(total, io.accumulate.doubled, doubled, acc);
      const before = m.node("base", select(total, io.accumulate.first, 0, kept));
      const added = (sum: SIntSignal) => (sum.width > p.accWidth ? sum.wrap(p.accWidth) : sum);
      if (p.schedule === "serial") {
        const negative = m.node("negative", io.weightNegative.xor(io.inputNegative));
        const count = countedPair(m, "count", p.popcount, io.weights, io.inputs);
        const sum = added(invertedIf(count.toSint(), negative));
        m.when(io.accumulate.valid, () => acc.set(plusCarry(sum, before, negative)));
      } else {
        const rows = Array.from({ length: p.inputBits }, (_, i) => {
          const terms = Array.from({ length: p.weightBits }, (_, j) => {
            const weights = io.weights.bits((j + 1) * p.lanes - 1, j * p.lanes);
            const inputs = io.inputs.bits((i + 1) * p.lanes - 1, i * p.lanes);
            return countedPair(m, `count_${i}_${j}`, p.popcount, weights, inputs).toSint();
          });
          return m.node(`row_${i}`, planeSum(terms, io.weightNegative));
        });
        const all = planeSum(rows, io.inputNegative);
        const sum = m.reg("sum", sint(all.width));
        sum.set(all);
        m.when(io.accumulate.valid, () => acc.set(added(sum).add(before).wrap(p.accWidth)));
      }
      io.total.set(acc);
    },
  };
});
