/** Chapter 7: streams. */
import {
  arbitrated,
  bit,
  buffered,
  connect,
  defineModule,
  filtered,
  forked,
  input,
  joined,
  mapped,
  output,
  queued,
  record,
  simulate,
  stream,
  timingOf,
  uint,
} from "../../hdl/index.ts";
import { excerpt, messageOf, refusal, verilogOf } from "./shown.ts";

// #region by-hand
/** Passes every second word on. */
export const half = defineModule("half", (_: Record<never, never>) => ({
  ports: { words: input(stream(uint(8))), kept: output(stream(uint(8))) },
  build({ words, kept }, m) {
    const drop = m.reg("drop", bit, { reset: false });
    kept.valid.set(words.valid.and(drop.not()));
    kept.data.set(words.data);
    words.ready.set(kept.ready.or(drop));
    m.when(words.fire, () => drop.set(drop.not()));
  },
}));
// #endregion

export const halfVerilog = () => excerpt(verilogOf(half, {}), "module half", "endmodule");

// #region chain
const pixel = record({ x: uint(10), grey: uint(8) });

/** Two cameras: bright pixels of both, one stream of words with the number of the camera. */
export const bright = defineModule("bright", (_: Record<never, never>) => ({
  ports: {
    left: input(stream(pixel)),
    right: input(stream(pixel)),
    out: output(stream(record({ camera: uint(1), x: uint(10) }))),
  },
  build({ left, right, out }, m) {
    const [a, b] = [left, right].map((camera, i) => {
      const seen = filtered(m, `seen${i}`, camera, ({ grey }) => grey.gt(200));
      return queued(m, `queue${i}`, seen, 16);
    });
    const both = arbitrated(m, "turns", [a, b]);
    const found = mapped(both, record({ camera: uint(1), x: uint(10) }), ({ from, word }) => ({
      camera: from,
      x: word.x,
    }));
    const last = buffered(m, "skid", found);
    timing = timingOf(last);
    connect(out, last);
  },
}));
// #endregion

let timing: object = {};

export const chainTiming = () => {
  verilogOf(bright, {});
  return JSON.stringify(timing);
};

// #region fork-join
/** Each word to two places, and the two results together again. */
export const twice = defineModule("twice", (_: Record<never, never>) => ({
  ports: {
    x: input(stream(uint(8))),
    y: output(stream(record({ sum: uint(9), product: uint(16) }))),
  },
  build({ x, y }, m) {
    const [p, q] = forked(m, "copy", x, 2);
    const sum = buffered(
      m,
      "sums",
      mapped(p, uint(9), (v) => v.add(1)),
    );
    const product = queued(
      m,
      "products",
      mapped(q, uint(16), (v) => v.mul(v)),
      2,
    );
    connect(y, joined(m, "both", { sum, product }));
  },
}));
// #endregion

// #region broken
/** Wrong: takes its offer back when `busy` rises. */
const hasty = defineModule("hasty", (_: Record<never, never>) => ({
  ports: { busy: input(bit), out: output(stream(uint(4))) },
  build({ busy, out }, m) {
    const next = m.reg("next", uint(4), { reset: 0 });
    out.valid.set(busy.not());
    out.data.set(next);
    m.when(out.fire, () => next.set(next.addWrap(1)));
  },
}));
// #endregion

export const broken = () =>
  messageOf(() => {
    const dut = simulate(hasty, {});
    dut.reset();
    dut.tick();
    dut.in.busy = true;
    dut.tick();
  });

export const waits = () =>
  refusal({ words: input(stream(uint(8))), out: output(stream(uint(8))) }, ({ words, out }) => {
    out.valid.set(words.valid.and(out.ready));
    out.data.set(words.data);
    words.ready.set(out.ready);
  });
