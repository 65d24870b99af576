import { bit, defineModule, input, output, sint } from "../../hdl/index.ts";
import { bWidthOf, type MacStructure } from "../../sw-model/srmac/spec.ts";
import { accumulated } from "../srmac/mac.ts";
import { multiplied } from "../srmac/multiply.ts";

export interface PeParameters {
  /** Bits of a. */
  readonly width: number;
  /** Bits of b; 0: as of a. */
  readonly bWidth: number;
  readonly accWidth: number;
  readonly structure: MacStructure;
}

/**
 * A multiply-accumulate of the array (Gupta et al. 2015, figure 4): passes a on to the right and b down. `start` comes an edge after
 * the first operands of a tile and goes down with them. A pair of zeros changes nothing.
 */
export const pe = defineModule("systolic_pe", (p: PeParameters) => {
  const [aValue, bValue] = [sint(p.width), sint(bWidthOf(p))];
  return {
    summary: "Multiply-accumulate that passes its operands on.",
    ports: {
      a: input(aValue),
      b: input(bValue),
      start: input(bit),
      right: output(aValue),
      down: output(bValue),
      startDown: output(bit),
      sum: output(sint(p.accWidth)),
    },
    build(io, m) {
      const a = m.reg("operandA", aValue);
      const b = m.reg("operandB", bValue);
      const starts = m.reg("starts", bit);
      const product = m.reg("product", sint(p.width + bWidthOf(p)));
      const total = m.reg("total", sint(p.accWidth));
      a.set(io.a);
      b.set(io.b);
      starts.set(io.start);
      product.set(multiplied(m, a, b, p.structure));
      total.set(accumulated(m, { sum: total, product, start: starts }, p.structure));
      io.right.set(a);
      io.down.set(b);
      io.startDown.set(starts);
      io.sum.set(total);
    },
  };
});
