import { type BitSignal, bit, concat, defineModule, fixedValue, input, output, select, uint } from "../../hdl/index.ts";
import { xnorPopcount } from "../popcount/popcount.ts";
import { type ArrayParameters, arrayGeometry, popcountShape } from "./geometry.ts";

/**
 * Processing element (FINN, section 4.2, figure 6): a memory of weights, XNOR with the bits of the vector, popcount, and
 * the sum of the counts of a row. Reading, counting and adding take a cycle each, and counting one more for every register
 * inside the popcount; all are held while `advance` is low.
 */
export const pe = defineModule("xnor_pe", (p: Omit<ArrayParameters, "pes">) => {
  const g = arrayGeometry({ ...p, pes: 1 });
  return {
    summary: "Processing element: weights of one bit, XNOR, popcount, accumulator.",
    ports: {
      write: input(bit),
      writeAddress: input(g.weightAddress),
      writeWord: input(g.word),
      /** Read the word of weights at `address`. */
      read: input(bit),
      address: input(g.weightAddress),
      /** Bits of the vector, in the cycle after `read`. */
      activations: input(g.word),
      advance: input(bit),
      /** The count that is ready goes to the sum, or starts it. */
      accumulate: input(bit),
      first: input(bit),
      /** The sum so far counts twice: a lower plane begins. Only where inputs have several planes. */
      ...(p.inputBits > 1 ? { doubled: input(bit) } : {}),
      sum: output(g.count),
    },
    build(io, m) {
      const weights = m.mem("weights", p.weightDepth, g.word);
      weights.write({ address: io.writeAddress, data: io.writeWord, enable: io.write });
      const weight = weights.readClocked("weight", { address: io.address, enable: io.read, underWrite: "undefined" });
      const agreeing = xnorPopcount(m, "popcount", io.activations, weight, {
        ...popcountShape(p),
        enable: io.advance,
      });
      const count = m.reg("count", agreeing.count.type);
      const sum = m.reg("total", g.count);
      m.when(io.advance, () => {
        count.set(agreeing.count);
        const { doubled } = io as { readonly doubled?: BitSignal };
        const twice = concat(sum, fixedValue(uint(1), 0)).bits(g.count.width - 1, 0);
        const kept = doubled === undefined ? sum : m.node("kept", select(g.count, doubled, twice, sum));
        m.when(io.accumulate, () => sum.set(select(g.count, io.first, 0, kept).addWrap(count.extend(g.count.width))));
      });
      io.sum.set(sum);
    },
  };
});
