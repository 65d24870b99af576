import { bit, countWidth, defineModule, input, output, record, stream, uint } from "../../hdl/index.ts";

export interface GatherParameters {
  /** Bits of a part. */
  readonly width: number;
  /** Parts of a word, 2 or more. */
  readonly parts: number;
}

/**
 * Gathers the results of a layer into words for the next: the first part lowest. The last part of a vector completes its word,
 * with zeros for what is missing. Takes a part at every edge.
 */
export const gather = defineModule("bnn_gather", ({ width, parts }: GatherParameters) => ({
  summary: `Gathers ${parts} parts of ${width} bits into a word; the end of a vector completes one.`,
  ports: {
    push: input(stream(record({ last: bit, bits: uint(width) }))),
    pop: output(stream(uint(width * parts))),
    busy: output(bit),
  },
  build({ push, pop, busy }, m) {
    const word = m.reg("word", uint(width * parts));
    const filled = m.reg("filled", uint(countWidth(parts - 1)), { reset: 0 });
    const full = m.reg("full", bit, { reset: false });
    pop.valid.set(full);
    pop.data.set(word);
    push.ready.set(full.not().or(pop.ready));
    m.when(pop.fire, () => full.set(false));
    m.when(push.fire, () => {
      const complete = m.node("complete", push.data.last.or(filled.eq(parts - 1)));
      full.set(complete);
      m.when(complete, () => filled.set(0)).otherwise(() => filled.set(filled.addWrap(1)));
      m.when(filled.eq(0), () => word.set(push.data.bits.extend(width * parts)));
      for (let part = 1; part < parts; part++) {
        m.when(filled.eq(part), () => word.setBits(part * width + width - 1, part * width, push.data.bits));
      }
    });
    busy.set(full.or(filled.ne(0)));
  },
}));
