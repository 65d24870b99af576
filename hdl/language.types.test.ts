/** What the type checker accepts and refuses; `tsc` judges the lines, the run only shows that the accepted ones build. */
import { expect, it } from "vitest";
import {
  arbitrated,
  asFixed,
  at,
  type Builder,
  bit,
  defineModule,
  elaborate,
  enumOf,
  fixed,
  input,
  joined,
  lowestOne,
  mapped,
  narrowed,
  output,
  popcount,
  type RoundingMode,
  record,
  sint,
  stream,
  type UIntSignal,
  uint,
  vec,
  widened,
} from "./index.ts";

const scale = defineModule("scale", (_: Record<string, never>) => ({
  ports: { a: input(sint(8)), factor: input(uint(4)), on: input(bit), q: output(sint(8)) },
  build: ({ a, factor, on, q }, m) => {
    m.unused(factor);
    q.set(a);
    m.when(on, () => q.set(0));
  },
}));

const anyWidth = defineModule("any_width", (p: { width: number }) => ({
  ports: { x: input(uint(p.width)), words: input(stream(uint(p.width))), y: output(uint(p.width)) },
  build({ x, words, y }) {
    words.ready.set(true);
    y.set(x.addWrap(words.data));
  },
}));

it("accepts what is right", () => {
  const user = defineModule("user", (_: Record<string, never>) => ({
    ports: {
      a: input(sint(8)),
      x: input(uint(5)),
      words: input(stream(uint(5))),
      q: output(sint(8)),
      y: output(uint(5)),
    },
    build({ a, x, words, q, y }, m) {
      const { q: scaled } = m.inst("scale", scale, {}, { a, factor: 3, on: true });
      q.set(scaled);
      // The width of a parameter is not known to the type checker, so any width passes here and elaboration decides.
      y.set(m.inst("any", anyWidth, { width: 5 }, { x, words }).y);
    },
  }));
  expect(elaborate(user, {}).top).toBe("user");
});

/** Compiled, never run. */
function refusals(m: Builder) {
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
      // @ts-expect-error: a wrong kind of reset value
      m.reg("r", bit, { reset: 0 });
    },
  }));
}

/** Compiled, never run. */
function refusedChoices(m: Builder) {
  const nothing = () => undefined;
  const phase = m.wire("phase", enumOf("idle", "load"));
  const other = m.wire("other", enumOf("idle", "load", "run"));
  phase.eq("load");
  phase.set(m.reg("next", enumOf("idle", "load"), { reset: "idle" }));
  m.wire("pair", record({ phase: enumOf("idle", "load"), on: bit })).set({ phase: "idle", on: true });
  m.switch(phase, { idle: nothing, load: nothing });
  m.switch(phase, { idle: nothing, default: nothing });
  m.switch(m.wire("n", uint(3)), { 1: nothing, default: nothing });
  // @ts-expect-error: a misspelt value
  phase.eq("laod");
  // @ts-expect-error: a misspelt value
  phase.set("laod");
  // @ts-expect-error: a misspelt reset value
  m.reg("r", enumOf("idle", "load"), { reset: "laod" });
  // @ts-expect-error: another enum
  phase.set(other);
  // @ts-expect-error: another enum, though it has every value
  other.set(phase);
  // @ts-expect-error: a number is no value
  phase.eq(0);
  // @ts-expect-error: an enum has no sum
  phase.add(1);
  // @ts-expect-error: a case is missing
  m.switch(phase, { idle: nothing });
  // @ts-expect-error: a misspelt case
  m.switch(phase, { idle: nothing, load: nothing, laod: nothing });
  // @ts-expect-error: a misspelt case beside a default
  m.switch(phase, { laod: nothing, default: nothing });
  // @ts-expect-error: a word is no number
  m.switch(m.wire("k", uint(3)), { one: nothing, default: nothing });
  const machine = m.fsm("state", {
    initial: "idle",
    states: {
      idle: (go) => go("load"),
      load: (go) => {
        // @ts-expect-error: no such state
        go("laod");
      },
    },
  });
  machine.is("load");
  // @ts-expect-error: no such state
  machine.is("run");
  // @ts-expect-error: no such state
  m.fsm("wrong", { initial: "run", states: { idle: nothing, load: nothing } });
}

/** Compiled, never run. */
function refusedParts(m: Builder) {
  const words = m.wire("words", vec(3, record({ level: sint(5), on: bit })));
  const index = m.wire("index", uint(2));
  const word = at(words, index);
  word.level.add(m.wire("s", sint(5)));
  m.when(word.on, () => undefined);
  m.wire("t", uint(3)).set(index.extend(4).fit(3));
  lowestOne(index).and(index);
  // @ts-expect-error: what is chosen by hardware cannot be assigned
  word.set({ level: 0, on: true });
  // @ts-expect-error: nor a part of it
  word.level.set(0);
  // @ts-expect-error: a bit is no index
  at(words, word.on);
  // @ts-expect-error: the target is narrower
  m.wire("u", uint(3)).set(index.extend(9).fit(4));
  // @ts-expect-error: the ones of a signed number are not counted
  popcount(word.level);
}

/** Compiled, never run. */
function refusedFormats(m: Builder, mode: RoundingMode, random: UIntSignal) {
  const x = m.wire("x", fixed(4, 4));
  const y = m.wire("y", fixed(2, 6));
  x.set(0.75);
  x.set({ raw: 3 });
  x.set(x.mul(y).round({ il: 4, fl: 4, mode, random }));
  y.set(asFixed(m.wire("s", sint(8)), 2, 6));
  m.reg("r", fixed(4, 4), { reset: 0.5 });
  m.wire("v", vec(2, fixed(4, 4))).set([x, 1]);
  x.raw().add(1);
  x.add(y).gt(x.mul(y));
  // @ts-expect-error: another format
  x.set(y);
  // @ts-expect-error: another format, though of the same width
  x.lt(y);
  // @ts-expect-error: rounded to another format
  x.set(y.round({ il: 4, fl: 3, mode: "nearest" }));
  // @ts-expect-error: fewer integer bits than the target
  x.set(x.saturate(3));
  // @ts-expect-error: a whole number is no fixed-point number
  x.add(m.wire("t", sint(8)));
  // @ts-expect-error: nor the other way round
  m.wire("w", sint(8)).set(x);
  // @ts-expect-error: no such mode
  x.round({ il: 4, fl: 0, mode: "up" });
  // @ts-expect-error: only a signed number has a sign to read
  asFixed(random, 4, 4);
  // @ts-expect-error: a text is no number
  x.set("0.75");
}

/** Never called. */
function refusedStreams(m: Builder): void {
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

it("refuses what is wrong", () => {
  expect(refusedStreams).toBeTypeOf("function");
  expect(refusedFormats).toBeTypeOf("function");
  expect(refusedChoices).toBeTypeOf("function");
  expect(refusedParts).toBeTypeOf("function");
  expect(refusals).toBeTypeOf("function");
});
