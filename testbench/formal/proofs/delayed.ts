import { type BitSignal, type Builder, bit, type UIntSignal, uint } from "../../../hdl/index.ts";

/** A word as it was `edges` edges ago, and whether there have been as many since reset. */
export function delayed(m: Builder, word: UIntSignal, edges: number): { word: UIntSignal; there: BitSignal } {
  let before: { word: UIntSignal; there: BitSignal } = { word, there: m.node("now", word.eq(word)) };
  for (let edge = 1; edge <= edges; edge++) {
    const register = m.reg(`before_${edge}`, uint(word.width));
    const there = m.reg(`there_${edge}`, bit, { reset: false });
    register.set(before.word);
    if (edge === 1) there.set(true);
    else there.set(before.there);
    before = { word: register as UIntSignal, there };
  }
  return before;
}
