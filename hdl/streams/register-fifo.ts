import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { input, output } from "../ports.ts";
import { type SignalOf, type StreamSink, type StreamSource, select } from "../signals/bundle.ts";
import { type BitSignal, concat } from "../signals/signal.ts";
import { bit, stream, type UIntType, uint } from "../types.ts";
import type { FifoParameters } from "./fifo.ts";

/**
 * A `fifo` of registers, with a bit for each word in place of addresses: of few words, fewer gates and a shorter path where a
 * memory would become registers as well.
 */
export const registerFifo = defineModule("register_fifo", ({ depth, width }: FifoParameters) => ({
  summary: `First-in first-out queue of ${depth} registers of ${width} bits.`,
  ports: { push: input(stream(uint(width))), pop: output(stream(uint(width))) },
  build(ends, m) {
    buildRegisterFifo(m, ends, depth);
  },
}));

/** What `registerFifo` contains; gives its state, for proofs. In `head` and `tail` the bit of one word is 1. */
export function buildRegisterFifo(
  m: Builder,
  { push, pop }: { readonly push: StreamSource<UIntType>; readonly pop: StreamSink<UIntType> },
  depth: number,
) {
  const type = push.type.data;
  const pushed = m.node("pushed", push.fire);
  const popped = m.node("popped", pop.fire);
  const head = turning(m, "head", depth, popped);
  const tail = turning(m, "tail", depth, pushed);
  const met = m.node("met", head.and(tail).nonzero());
  // Of equal pointers: the last lone push or pop tells whether the queue is full or empty.
  const filling = m.reg("filling", bit, { reset: false });
  m.when(pushed, () => filling.set(true)).elseWhen(popped, () => filling.set(false));

  const words: SignalOf<UIntType>[] = [];
  const fronts: SignalOf<UIntType>[] = [];
  for (let i = 0; i < depth; i++) {
    const word = m.reg(`word_${i}`, type);
    m.when(pushed.and(tail.bit(i)), () => word.set(push.data));
    words.push(word);
    fronts.push(m.node(`front_${i}`, select(type, head.bit(i), word, 0)));
  }
  push.ready.set(met.and(filling).not());
  pop.valid.set(met.and(filling.not()).not());
  pop.data.set(fronts.reduce((all, front) => all.or(front)));
  return { words, head, tail, filling };
}

/** A 1 that goes from bit to bit, the lowest first, wherever `step` is high. */
function turning(m: Builder, name: string, depth: number, step: BitSignal) {
  const ring = m.reg(name, uint(depth), { reset: 1 });
  if (depth > 1) m.when(step, () => ring.set(concat(ring.bits(depth - 2, 0), ring.bit(depth - 1))));
  else ring.set(ring);
  return ring;
}
