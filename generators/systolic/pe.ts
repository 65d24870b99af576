import { bit, defineModule, input, output, sint } from "../../hdl/index.ts";
import type { MacStructure } from "../../sw-model/srmac/spec.ts";
import { accumulated } from "../srmac/mac.ts";
import { multiplied } from "../srmac/multiply.ts";

export interface PeParameters {
  readonly width: number;
  readonly accWidth: number;
  readonly structure: MacStructure;
}

/**
 * A multiply-accumulate of the array (Gupta et al. 2015, figure 4): passes a on to the right and b down. `start` comes an edge after
 * the first operands of a tile and goes down with them. A pair of zeros changes nothing.
 */
export const pe = defineModule("systolic_pe", (p: PeParameters) => {
  const value = sint(p.width);
  return {
    summary: "Multiply-accumulate that passes its operands on.",
    ports: {
      a: input(value),
      b: input(value),
      start: input(bit),
      right: output(value),
      down: output(value),
      startDown: output(bit),
      sum: output(sint(p.accWidth)),
    },
    build(io, m) {
      const a = m.reg("operandA", value);
      const b = m.reg("operandB", value);
      const starts = m.reg("starts", bit);
      const product = m.reg("product", sint(2 * p.width));
      const total = m.reg("total", sint(p.accWidth));
      a.set(io.a);
      b.set(io.b);
      starts.set(io.start);
      product.set(multiplied(a, b, p.structure));
      total.set(accumulated(m, total, product, starts));
      io.right.set(a);
      io.down.set(b);
      io.startDown.set(starts);
      io.sum.set(total);
    },
  };
});
