/** One mistake is one problem, in the words of what was written. */
import { expect, it } from "vitest";
import { building } from "../fixtures/building.ts";
import { bit, crossed, filtered, narrowed, type StreamSource, stream, type UIntType, uint, vec } from "../index.ts";

// Without their types, as parameters would leave them.
// biome-ignore lint/suspicious/noExplicitAny: the mistakes must reach elaboration
type Loose = any;

/** The codes of all problems. */
const codes = (text: string) => [...text.matchAll(/\[([a-z-]+)\]$/gm)].map(([, code]) => code);

it("a name that is left to clocks and resets", () => {
  expect(building((_, m) => m.assert("clean_after_reset", m.wire("w", bit)))).toMatchInlineSnapshot(`
    "hdl/messages/one-mistake.test.ts:…: "clean_after_reset" cannot name a property. [illegal-name]
         … | expect(building((_, m) => m.assert("clean_after_reset", m.wire("w", bit)))).toMatchInlineSnapshot(\`
           |                             ^
      expected: a name that is not reset and does not end in _reset
      fix:      Such names are left to the clocks and resets, which modules and domains bring by themselves."
  `);
  expect(codes(building((_, m) => m.reg("soft_reset", bit)))).toEqual(["illegal-name"]);
});

it("a queue between clocks of a depth that there is not", () => {
  const found = building(({ a, q }, m) => {
    const { sink, source } = m.stream("words", stream(uint(8)));
    sink.valid.set(true);
    sink.data.set(a);
    const out = crossed(m, "crossing", source, { to: "fast", depth: 6 });
    out.ready.set(true);
    q.set(out.data);
  });
  expect(codes(found)).toEqual(["memory-shape"]);
});

it("a read-only memory without words", () => {
  const found = building(({ b, q }, m) => q.set(m.rom("r", uint(8), []).read("word", b)));
  expect(codes(found)).toEqual(["memory-shape"]);
  expect(codes(building(({ q }, m) => q.set(m.rom("r", uint(8), []).read("word", 3))))).toEqual(["memory-shape"]);
});

it("a machine that never moves", () => {
  const states = { idle: () => undefined, run: () => undefined };
  expect(building((_, m) => m.fsm("f", { initial: "idle", states }))).toMatchInlineSnapshot(`
    "hdl/messages/one-mistake.test.ts:…: The machine "f" never moves: no state calls go. [undriven]
         … | expect(building((_, m) => m.fsm("f", { initial: "idle", states }))).toMatchInlineSnapshot(\`
           |                             ^
      expected: a call such as go("run") in the body of a state
      fix:      Each body gets go: \`idle: (go) => m.when(start, () => go("run"))\`."
  `);
});

it("an element at a signal's place by brackets", () => {
  const found = building(({ b, q }, m) => {
    const words = m.reg("words", vec(4, uint(8)));
    q.set((words as Loose)[b as Loose]);
  });
  expect(found).toContain("at(v, i) for v[i]");
});

it("a bit or a part that is set", () => {
  expect(building(({ q }) => (q.bit(3) as Loose).set(true))).toMatchInlineSnapshot(`
    "hdl/messages/one-mistake.test.ts:…: The build of module "probe" stopped with an exception. [build-failed]
         … | expect(building(({ q }) => (q.bit(3) as Loose).set(true))).toMatchInlineSnapshot(\`
           |                                                ^
      instance: "probe", hdl/fixtures/building.ts:…
         … | elaborate(
           | ^
      found:    TypeError: q.bit(...).set is not a function
      fix:      Write q.setBit(i, bit): what bit gives can only be read."
  `);
  expect(building(({ q }) => (q.bits(3, 0) as Loose).set(1))).toContain("Write q.setBits(high, low, value)");
});

it("a stream of something else than a vec", () => {
  const found = building((_, m) => {
    const { source } = m.stream("words", stream(uint(4)));
    narrowed(m, "narrow", source as Loose);
  });
  expect(found).toContain("found:    A stream(uint(4))");
});

it("words that are kept by a number", () => {
  const found = building(({ a }, m) => {
    const { sink, source } = m.stream("words", stream(uint(8)));
    sink.valid.set(true);
    sink.data.set(a);
    const kept: StreamSource<UIntType<8>> = filtered(m, "kept", source, ((word: Loose) => word.and(3)) as Loose);
    kept.ready.set(true);
  });
  expect(found).toMatchInlineSnapshot(`
    "hdl/messages/one-mistake.test.ts:…: A uint(8) meets a bit. [sign-mismatch]
         … | const kept: StreamSource<UIntType<8>> = filtered(m, "kept", source, ((word: Loose) => word.and(3)) as Loose);
           |                                         ^
      value:    uint(8), hdl/messages/one-mistake.test.ts:…
         … | const kept: StreamSource<UIntType<8>> = filtered(m, "kept", source, ((word: Loose) => word.and(3)) as Loose);
           |                                                                                            ^
      expected: bit
      found:    uint
      fix:      a.eq(3) is true where it is 3, a.ne(0) where it is not 0; of a uint, nonzero() where any bit is 1."
  `);
});
