/** That a queue neither loses, nor doubles, nor reorders, nor changes words: for one word that stands for all. */
import {
  addressWidth,
  type Builder,
  bit,
  countWidth,
  type SignalOf,
  type StreamSink,
  type StreamSource,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";

export interface Tracked {
  readonly push: StreamSource<UIntType>;
  readonly pop: StreamSink<UIntType>;
  /** Free: the word pushed while it is high for the first time is tracked, so it may be any of them. */
  readonly mark: SignalOf<typeof bit>;
  readonly capacity: number;
  /** Words inside, in countWidth(capacity) bits. */
  readonly count: UIntSignal;
  /** The word that stands behind `position` others; the invariant which ties the monitor to the design. */
  readonly inside: (position: UIntSignal) => UIntSignal;
}

/**
 * Adds the monitor: it remembers the marked word and how many stand in front of it. That the word comes out after just these
 * shows its order, and that none in front of it is lost or doubled.
 */
export function trackWord(m: Builder, { push, pop, mark, capacity, count, inside }: Tracked): void {
  const waiting = m.reg("tracked_waits", bit, { reset: false });
  const gone = m.reg("tracked_gone", bit, { reset: false });
  const word = m.reg("tracked", push.type.data);
  const ahead = m.reg("tracked_ahead", uint(countWidth(capacity)), { reset: 0 });
  const marked = m.node("marking", mark.and(push.fire).and(waiting.not()).and(gone.not()));
  const leaves = m.node("tracked_leaves", waiting.and(pop.fire).and(ahead.eq(0)));
  m.when(marked, () => {
    waiting.set(true);
    word.set(push.data);
    m.when(pop.fire, () => ahead.set(count.subWrap(1))).otherwise(() => ahead.set(count));
  });
  m.when(leaves, () => {
    waiting.set(false);
    gone.set(true);
  }).elseWhen(waiting.and(pop.fire), () => ahead.set(ahead.subWrap(1)));

  m.assert("within_capacity", count.le(capacity));
  m.assert("offers_what_it_has", pop.valid.xor(count.nonzero()).not());
  m.assert("is_not_lost", waiting.not().or(ahead.lt(count)));
  m.assert("is_not_changed", waiting.not().or(inside(ahead).eq(word)));
  m.assert("comes_out_as_it_went_in", leaves.not().or(pop.data.eq(word)));
  m.cover("comes_out", leaves);
  m.cover("fills", count.eq(capacity));
}

/** `position` places, at most `depth`, after `head` in a ring of `depth` words. */
export function inRing(head: UIntSignal, position: UIntSignal, depth: number): UIntSignal {
  const width = addressWidth(depth);
  const sum = head.add(position) as UIntSignal;
  return select(uint(width) as UIntType, sum.ge(depth), sum.subWrap(depth).wrap(width), sum.wrap(width));
}
