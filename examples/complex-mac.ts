import { bit, defineModule, input, output, record, sint } from "../hdl/index.ts";
import { type MacParameters, mac } from "./mac.ts";

const complex = (width: number) => record({ re: sint(width), im: sint(width) });

/** Accumulates re and im of a complex input scaled by a real factor: two instances of one module. */
export const complexMac = defineModule("complex_mac", (p: MacParameters) => ({
  ports: {
    enable: input(bit),
    value: input(complex(p.width)),
    factor: input(sint(p.width)),
    sum: output(complex(p.accWidth)),
  },
  build({ enable, value, factor, sum }, m) {
    const shared = { clear: false, enable, b: factor };
    const re = m.inst("re", mac, p, { ...shared, a: value.re });
    const im = m.inst("im", mac, p, { ...shared, a: value.im });
    sum.set({ re: re.sum, im: im.sum });
  },
}));
