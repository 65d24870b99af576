/** What is noted with a stand-in in its place: the problems behind it are told in the same run. */
import { describe, expect, it } from "vitest";
import {
  at,
  type Builder,
  bit,
  defineModule,
  elaborate,
  emitVerilog,
  fixedValue,
  forked,
  HdlError,
  input,
  oneHot,
  output,
  queued,
  record,
  Simulator,
  simulate,
  stream,
  uint,
  vec,
} from "../index.ts";

// biome-ignore lint/suspicious/noExplicitAny: mistakes that types refuse
type Untyped = any;

function codes(body: () => unknown): string[] {
  try {
    body();
  } catch (error) {
    if (error instanceof HdlError) return error.all.map(({ code }) => code);
    throw error;
  }
  return [];
}

const ports = {
  a: input(uint(8)),
  b: input(uint(4)),
  w: input(stream(uint(8))),
  q: output(uint(8)),
  r: output(uint(8)),
};

/** The codes of a build that goes on with two mistakes of its own. */
const building = (body: (io: Untyped, m: Builder) => void) =>
  codes(() =>
    elaborate(
      defineModule("probe", () => ({
        ports,
        build(io, m) {
          body(io, m);
          io.q.set(io.b as Untyped);
          io.r.set(300);
        },
      })),
      {},
    ),
  );

const child = (build: (m: Builder) => void) =>
  defineModule("child", (_: Untyped) => ({
    ports: { z: output(bit) },
    build({ z }, m) {
      build(m);
      z.set(true);
    },
  }));

const recursive: Untyped = defineModule("again", () => ({
  ports: { z: output(bit) },
  build: ({ z }, m) => z.set((m.inst("u", recursive, {}, {}) as Untyped).z),
}));

const itself: { self?: unknown } = {};
itself.self = itself;

const mistakes: Record<string, [string, (io: Untyped, m: Builder) => void]> = {
  "a memory of no words": [
    "memory-shape",
    ({ a }, m) => m.node("n", m.mem("words", 0, uint(8)).read("word", 0).add(a)),
  ],
  "a width of 0": ["bad-width", ({ a }, m) => m.wire("n", uint(0) as Untyped).set(a)],
  "a vec of none": ["bad-width", (_, m) => m.wire("n", vec(0, bit))],
  "a set of no bits": ["bad-width", ({ a }, m) => m.node("n", oneHot(a, 0))],
  "none to choose from": ["slice-out-of-range", ({ a }, m) => m.node("n", at([], a) as Untyped)],
  "a queue of no words": ["memory-shape", ({ w }, m) => queued(m, "queue", w, -2)],
  "a fork of one": ["stream-shape", ({ w }, m) => forked(m, "fork", w, 1)],
  "a module in itself": ["recursive-module", (_, m) => m.inst("u", recursive, {}, {})],
  "an opaque parameter": [
    "opaque-parameter",
    (_, m) =>
      m.inst(
        "u",
        child(() => undefined),
        () => 1,
        {},
      ),
  ],
  "a parameter in itself": [
    "opaque-parameter",
    (_, m) =>
      m.inst(
        "u",
        child(() => undefined),
        itself,
        {},
      ),
  ],
  "what a child throws": [
    "wrong-argument",
    (_, m) =>
      m.inst(
        "u",
        child((own) => own.node("n", 3 as Untyped)),
        {},
        {},
      ),
  ],
  "a word that there is not": [
    "literal-out-of-range",
    (_, m) => m.mem("words", 10, bit, { init: [] }).read("word", 12),
  ],
  "a ROM that is written": [
    "memory-shape",
    ({ a }, m) => {
      const words = m.rom("words", uint(8), [1, 2]) as Untyped;
      words.write({ address: 0, data: a });
      words.read("word", 0);
    },
  ],
  "a register of the parent": [
    "foreign-signal",
    (_, m) => {
      const flag = m.reg("flag", bit, { reset: false });
      m.inst(
        "u",
        child(() => flag.set(true)),
        {},
        {},
      );
    },
  ],
  "the builder of the parent": [
    "build-out-of-scope",
    (_, m) =>
      m.inst(
        "u",
        child(() => m.wire("n", bit)),
        {},
        {},
      ),
  ],
};

describe("the run goes on after", () => {
  it.each(Object.entries(mistakes))("%s", (_, [code, body]) => {
    expect(building(body)).toEqual([code, "width-mismatch", "literal-out-of-range"]);
  });
});

describe("code without types gets an error of the language for", () => {
  const through = defineModule("through", () => ({
    ports: { a: input(uint(4)), q: output(uint(5)) },
    build({ a, q }, m) {
      const inner = m.node("inner", a.addWrap(3));
      q.set(inner.mul(a).add(1).wrap(5));
    },
  }));

  it("a description that is none", () => {
    for (const made of [undefined, {}, { ports: {} }, { ports: { a: uint(8) }, build: () => undefined }]) {
      expect(
        codes(() =>
          elaborate(
            defineModule("m", () => made as Untyped),
            {},
          ),
        ),
      ).toEqual(["wrong-argument"]);
    }
    expect(codes(() => emitVerilog(through as Untyped))).toEqual(["wrong-argument"]);
  });

  it("types in the wrong place", () => {
    expect(codes(() => fixedValue(record({ x: bit }) as Untyped, 1))).toEqual(["wrong-argument"]);
    expect(building((_, m) => m.reg("r", stream(bit) as Untyped))).toEqual(["wrong-argument"]);
  });

  it("names that a simulator does not know", () => {
    const simulator = new Simulator(elaborate(through, {}));
    expect(codes(() => simulator.poke("b", 1))).toEqual(["unknown-port"]);
    expect(codes(() => simulator.poke("q", 1))).toEqual(["unknown-port"]);
    expect(codes(() => simulator.peekPath("innr"))).toEqual(["unknown-net"]);
    const dut = simulate(through, {}, { keepAll: false });
    for (const net of dut.nets()) expect(dut.peek(net)).toBeDefined();
    expect(codes(() => dut.peek("inner"))).toEqual(["unknown-net"]);
    expect(simulate(through, {}).peek("inner")).toBe(3);
  });
});
