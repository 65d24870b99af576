/** What it refuses of streams and their parts. */
import {
  arbitrated,
  type Builder,
  defineModule,
  input,
  joined,
  mapped,
  narrowed,
  output,
  sint,
  stream,
  uint,
  widened,
} from "../index.ts";

export function refused(m: Builder): void {
  const a = m.stream("a", stream(uint(4))).source;
  const b = m.stream("b", stream(sint(6))).source;
  const both = joined(m, "both", { left: a, right: b });
  m.wire("left", uint(4)).set(both.data.left);
  m.wire("right", sint(6)).set(both.data.right);
  m.wire("second", uint(4)).set(widened(m, "wide", a, 2).data[1]);
  m.wire("word", uint(4)).set(arbitrated(m, "turn", [a, a]).data.word);
  // @ts-expect-error: no such field
  both.data.middle;
  // @ts-expect-error: another width
  m.wire("w", uint(5)).set(both.data.left);
  // @ts-expect-error: only a vec comes apart
  narrowed(m, "narrow", a);
  // @ts-expect-error: a word of another type
  mapped(a, sint(6), (word) => word);
  // @ts-expect-error: no such policy
  arbitrated(m, "turn", [a, a], "random");
}

const sink = defineModule("sink", (_: Record<string, never>) => ({
  ports: { words: input(stream(uint(4))) },
  build: ({ words }) => words.ready.set(true),
}));

/** The two ends of a stream. */
export const directions = defineModule("directions", (_: Record<string, never>) => ({
  ports: { words: input(stream(uint(4))), q: output(stream(uint(4))) },
  build({ words, q }, m) {
    words.ready.set(q.ready);
    q.valid.set(words.valid);
    q.data.set(words.data);
    // @ts-expect-error: a consumer does not drive valid
    words.valid.set(true);
    // @ts-expect-error: nor the data
    words.data.set(0);
    // @ts-expect-error: a producer does not drive ready
    q.ready.set(true);
    // @ts-expect-error: the producer's end is no source of words
    mapped(q, uint(4), (word) => word);
    // @ts-expect-error: an instance takes a stream, not its payload
    m.inst("payload", sink, {}, { words: words.data });
    m.inst("whole", sink, {}, { words });
  },
}));
