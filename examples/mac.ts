import { bit, defineModule, input, output, sint } from "../hdl/index.ts";

export interface MacParameters {
  /** Bits of a factor. */
  readonly width: number;
  /** Bits of the sum. */
  readonly accWidth: number;
}

/** Multiply-accumulate: adds a product in every cycle with `enable` high, and stops at the largest number. */
export const mac = defineModule("mac", ({ width, accWidth }: MacParameters) => ({
  summary: "Saturating multiply-accumulate.",
  ports: {
    clear: input(bit),
    enable: input(bit),
    a: input(sint(width)),
    b: input(sint(width)),
    sum: output(sint(accWidth)),
  },
  build({ clear, enable, a, b, sum }, m) {
    const total = m.reg("total", sint(accWidth), { reset: 0 });
    m.when(clear, () => {
      total.set(0);
    }).elseWhen(enable, () => {
      total.set(total.add(a.mul(b)).saturate(accWidth));
    });
    sum.set(total);
  },
}));
