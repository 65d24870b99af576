/** What the type checker refuses of ports, widths, signs and instances. `tsc` judges the lines; nothing runs. */
import {
  type Builder,
  bit,
  defineModule,
  elaborate,
  input,
  output,
  record,
  simulate,
  sint,
  stream,
  uint,
} from "../index.ts";

export const scale = defineModule("scale", (_: Record<string, never>) => ({
  ports: { a: input(sint(8)), factor: input(uint(4)), on: input(bit), q: output(sint(8)) },
  build: ({ a, factor, on, q }, m) => {
    m.unused(factor);
    q.set(a);
    m.when(on, () => q.set(0));
  },
}));

export const anyWidth = defineModule("any_width", (p: { width: number }) => ({
  ports: { x: input(uint(p.width)), words: input(stream(uint(p.width))), y: output(uint(p.width)) },
  build({ x, words, y }) {
    words.ready.set(true);
    y.set(x.addWrap(words.data));
  },
}));

export function refused(m: Builder) {
  return defineModule("refusals", (_: Record<string, never>) => ({
    ports: {
      a: input(uint(8)),
      n: input(uint(4)),
      s: input(sint(8)),
      t: input(bit),
      pair: input(record({ x: bit, y: uint(3) })),
      q: output(uint(8)),
    },
    build(io) {
      // @ts-expect-error: a misspelt port
      io.aa;
      // @ts-expect-error: an input cannot be assigned
      io.a.set(1);
      // @ts-expect-error: a signed number is no unsigned one
      io.a.add(io.s);
      // @ts-expect-error: nor the other way round
      io.s.lt(io.a);
      // @ts-expect-error: widths differ
      io.a.addWrap(io.n);
      // @ts-expect-error: the target is wider
      io.q.set(io.n);
      // @ts-expect-error: a number is no condition
      m.when(io.a, () => undefined);
      // @ts-expect-error: a one-bit number is no bit
      io.t.and(m.wire("u", uint(1)));
      // @ts-expect-error: a bit has no sum
      io.t.add(1);
      // @ts-expect-error: a literal of a bit is true or false
      m.wire("b", bit).set(1);
      // @ts-expect-error: no such field
      io.pair.z;
      // @ts-expect-error: a field is missing
      m.wire("p", record({ x: bit, y: uint(3) })).set({ x: true });
      // @ts-expect-error: a connection is missing
      m.inst("one", scale, {}, { a: io.s, on: io.t });
      // @ts-expect-error: no such input
      m.inst("two", scale, {}, { a: io.s, factor: io.n, on: io.t, off: io.t });
      // @ts-expect-error: the widths differ
      m.inst("three", scale, {}, { a: io.s, factor: io.a, on: io.t });
      // @ts-expect-error: no such output
      m.inst("four", scale, {}, { a: io.s, factor: io.n, on: io.t }).z;
      // @ts-expect-error: a parameter is missing
      m.inst("five", anyWidth, {}, { x: io.n, words: m.stream("words", stream(uint(4))).source });
      // @ts-expect-error: no such parameter
      m.inst("six", anyWidth, { width: 4, wide: 5 }, { x: io.n, words: m.stream("six", stream(uint(4))).source });
      // @ts-expect-error: a wrong kind of reset value
      m.reg("r", bit, { reset: 0 });
    },
  }));
}

export const misspelt = () => [
  // @ts-expect-error: no such parameter
  elaborate(anyWidth, { width: 4, with: 5 }),
  // @ts-expect-error: no such parameter
  simulate(anyWidth, { width: 4, with: 5 }),
];
