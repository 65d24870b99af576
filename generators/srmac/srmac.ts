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
import { idleOf, roundingUnit, roundingUnitOf, seedingOf } from "../common/rounding-unit.ts";
import { mac } from "./mac.ts";

/**
 * Dot products with one rounding each (Gupta et al. 2015, section 5): pairs of values stream in, `last` with the last one of a dot
 * product, and results stream out in order. A pair of zeros is an empty dot product. The state of the random source
 * enters on `seed`, `lfsrWidth` bits, the lowest first. It counts for the results taken after it: its first bit waits until no sum is being
 * rounded and no result is on offer, and from then on until its last one is in, nothing else moves.
 */
export const srmac = defineModule("srmac", (p: SrmacParameters) => ({
  summary: `Multiply-accumulate of ${p.width} by ${bWidthOf(p)} bits, rounded to ${p.outWidth} bits (${p.rounding}).`,
  ports: {
    ...(drawsBits(p) ? { seed: input(stream(bit)) } : {}),
    terms: input(stream(record({ a: sint(p.width), b: sint(bWidthOf(p)), last: bit }))),
    results: output(stream(sint(p.outWidth))),
  },
  build(io, m) {
    const { terms, results } = io;
    const { seed } = io as { readonly seed?: StreamSource<BitType> };
    const held = m.wire("held", bit);
    const seeding = seed && m.wire("seeding", bit);
    // Everything moves unless a result waits, or the rest of a seed is to come.
    const free = m.node("free", held.not().or(results.ready));
    const enable = m.node("enable", seeding ? free.and(seeding.not()) : free);
    terms.ready.set(enable);
    const { a, b, last } = terms.data;
    const { width, bWidth, accWidth, structure } = p;
    const sums = m.inst("mac", mac, { width, bWidth, accWidth, structure }, { enable, valid: terms.valid, last, a, b });
    const rounding = m.inst("rounding", roundingUnit, roundingUnitOf(p, false), {
      ...{ enable, valid: sums.done, sum: sums.sum },
      ...(seed ? { seed: { load: seed.fire, seed: seed.data } } : {}),
    });
    const { done, result } = rounding;
    seeding?.set(seedingOf(rounding) ?? false);
    seed?.ready.set(seeding?.or(idleOf(rounding) ?? false) ?? false);
    held.set(done);
    // A sum that was ready as a seed began waits for all of it.
    results.valid.set(seeding ? held.and(seeding.not()) : held);
    results.data.set(result);
  },
}));
