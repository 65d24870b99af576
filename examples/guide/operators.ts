/** Chapter 3: operators and widths. */
import { at, bit, concat, defineModule, fixed, input, output, popcount, sint, uint, vec } from "../../hdl/index.ts";
import { linesWith, refusal, verilogOf } from "./shown.ts";

// #region widths
export const widths = defineModule("widths", (_: Record<never, never>) => ({
  ports: {
    a: input(uint(8)),
    b: input(uint(8)),
    sum: output(uint(9)),
    difference: output(sint(9)),
    product: output(uint(16)),
    next: output(uint(8)),
    mean: output(uint(8)),
  },
  build({ a, b, sum, difference, product, next, mean }) {
    sum.set(a.add(b)); // exact: a bit wider
    difference.set(a.sub(b)); // exact: signed, a bit wider
    product.set(a.mul(b)); // exact: widths added
    next.set(a.addWrap(1)); // modulo 2^8
    mean.set(a.add(b).shiftRight(1).fit(8)); // proven to fit
  },
}));
// #endregion

export const widthsVerilog = () => linesWith(verilogOf(widths, {}), "assign", "wire [8:0] mean", "wire [15:0] pro");

const two = {
  a: input(uint(8)),
  b: input(uint(8)),
  q: output(uint(8)),
};
export const carry = () =>
  refusal(two, ({ a, b, q }) => {
    q.set(a.add(b));
  });
export const unproven = () =>
  refusal(two, ({ a, b, q }) => {
    q.set(a.add(b).fit(8));
  });

// #region parts
export const parts = defineModule("parts", (_: Record<never, never>) => ({
  ports: {
    word: input(uint(16)),
    index: input(uint(4)),
    lanes: input(vec(4, uint(8))),
    high: output(uint(8)),
    odd: output(bit),
    chosen: output(bit),
    lane: output(uint(8)),
    ones: output(uint(5)),
    swapped: output(uint(16)),
  },
  build({ word, index, lanes, high, odd, chosen, lane, ones, swapped }) {
    high.set(word.bits(15, 8)); // word[15:8]
    odd.set(word.bit(0));
    chosen.set(word.bitAt(index)); // word[index]
    lane.set(at(lanes, index.bits(1, 0))); // an element at a computed index
    ones.set(popcount(word));
    swapped.set(concat(word.bits(7, 0), word.bits(15, 8))); // {word[7:0], word[15:8]}
  },
}));
// #endregion

// #region fixed
/** y = gain · x + offset in fixed point; one rounding, at the end. */
export const scale = defineModule("scale", (_: Record<never, never>) => ({
  ports: { x: input(fixed(4, 8)), gain: input(fixed(2, 6)), y: output(fixed(4, 8)) },
  build({ x, gain, y }) {
    const exact = x.mul(gain).add(0.25); // fixed(7, 14)
    y.set(exact.round({ il: 4, fl: 8, mode: "nearest-even" }));
  },
}));
// #endregion

export const partsVerilog = () => linesWith(verilogOf(parts, {}), "assign");
