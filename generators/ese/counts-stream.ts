import {
  addressWidth,
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  queued,
  stream,
  type UIntType,
  uint,
  vec,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { eseGeometry } from "./geometry.ts";

/**
 * Counts of columns from outside, some columns ahead of their broadcast. A column comes in `countWords` words, one for each group of
 * neighbouring PEs, the first group first; each group has a queue of its own. So a column is there when the last group's word is.
 */
export const countsStream = defineModule("ese_counts_stream", (p: EseParameters) => {
  const g = eseGeometry(p);
  const groups = p.countWords;
  return {
    summary: "Counts of columns from outside, some columns ahead.",
    ports: {
      words: input(stream(g.countWord)),
      /** The counts of the next column, and whether they have come. */
      counts: output(vec(p.pes, g.counts)),
      there: output(bit),
      /** That column is broadcast. */
      take: input(bit),
    },
    build(io, m) {
      const group = groups > 1 ? m.reg("group", uint(addressWidth(groups)) as UIntType, { reset: 0 }) : undefined;
      const queues = Array.from({ length: groups }, (_, k) => {
        const mine = group ? m.node(`ofGroup_${k}`, group.eq(k)) : fixedValue(bit, true);
        const words = m.stream(`words_${k}`, stream(g.countWord));
        words.sink.valid.set(io.words.valid.and(mine));
        words.sink.data.set(io.words.data);
        const queue = queued(m, `countQueue_${k}`, words.source, p.countQueueDepth);
        queue.ready.set(io.take);
        return { queue, takes: m.node(`groupTakes_${k}`, words.sink.ready.and(mine)) };
      });
      io.words.ready.set(concat(...queues.map(({ takes }) => takes)).nonzero());
      if (group) {
        m.when(io.words.fire, () => {
          m.when(group.eq(groups - 1), () => group.set(0)).otherwise(() => group.set(group.addWrap(1)));
        });
      }
      const heads = queues.map(({ queue }) => queue.valid);
      io.there.set(heads[groups - 1]);
      m.assert("columnsWhole", io.there.not().or(concat(...heads).allOnes()));
      io.counts.set(queues.flatMap(({ queue }) => queue.data));
    },
  };
});
