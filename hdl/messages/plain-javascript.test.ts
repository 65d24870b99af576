/** What code without types, or with any, does that the type checker would have refused. */
import { inspect } from "node:util";
import { expect, it } from "vitest";
import {
  bit,
  concat,
  defineModule,
  elaborate,
  HdlError,
  input,
  output,
  popcount,
  record,
  simulate,
  stream,
  uint,
  vec,
} from "../index.ts";

// biome-ignore lint/suspicious/noExplicitAny: what the type checker does not see.
type Untyped = any;

function failure(body: () => unknown): HdlError["details"] {
  try {
    body();
  } catch (error) {
    if (error instanceof HdlError) return error.details;
    throw error;
  }
  throw new Error("no error");
}

const building = (body: (io: Untyped, m: Untyped) => void) =>
  failure(() =>
    elaborate(
      defineModule("probe", (_: Record<string, never>) => ({
        ports: { a: input(uint(8)), c: input(bit), s: input(stream(bit)), q: output(uint(8)) },
        build(io, m) {
          m.unused(io.a, io.c, io.s);
          io.s.ready.set(true);
          io.q.set(0);
          body(io, m);
        },
      })),
      {},
    ),
  );

it("refuses a boolean of JavaScript as a condition, and says what compares signals", () => {
  const refused = { code: "wrong-argument", hint: expect.stringContaining("a.eq(3)") };
  expect(building(({ a, q }, m) => m.when(a === 3, () => q.set(1)))).toMatchObject({ ...refused, found: "false" });
  expect(building(({ c, q }, m) => m.when(!c, () => q.set(1)))).toMatchObject(refused);
  expect(building(({ q }, m) => m.when(true, () => q.set(1)))).toMatchObject(refused);
  expect(building(({ c, q }, m) => m.when(c, () => q.set(1)).elseWhen(1, () => q.set(2)))).toMatchObject(refused);
  for (const property of ["assert", "assume", "cover"])
    expect(building(({ a }, m) => m[property]("wide", a.width > 3))).toMatchObject(refused);
});

it("says how a number becomes a condition, and that a body is a function", () => {
  expect(building(({ a, q }, m) => m.when(a, () => q.set(1))).hint).toContain("nonzero()");
  expect(building(({ a }, m) => m.assert("some", a)).hint).toContain("a.eq(3)");
  expect(building(({ c, q }, m) => m.when(c, q.set(1))).hint).toContain("() => q.set(1)");
});

it("says what a register is given in place of a type", () => {
  expect(building((_, m) => m.reg("r", 8)).hint).toContain("uint(8)");
  expect(building((_, m) => m.reg(uint(8), "r")).hint).toContain('m.reg("count", uint(8))');
  expect(building((_, m) => m.reg("r", { reset: 0 })).hint).toContain("{ reset: 0 }");
});

it("says what there is in place of a method that there is not", () => {
  const refused = (body: (io: Untyped, m: Untyped) => void) => {
    const details = building(body);
    expect(details.code).toBe("build-failed");
    return details;
  };
  expect(refused(({ a }) => a.set(3)).hint).toContain("inputs");
  expect(refused(({ a }) => a.shiftLeft(1)).hint).toContain("concat(");
  expect(refused(({ a }) => a.div(3)).hint).toContain("shiftRight");
  expect(refused(({ c }) => c.add(1))).toMatchObject({
    expected: "a uint, sint, fixed signal: these have add",
    hint: expect.stringContaining("concat(bit)"),
  });
  expect(refused(({ a }) => a.addWarp(1)).hint).toBe("Write addWrap, if that is meant.");
  expect(refused(({ s }) => s.set(s)).hint).toContain("connect(");
  expect(refused(({ a }) => a.frobnicate()).hint).toContain("it is JavaScript that runs");
});

