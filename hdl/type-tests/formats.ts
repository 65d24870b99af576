/** What it refuses of fixed-point formats. */
import { asFixed, type Builder, fixed, type RoundingMode, sint, type UIntSignal, vec } from "../index.ts";

export function refused(m: Builder, mode: RoundingMode, random: UIntSignal) {
  const x = m.wire("x", fixed(4, 4));
  const y = m.wire("y", fixed(2, 6));
  x.set(0.75);
  x.set({ raw: 3 });
  x.set(x.mul(y).round({ il: 4, fl: 4, mode, random }));
  y.set(asFixed(m.wire("s", sint(8)), 2, 6));
  m.reg("r", fixed(4, 4), { reset: 0.5 });
  m.wire("v", vec(2, fixed(4, 4))).set([x, 1]);
  x.raw().add(1);
  x.add(y).gt(x.mul(y));
  // @ts-expect-error: another format
  x.set(y);
  // @ts-expect-error: another format, though of the same width
  x.lt(y);
  // @ts-expect-error: rounded to another format
  x.set(y.round({ il: 4, fl: 3, mode: "nearest" }));
  // @ts-expect-error: fewer integer bits than the target
  x.set(x.saturate(3));
  // @ts-expect-error: a whole number is no fixed-point number
  x.add(m.wire("t", sint(8)));
  // @ts-expect-error: nor the other way round
  m.wire("w", sint(8)).set(x);
  // @ts-expect-error: no such mode
  x.round({ il: 4, fl: 0, mode: "up" });
  // @ts-expect-error: only a signed number has a sign to read
  asFixed(random, 4, 4);
  // @ts-expect-error: a text is no number
  x.set("0.75");
}
