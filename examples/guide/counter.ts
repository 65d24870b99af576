import { bit, defineModule, input, output, uint } from "../../hdl/index.ts";

/** Counts the cycles with `enable` high, from 0 to `limit` and over again. */
export const counter = defineModule("counter", (p: { width: number; limit: number }) => ({
  summary: `Counts to ${p.limit}.`,
  ports: {
    enable: input(bit),
    count: output(uint(p.width)),
    last: output(bit),
  },
  build({ enable, count, last }, m) {
    const value = m.reg("value", uint(p.width), { reset: 0 });
    const atLimit = m.node("atLimit", value.eq(p.limit));

    m.when(enable, () => {
      m.when(atLimit, () => value.set(0)).otherwise(() => value.set(value.addWrap(1)));
    });

    count.set(value);
    last.set(atLimit.and(enable));
  },
}));
