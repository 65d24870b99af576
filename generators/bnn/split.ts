import {
  addressWidth,
  at,
  bit,
  defineModule,
  input,
  output,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";

export interface SplitParameters {
  /** Bits of a part. */
  readonly width: number;
  /** Parts of a word, 2 or more. */
  readonly parts: number;
  /** The number of parts that a vector has, less one; absent where a vector is a word. */
  readonly lastPart?: UIntType;
}

/**
 * Takes the results of a layer apart into words for the next: the lowest bits first. What a vector's last result has beyond
 * the words that the next layer needs is left out. A result waits in a register of its own, so that the layer goes on
 * meanwhile. Gives a part at every edge.
 */
export const split = defineModule("bnn_split", ({ width, parts, lastPart: type }: SplitParameters) => ({
  summary: `Takes a word apart into ${parts} parts of ${width} bits, as many as the vector has.`,
  ports: {
    /** Parts of a vector, less one. */
    ...(type ? { lastPart: input(type) } : {}),
    push: input(stream(uint(width * parts))),
    pop: output(stream(uint(width))),
    busy: output(bit),
  },
  build(io, m) {
    const { push, pop, busy } = io;
    const word = m.reg("word", uint(width * parts));
    const held = m.reg("held", bit, { reset: false });
    const part = m.reg("part", uint(addressWidth(parts)), { reset: 0 });
    const { lastPart } = io as { readonly lastPart?: UIntSignal };
    const sent = lastPart && m.reg("sent", uint(lastPart.width) as UIntType, { reset: 0 });
    const vectorEnds = lastPart && sent && m.node("vectorEnds", sent.eq(lastPart));
    const all = () => part.eq(parts - 1);
    const wordEnds = m.node("wordEnds", vectorEnds ? all().or(vectorEnds) : all());
    pop.valid.set(held);
    pop.data.set(
      at(
        Array.from({ length: parts }, (_, i) => word.bits(i * width + width - 1, i * width)),
        part,
      ),
    );
    push.ready.set(held.not().or(pop.ready.and(wordEnds)));
    m.when(pop.fire, () => {
      m.when(wordEnds, () => {
        part.set(0);
        held.set(false);
      }).otherwise(() => part.set(part.addWrap(1)));
      if (sent && vectorEnds) m.when(vectorEnds, () => sent.set(0)).otherwise(() => sent.set(sent.addWrap(1)));
    });
    m.when(push.fire, () => {
      word.set(push.data);
      held.set(true);
    });
    busy.set(held);
  },
}));
