import { HdlError } from "../errors.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { Builder } from "../module/builder.ts";
import { defineModule } from "../module/definition.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { input, output } from "../ports.ts";
import { here } from "../position.ts";
import { at } from "../signals/at.ts";
import type { StreamSource } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { addressWidth, countWidth, type DataType, stream, type UIntType, uint, type VecType, vec } from "../types.ts";
import { gathered, scattered } from "./flow.ts";
import { packed, unpacked } from "./packed.ts";
import { flowOf, timedAt } from "./timing.ts";

export interface WidthParameters {
  /** Bits of a narrow word. */
  readonly width: number;
  /** Narrow words in a wide one, 2 or more. */
  readonly factor: number;
}

/** Gathers words; the first of them takes the lowest bits. Takes a word at every edge. */
export const widener = defineModule("widener", ({ width, factor }: WidthParameters) => ({
  summary: `Gathers ${factor} words of ${width} bits into one.`,
  ports: { push: input(stream(uint(width))), pop: output(stream(uint(width * factor))) },
  build({ push, pop }, m) {
    const word = m.reg("word", uint(width * factor) as UIntType);
    const count = m.reg("count", uint(countWidth(factor)), { reset: 0 });
    const full = m.node("full", count.eq(factor));
    pop.valid.set(full);
    pop.data.set(word);
    push.ready.set(full.not().or(pop.ready));
    for (let i = 0; i < factor; i++) {
      const here = i === 0 ? full.or(count.eq(0)) : count.eq(i);
      m.when(push.fire.and(here), () => word.setBits(i * width + width - 1, i * width, push.data));
    }
    m.when(push.fire, () => {
      m.when(full, () => count.set(1)).otherwise(() => count.set(count.addWrap(1)));
    }).elseWhen(pop.fire, () => count.set(0));
  },
}));

/** Takes words apart, the lowest bits first. Gives a part at every edge, and takes a word with the last of them. */
export const narrower = defineModule("narrower", ({ width, factor }: WidthParameters) => ({
  summary: `Takes a word apart into ${factor} words of ${width} bits.`,
  ports: { push: input(stream(uint(width * factor))), pop: output(stream(uint(width))) },
  build({ push, pop }, m) {
    const next = m.reg("next", uint(addressWidth(factor)), { reset: 0 });
    const last = m.node("last", next.eq(factor - 1));
    pop.valid.set(push.valid);
    const words = Array.from({ length: factor }, (_, i) => push.data.bits(i * width + width - 1, i * width));
    pop.data.set(at(words, next));
    push.ready.set(pop.ready.and(last));
    m.when(pop.fire, () => {
      m.when(last, () => next.set(0)).otherwise(() => next.set(next.addWrap(1)));
    });
  },
}));

/** `factor` words of `source` as one, the first at [0]. Latency `factor`; takes a word at every edge. */
export function widened<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  factor: number,
): StreamSource<VecType<T>> {
  refuseNoBuilder("widened", m);
  refuseFactor(name, factor);
  const push = packed(source);
  const { pop } = m.inst(name, widener, { width: push.data.width, factor }, { push });
  return timedAt(unpacked(stream(vec(factor, source.type.data)), pop), gathered(flowOf(source), factor));
}

/**
 * The elements of each word of `source`, [0] first. Latency 0; gives a word at every edge as long as there is one. It takes a
 * word with the last element: `widened` right before it stands still until then, and n elements take 2n - 1 edges. With
 * `registered` between them, n edges.
 */
export function narrowed<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<VecType<T>>,
): StreamSource<T> {
  refuseNoBuilder("narrowed", m);
  refuseNoStream("narrowed", source);
  if (source.type.data.kind !== "vec") throw wrongArgument("narrowed", "a stream of vecs", source);
  const { element, length } = source.type.data;
  refuseFactor(name, length);
  const push = packed(source);
  const { pop } = m.inst(name, narrower, { width: push.data.width / length, factor: length }, { push });
  return timedAt(unpacked(stream(element), pop), scattered(flowOf(source), length));
}

function refuseFactor(name: string, factor: number): void {
  if (Number.isInteger(factor) && factor >= 2) return;
  throw new HdlError(
    {
      code: "stream-shape",
      message: `The width of stream "${name}" would change by a factor of ${factor}.`,
      expected: "an integer of 2 or more",
      hint: "Words that keep their width need no part.",
    },
    here(),
  );
}
