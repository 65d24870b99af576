import {
  type BitType,
  bit,
  defineModule,
  input,
  output,
  record,
  type StreamSource,
  sint,
  stream,
} from "../../hdl/index.ts";
import { bWidthOf, type SrmacParameters } from "../../sw-model/srmac/spec.ts";
import { drawsBits } from "../common/rounding.ts";
import { roundingUnit, roundingUnitOf } from "../common/rounding-unit.ts";
import { mac } from "./mac.ts";

/**
 * Dot products with one rounding each (Gupta et al. 2015, section 5): pairs of values stream in, `last` with the last one of a dot
 * product, and results stream out in order. A pair of zeros is an empty dot product. The state of the random source
 * enters on `seed`, `lfsrWidth` bits, the lowest first, and counts from the draw after the last of them on; whoever
 * changes it waits for the results before, since a sum that is rounded meanwhile takes what is there of it.
 */
export const srmac = defineModule("srmac", (p: SrmacParameters) => {
  const bWidth = bWidthOf(p);
  return {
    summary: `Multiply-accumulate of ${p.width} by ${bWidth} bits, rounded to ${p.outWidth} bits (${p.rounding}).`,
    ports: {
      ...(drawsBits(p) ? { seed: input(stream(bit)) } : {}),
      terms: input(stream(record({ a: sint(p.width), b: sint(bWidth), last: bit }))),
      results: output(stream(sint(p.outWidth))),
    },
    build(io, m) {
      const { terms, results } = io;
      const { seed } = io as { readonly seed?: StreamSource<BitType> };
      const held = m.wire("held", bit);
      // Everything moves unless a result waits.
      const enable = m.node("enable", held.not().or(results.ready));
      terms.ready.set(enable);
      const { a, b, last } = terms.data;
      const { width, accWidth, structure } = p;
      const sums = m.inst(
        "mac",
        mac,
        { width, bWidth, accWidth, structure },
        { enable, valid: terms.valid, last, a, b },
      );
      // A result that waits stays as it is.
      const loads = held.not();
      seed?.ready.set(loads);
      const { done, result } = m.inst("rounding", roundingUnit, roundingUnitOf(p, false), {
        ...{ enable, valid: sums.done, sum: sums.sum },
        ...(seed ? { seed: { load: seed.valid.and(loads), seed: seed.data } } : {}),
      });
      held.set(done);
      results.valid.set(held);
      results.data.set(result);
    },
  };
});