it("refuses to assign by =, which would be lost", () => {
  const byEquals = (body: (io: Untyped, m: Untyped) => void) => {
    const details = building(body);
    expect(details.code).toBe("build-failed");
    return details.hint;
  };
  const inner = defineModule("inner", (_: Record<string, never>) => ({
    ports: { x: input(bit), y: output(bit) },
    build: ({ x, y }) => y.set(x),
  }));
  const pixel = record({ red: uint(8), rows: vec(2, bit) });
  const reset = { red: 0, rows: [false, false] };
  expect(byEquals((io) => (io.q = 3))).toContain("Write ….q.set(value)");
  expect(byEquals(({ q }) => (q.value = 3))).toContain("Write ….value.set(value)");
  expect(byEquals((_, m) => (m.reg("r", pixel, { reset }).red = 3))).toContain("Write ….red.set(value)");
  expect(byEquals((_, m) => (m.reg("r", pixel, { reset }).rows[1] = true))).toContain("Write …[1].set(value)");
  expect(byEquals(({ c }, m) => (m.inst("u", inner, {}, { x: c }).x = c))).toContain("where m.inst makes it");
  expect(byEquals(({ c, s }) => (s.ready = c))).toContain("Write ….ready.set(value)");
  expect(byEquals(({ c }, m) => (m.stream("t", stream(bit)).sink.valid = c))).toContain("Write ….valid.set(value)");
});

it("says what a port without direction lacks, at the line of its module", () => {
  const probe = defineModule("probe", () => ({ ports: { x: uint(8) } as Untyped, build: () => undefined }));
  const where = new Error().stack?.split("\n")[1].match(/:(\d+):\d+\)?$/)?.[1];
  const details = failure(() => elaborate(probe, {}));
  expect(details).toMatchObject({
    code: "wrong-argument",
    found: "The type uint(8)",
    hint: "Write x: input(uint(8)) where the module reads it, x: output(uint(8)) where it drives it.",
  });
  expect(details.where).toBe(`hdl/messages/plain-javascript.test.ts:${Number(where) - 1}`);
});

it("says how a literal becomes a signal", () => {
  const hint = (body: (io: Untyped) => void) => building(body).hint;
  expect(hint(({ a }) => concat(a, false as Untyped))).toContain("`fixedValue(bit, false)`");
  expect(hint(({ a }) => concat(a, 5 as Untyped))).toContain("`fixedValue(uint(3), 5)`");
  expect(hint(({ a }) => concat(a, -1 as Untyped))).toContain("`fixedValue(sint(1), -1)`");
  expect(hint(() => popcount(0 as Untyped))).toContain("`fixedValue(uint(1), 0)`");
  expect(hint(({ a }) => concat(a, "5" as Untyped))).not.toContain("fixedValue");
});

it("refuses ports that a simulated module does not have, and writes of outputs", () => {
  const copies = defineModule("copies", (_: Record<string, never>) => ({
    ports: { words: input(vec(2, uint(8))), on: input(bit), copy: output(vec(2, uint(8))), was: output(bit) },
    build({ words, on, copy, was }) {
      copy.set(words);
      was.set(on);
    },
  }));
  const dut: Untyped = simulate(copies, {});
  const unknown = (near: string) => ({ code: "unknown-port", hint: `Write "${near}", if that is meant.` });
  expect(failure(() => (dut.in.wrods = [1, 2]))).toMatchObject(unknown("words"));
  expect(failure(() => dut.out.copi)).toMatchObject(unknown("copy"));
  expect(failure(() => dut.in.on_)).toMatchObject(unknown("on"));
  const element = { code: "slice-out-of-range", expected: "an element from 0 to 1" };
  expect(failure(() => (dut.in.words[2] = 1))).toMatchObject(element);
  expect(failure(() => dut.in.words[2])).toMatchObject(element);
  expect(failure(() => Object.assign(dut.in.words, [1, 2, 3]))).toMatchObject(element);
  expect(failure(() => dut.in.words.map(String)).message).toBe('dut.in.words has no "map".');
  expect(failure(() => (dut.in.words.length = 3)).message).toBe("The length of dut.in.words is that of its type.");
  expect(inspect(dut.in.words)).toContain("[Getter/Setter]");
  expect(failure(() => (dut.out.was = true)).message).toBe("dut.out.was is an output, which the hardware drives.");
  dut.in.words = [1, 2];
  expect(dut.out).toEqual({ copy: [1, 2], was: false });
  expect(`${JSON.stringify(dut.out)} ${Object.keys(dut.in)}`).toBe('{"copy":[1,2],"was":false} words,on');
});
