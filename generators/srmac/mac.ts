import {
  type BitSignal,
  type Builder,
  bit,
  defineModule,
  input,
  output,
  type SIntSignal,
  select,
  sint,
} from "../../hdl/index.ts";
import { bWidthOf, type MacStructure } from "../../sw-model/srmac/spec.ts";
import { multiplied } from "./multiply.ts";

export interface MacParameters {
  /** Bits of `a`. */
  readonly width: number;
  /** Bits of `b`; 0 for `width`. */
  readonly bWidth: number;
  /** Bits of the sum, which wraps modulo 2^accWidth. */
  readonly accWidth: number;
  readonly structure: MacStructure;
}

/** Multiply-accumulate in three stages, the registers of a DSP block: operands, product, sum. `enable` lets all of them move. */
export const mac = defineModule("mac", (p: MacParameters) => ({
  summary: `Multiply-accumulate of ${p.width} by ${bWidthOf(p)} bits into ${p.accWidth} bits.`,
  ports: {
    enable: input(bit),
    /** A pair of operands; `last` ends a sum, and the next pair starts the next one. */
    valid: input(bit),
    last: input(bit),
    a: input(sint(p.width)),
    b: input(sint(bWidthOf(p))),
    /** The sum is complete. */
    done: output(bit),
    sum: output(sint(p.accWidth)),
  },
  build(io, m) {
    const a = m.reg("operandA", sint(p.width));
    const b = m.reg("operandB", io.b.type);
    const operands = { valid: m.reg("operandsValid", bit, { reset: false }), last: m.reg("operandsLast", bit) };
    const product = m.reg("product", sint(p.width + bWidthOf(p)));
    const products = { valid: m.reg("productValid", bit, { reset: false }), last: m.reg("productLast", bit) };
    const total = m.reg("total", sint(p.accWidth));
    const complete = m.reg("complete", bit, { reset: false });
    // The next product starts a sum.
    const starts = m.reg("starts", bit, { reset: true });
    m.when(io.enable, () => {
      a.set(io.a);
      b.set(io.b);
      operands.valid.set(io.valid);
      operands.last.set(io.last);
      product.set(multiplied(m, a, b, p.structure));
      products.valid.set(operands.valid);
      products.last.set(operands.last);
      complete.set(products.valid.and(products.last));
      m.when(products.valid, () => {
        total.set(accumulated(m, { sum: total, product, start: starts }, p.structure));
        starts.set(products.last);
      });
    });
    io.done.set(complete);
    io.sum.set(total);
  },
}));

/** The sum with a product, modulo 2^width of the sum; `start` forgets what was there. */
export function accumulated(
  m: Builder,
  { sum, product, start }: { readonly sum: SIntSignal; readonly product: SIntSignal; readonly start: BitSignal },
  structure: MacStructure,
): SIntSignal {
  const { width } = sum;
  const type = sint(width);
  const addend = product.width > width ? product.wrap(width) : product.extend(width);
  const after = (from: SIntSignal) => from.asUint().addWrap(addend.asUint()).asSint();
  // A table behind a carry chain of the iCE40 has an input to spare, and one in front of it would be one more.
  if (structure === "ice40") return select(type, start, addend, after(sum));
  return after(m.node("from", select(type, start, 0, sum)));
}
