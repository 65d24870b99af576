import type { Builder } from "../builder.ts";
import type { StreamSink, StreamSource } from "../bundle.ts";
import { defineModule } from "../definition.ts";
import { input, output } from "../ports.ts";
import { addressWidth, countWidth, type DataType, stream, type UIntType, uint } from "../types.ts";
import { packed, unpacked } from "./packed.ts";
import { timed, timingOf } from "./timing.ts";

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

/** What `fifo` contains; gives its state, for proofs. */
export function buildFifo(
  m: Builder,
  { push, pop }: { readonly push: StreamSource<UIntType>; readonly pop: StreamSink<UIntType> },
  depth: number,
) {
  const words = m.mem("words", depth, push.type.data);
  const head = m.reg("head", words.addressType, { reset: 0 });
  const tail = m.reg("tail", words.addressType, { reset: 0 });
  const count = m.reg("count", uint(countWidth(depth)), { reset: 0 });

  const next = (pointer: typeof head) =>
    2 ** addressWidth(depth) === depth
      ? pointer.set(pointer.addWrap(1))
      : m.when(pointer.eq(depth - 1), () => pointer.set(0)).otherwise(() => pointer.set(pointer.addWrap(1)));

  const pushed = m.node("pushed", push.fire);
  const popped = m.node("popped", pop.fire);
  words.write({ address: tail, data: push.data, enable: pushed });
  m.when(pushed, () => next(tail));
  m.when(popped, () => next(head));
  m.when(pushed.and(popped.not()), () => count.set(count.addWrap(1))).elseWhen(popped.and(pushed.not()), () =>
    count.set(count.subWrap(1)),
  );

  push.ready.set(count.ne(depth));
  pop.valid.set(count.ne(0));
  pop.data.set(words.read("front", head));
  return { words, head, tail, count };
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
  const push = packed(source);
  const { pop } = m.inst(name, fifo, { depth, width: push.data.width }, { push });
  return timed(unpacked(source.type, pop), timingOf(source), { latency: 1, throughput: depth === 1 ? 0.5 : 1 });
}
