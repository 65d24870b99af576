/** What it refuses of vecs of a known length, of parts of a known width, of switches over them, and of asynchronous builds. */
import {
  type Builder,
  bit,
  type DataType,
  defineModule,
  input,
  output,
  record,
  type SignalOf,
  simulate,
  type UIntSignal,
  uint,
  type ValueOf,
  vec,
} from "../index.ts";

export function accepted(m: Builder, some: readonly number[], n: number, wide: UIntSignal) {
  const taps = m.reg("taps", vec(3, uint(8)), { reset: [0, 0, 0] });
  const many = m.wire("many", vec(n, uint(8)));
  taps.set([1, 2, 3]);
  taps.set(some.map((x) => x + 1));
  taps.set(Array.from({ length: 3 }, () => 1));
  taps.set([...some]);
  taps.set([wide, ...taps.slice(0, 2)]);
  taps.set([...taps.slice(1), wide]);
  taps.set([wide, 1, ...some]);
  taps.set([wide, ...some, 1, 2]);
  taps.set(n > 0 ? [1, 2, 3] : some);
  taps.set(many);
  many.set([1, 2]);
  many.set(taps);
  m.reg("zeros", vec(3, uint(8)), { reset: Array(3).fill(0) });
  const [a, q] = [m.wire("a", uint(16)), m.wire("q", uint(8))];
  q.set(a.bits(7, 0));
  q.set(a.bits(15, 8));
  q.set(a.bits(n, 0));
  q.set(wide.bits(99, 92));
  m.wire("all_but_one", uint(63)).set(wide.bits(62, 0));
  m.wire("all", uint(64)).set(wide.bits(63, 0));
  m.wire("top", uint(16)).set(wide.bits(63, 48));
  m.wire("last", uint(1)).set(wide.bits(63, 63));
  m.wire("beyond", uint(65)).set(wide.bits(64, 0));
  q.set(a.bits(n > 0 ? 7 : 15, n > 0 ? 0 : 8));
  for (const [high, low] of [
    [7, 0],
    [15, 8],
  ] as const)
    q.set(a.bits(high, low));
  const nothing = () => undefined;
  const computed: Record<number, () => void> = Object.fromEntries(some.map((i) => [i, nothing]));
  m.switch(a.bits(1, 0), computed);
  const three = { 1: nothing, 2: nothing, 3: nothing };
  m.switch(a.bits(1, 0), { 0: nothing, ...three });
  m.switch(a.bits(1, 0), { 0: nothing, 1: nothing, 2: nothing, 3: nothing });
  m.switch(a.bits(1, 0), { 0: nothing, default: nothing });
  // Of what a spread gives TypeScript forgets the numbers of its cases, unless a type says that they are computed.
  const spread: Record<number, () => void> = { 0: nothing, ...computed };
  m.switch(a.bits(1, 0), spread);
  m.switch(a.bits(1, 0), Object.fromEntries(some.map((i) => [i, nothing])));
  m.switch(a.bits(n, 0), { 0: nothing, 1: nothing });
}

/** What helpers do with values of a type that their caller chooses. */
export function helper<T extends DataType>(m: Builder, type: T, signal: SignalOf<T>, value: ValueOf<T>): SignalOf<T> {
  const [one, four] = [m.wire("one", type), m.wire("four", vec(4, type))];
  one.set(signal);
  one.set(value);
  four.set([signal, signal, value, one]);
  four.set([signal, ...four.slice(1)]);
  four.set(four);
  four[0].set(signal);
  four[1].set(four[0]);
  m.reg("kept", vec(4, type)).set(four);
  // @ts-expect-error: too few elements
  four.set([signal, signal]);
  // @ts-expect-error: a value is not yet a signal
  return value;
}

export function refused(m: Builder) {
  const taps = m.wire("taps", vec(3, uint(8)));
  // @ts-expect-error: too few elements
  taps.set([1, 2]);
  // @ts-expect-error: too many
  taps.set([1, 2, 3, 4]);
  // @ts-expect-error: one element
  taps.set([1]);
  // @ts-expect-error: none
  taps.set([]);
  // @ts-expect-error: too few, one of them by a spread
  taps.set([1, ...([2] as const)]);
  // @ts-expect-error: too few signals
  taps.set([taps[0], taps[1]]);
  // @ts-expect-error: of a field
  m.wire("pair", record({ flags: vec(2, bit) })).set({ flags: [true, false, true] });
  const square = m.wire("square", vec(2, vec(2, bit)));
  const row: readonly boolean[] = [true, false];
  // @ts-expect-error: of an element
  square.set([row, [true, false, true]]);
  // @ts-expect-error: of a reset value
  m.reg("r", vec(3, uint(8)), { reset: [0, 0] });
  const [a, q] = [m.wire("a", uint(16)), m.wire("q", uint(8))];
  // @ts-expect-error: four bits for eight
  q.set(a.bits(3, 0));
  // @ts-expect-error: 63 bits
  q.set(m.wire("wide", uint(64)).bits(62, 0));
  // @ts-expect-error: nine bits
  q.set(a.bits(15, 7));
  // @ts-expect-error: the widths differ
  q.and(a.bits(6, 0));
  const nothing = () => undefined;
  // @ts-expect-error: a case is missing
  m.switch(a.bits(1, 0), { 0: nothing, 1: nothing, 2: nothing });
  // @ts-expect-error: the first one is missing
  m.switch(m.wire("two", uint(2)), { 1: nothing, 2: nothing, 3: nothing });
}

/** Reads of a vec are no targets. */
export const readOnly = defineModule("read_only", (_: Record<string, never>) => ({
  ports: { words: input(vec(4, uint(8))), copy: output(vec(4, uint(8))) },
  build({ words, copy }, m) {
    copy.set(words);
    copy[3].set(1);
    // @ts-expect-error: an element of an input
    words[3].set(1);
    // @ts-expect-error: nor all of them
    words.set([1, 2, 3, 4]);
    const inner = m.inst("inner", copies, {}, { words });
    // @ts-expect-error: an element of an output of an instance
    inner.copy[3].set(1);
    // @ts-expect-error: an input of another length
    m.inst("short", copies, {}, { words: [1, 2] });
  },
}));

const copies = defineModule("copies", (_: Record<string, never>) => ({
  ports: { words: input(vec(4, uint(8))), copy: output(vec(4, uint(8))) },
  build: ({ words, copy }) => copy.set(words),
}));

// @ts-expect-error: what follows an await would come after the build
export const asynchronous = defineModule("asynchronous", (_: Record<string, never>) => ({
  ports: { a: input(bit), q: output(bit) },
  async build({ a, q }) {
    q.set(a);
  },
}));

export function poked(): void {
  const { in: given, out } = simulate(readOnly, {});
  given.words = [1, 2, 3, 4];
  given.words[0] = 5;
  given.words = out.copy;
  given.words = [1, 2].map((x) => x + 1);
  given.words[0].toString();
  given.words.length.toFixed();
  // @ts-expect-error: too few elements
  given.words = [1, 2];
  // @ts-expect-error: too many
  given.words = [1, 2, 3, 4, 5];
  // @ts-expect-error: none
  given.words = [];
  // @ts-expect-error: an output
  out.copy[0] = 1;
}
