import { HdlError } from "../errors.ts";
import { refuse } from "../messages/problems.ts";
import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { input, output } from "../ports.ts";
import { here } from "../position.ts";
import type { StreamSink, StreamSource } from "../signals/bundle.ts";
import { type BitSignal, concat } from "../signals/signal.ts";
import { addressWidth, bit, type DataType, stream, type UIntType, uint } from "../types.ts";
import { packed, unpacked } from "./packed.ts";
import { timed } from "./timing.ts";

export interface FifoParameters {
  /** Words held, 1 or more. */
  readonly depth: number;
  /** Bits of a word. */
  readonly width: number;
}

/**
 * First in, first out. A word pushed at one edge can be popped at the next; push and pop are independent, so a queue that
 * is neither empty nor full moves a word each way in every cycle.
 */
export const fifo = defineModule("fifo", ({ depth, width }: FifoParameters) => ({
  summary: `First-in first-out queue of ${depth} words of ${width} bits.`,
  ports: { push: input(stream(uint(width))), pop: output(stream(uint(width))) },
  build(ends, m) {
    buildFifo(m, ends, depth);
  },
}));

/**
 * What `fifo` contains; gives its state, for proofs. There is no count: with equal pointers the queue is empty or full, and which of
 * the two the last lone push or pop tells.
 */
export function buildFifo(
  m: Builder,
  { push, pop }: { readonly push: StreamSource<UIntType>; readonly pop: StreamSink<UIntType> },
  depth: number,
) {
  const words = m.mem("words", depth, push.type.data);
  const pushed = m.node("pushed", push.fire);
  const popped = m.node("popped", pop.fire);
  const { head, tail, met } = pointers(m, depth, pushed, popped);
  const filling = m.reg("filling", bit, { reset: false });
  m.when(pushed, () => filling.set(true)).elseWhen(popped, () => filling.set(false));

  words.write({ address: tail, data: push.data, enable: pushed });
  push.ready.set(met.and(filling).not());
  pop.valid.set(met.and(filling.not()).not());
  pop.data.set(words.read("front", head));
  return { words, head, tail, filling };
}

function pointers(m: Builder, depth: number, pushed: BitSignal, popped: BitSignal) {
  const type = uint(addressWidth(depth)) as UIntType;
  const tail = m.reg("tail", type, { reset: 0 });
  const head = m.reg("head", type, { reset: 0 });
  if (2 ** type.width === depth) {
    m.when(pushed, () => tail.set(tail.addWrap(1)));
    // Without an enable: Yosys copies a read address that has one, and the copy takes tables of its own.
    head.set(head.addWrap(concat(popped).extend(type.width)));
  } else {
    const next = (pointer: typeof head) =>
      m.when(pointer.eq(depth - 1), () => pointer.set(0)).otherwise(() => pointer.set(pointer.addWrap(1)));
    m.when(pushed, () => next(tail));
    m.when(popped, () => next(head));
  }
  return { head, tail, met: m.node("met", head.eq(tail)) };
}

/**
 * The words of `source` through a queue of `depth`, an instance called `name`. Latency 1; a word an edge, or, of depth 1, one
 * every other edge.
 */
export function queued<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  depth: number,
): StreamSource<T> {
  refuseNoBuilder("queued", m);
  const words = checkedDepth(name, depth);
  const push = packed(source);
  const { pop } = m.inst(name, fifo, { depth: words, width: push.data.width }, { push });
  return timed(unpacked(source.type, pop), source, { latency: 1, slots: words, back: 1 });
}

/** The depth; 1 in place of none. */
function checkedDepth(name: string, depth: number): number {
  if (Number.isInteger(depth) && depth >= 1) return depth;
  const at = here();
  const message = `The queue "${name}" has a depth of ${depth}.`;
  const hint =
    "Where a parameter can leave no word, leave the queue out: its source and its output are streams of one type.";
  refuse(() => new HdlError({ code: "memory-shape", message, expected: "an integer of 1 or more", hint }, at));
  return 1;
}
