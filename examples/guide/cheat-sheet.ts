// #region module
import { bit, defineModule, input, output, sint } from "../../hdl/index.ts"; // outside of this repository: "whittle"

export const acc = defineModule("acc", (p: { width: number }) => ({
  summary: "One line for the reader of the Verilog.",
  ports: { enable: input(bit), a: input(sint(p.width)), sum: output(sint(2 * p.width)) },
  build({ enable, a, sum }, m) {
    const total = m.reg("total", sint(2 * p.width), { reset: 0 });
    m.when(enable, () => total.set(total.add(a).saturate(2 * p.width)));
    sum.set(total);
  },
}));
// #endregion
