import { bit, concat, defineModule, input, output, select } from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { shiftedLeft } from "../common/shift.ts";
import { popcountOf } from "../popcount/popcount.ts";
import { planesGeometry } from "./geometry.ts";
import { planeSum } from "./plane-product.ts";

/**
 * The sum of every input vector, which bipolar weights need beside the products (dot = sum of 2^i * (2 * popcount(a_i and w) -
 * popcount(a_i))): counted once while the vector is loaded, not in every unit. Planes come highest first, as in a unit.
 */
export const inputSums = defineModule("planes_input_sums", (p: PlanesParameters) => {
  const { inputWord, inputPlanes, total, column } = planesGeometry(p);
  return {
    summary: "Sum of each input vector, from the words that load it.",
    ports: {
      load: input(bit),
      half: input(bit),
      bank: input(column),
      /** The word starts a vector; or the next lower plane; it is of the plane that counts negative. */
      first: input(bit),
      nextPlane: input(bit),
      negative: input(bit),
      word: input(inputWord),
      readHalf: input(bit),
      readColumn: input(column),
      sum: output(total),
    },
    build(io, m) {
      const counts = Array.from({ length: inputPlanes }, (_, i) => {
        const plane = io.word.bits((i + 1) * p.lanes - 1, i * p.lanes);
        return popcountOf(m, `ones${i}`, plane, { structure: p.popcount }).count.toSint();
      });
      const count = m.node("count", planeSum(counts, io.negative));
      const counted = m.reg("counted", count.type);
      const adding = m.reg("adding", bit, { reset: false });
      const first = m.reg("firstWord", bit);
      const doubling = m.reg("doubling", bit);
      const sums = m.mem("sums", 2 ** (1 + column.width), total);
      const place = m.reg("place", sums.addressType);
      adding.set(io.load);
      m.when(io.load, () => {
        counted.set(count);
        first.set(io.first);
        doubling.set(io.nextPlane);
        place.set(concat(io.half, io.bank));
      });

      const stored = sums.read("stored", place);
      const kept = select(total, doubling, shiftedLeft(stored, 1).wrap(p.accWidth), stored);
      const before = m.node("base", select(total, first, 0, kept));
      const width = Math.max(p.accWidth, count.width) + 1;
      sums.write({ address: place, data: before.extend(width).add(counted).wrap(p.accWidth), enable: adding });
      io.sum.set(sums.read("sumOut", concat(io.readHalf, io.readColumn)));
    },
  };
});
