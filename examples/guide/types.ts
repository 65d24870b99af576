/** Chapter 2: types and literals. */
import {
  type Builder,
  bit,
  defineModule,
  enumOf,
  fixed,
  input,
  output,
  record,
  select,
  sint,
  uint,
  vec,
} from "../../hdl/index.ts";
import { linesWith, refusal, verilogOf } from "./shown.ts";

// #region named-types
const mode = enumOf("off", "slow", "fast");
const sample = record({ left: sint(16), right: sint(16) });
const gains = vec(4, fixed(2, 6));
// #endregion

// #region mixer
export const mixer = defineModule("mixer", (_: Record<never, never>) => ({
  ports: {
    mode: input(mode),
    mute: input(bit),
    from: input(sample),
    gains: input(gains),
    to: output(sample),
    running: output(bit),
    gain: output(fixed(2, 6)),
  },
  build({ mode, mute, from, gains, to, running, gain }) {
    to.set(select(sample, mute, { left: 0, right: 0 }, from));
    running.set(mode.ne("off"));
    gain.set(gains[2]);
  },
}));
// #endregion

export const mixerPorts = () => linesWith(verilogOf(mixer, {}), "input", "output");
export const mixerAssigns = () => linesWith(verilogOf(mixer, {}), "assign", "localparam");

// #region literals
export const literals = defineModule("literals", (_: Record<never, never>) => ({
  ports: { x: input(uint(8)), gain: input(fixed(2, 6)), loud: output(bit), half: output(bit) },
  build({ x, gain, loud, half }) {
    loud.set(x.gt(200));
    half.set(gain.ge(0.5));
  },
}));
// #endregion

export const literalsVerilog = () => linesWith(verilogOf(literals, {}), "assign", "wire loud", "wire half");

export const tooLarge = () =>
  refusal({ x: input(uint(8)), q: output(bit) }, ({ x, q }) => {
    q.set(x.eq(256));
  });
export const inexact = () =>
  refusal({ gain: input(fixed(2, 6)), q: output(bit) }, ({ gain, q }) => {
    q.set(gain.lt(0.3));
  });

// #region editor
/** What the type checker refuses: each line below is red in an editor. */
export function refusedByTheEditor(m: Builder) {
  const level = m.wire("level", uint(4));
  const running = m.wire("running", bit);
  const state = m.wire("state", mode);
  // @ts-expect-error: a bit is a truth value, not a number
  running.set(level);
  // @ts-expect-error: signed meets unsigned
  level.set(m.wire("delta", sint(4)));
  // @ts-expect-error: other widths, where they are known
  level.set(m.wire("wide", uint(8)));
  // @ts-expect-error: three bits for four
  level.set(level.bits(2, 0));
  // @ts-expect-error: two elements for three
  m.wire("taps", vec(3, uint(8))).set([1, 2]);
  // @ts-expect-error: no value of this enum
  state.set("fsat");
}
// #endregion
