/** All problems of a pass are told, each once, and none that follows from another. */
import { expect, it } from "vitest";
import { withoutLines } from "../fixtures/messages.ts";
import { type Builder, bit, defineModule, elaborate, HdlError, input, output, sint, uint } from "../index.ts";

const ports = {
  a: input(uint(8)),
  b: input(uint(4)),
  s: input(sint(8)),
  q: output(uint(8)),
};
// Without their widths, as parameters would leave them.
// biome-ignore lint/suspicious/noExplicitAny: the mistakes must reach elaboration
type Loose = any;

/** Code and line of each problem, the lines counted from the head of `build`. */
function problems(build: (io: Loose, m: Builder) => void): string[] {
  const module = defineModule("probe", (_: Record<string, never>) => ({ ports, build }));
  try {
    elaborate(module, {});
  } catch (error) {
    if (!(error instanceof HdlError)) throw error;
    const lines = error.all.map(({ details }) => Number(details.where?.split(":")[1]));
    return error.all.map(({ code }, i) => `${code} +${lines[i] - lines[0]}`);
  }
  return [];
}

it("tells every mistake of a build", () => {
  const found = problems(({ a, b, s, q }, m) => {
    m.node("x", a.addWrap(b));
    m.node("y", a.add(s));
    m.wire("begin", bit);
    m.wire("x", bit);
    q.set(a.bits(9, 2));
    m.when(b, () => q.set(256));
  });
  expect(found).toEqual([
    "width-mismatch +0",
    "sign-mismatch +1",
    "illegal-name +2",
    "duplicate-name +3",
    "slice-out-of-range +4",
    "sign-mismatch +5",
    "literal-out-of-range +5",
  ]);
});

it("tells nothing that follows from an earlier mistake", () => {
  const found = problems(({ a, b, q }, m) => {
    const wrong = a.addWrap(b);
    const named = m.node("named", wrong.mul(wrong).bits(99, 0));
    m.reg("r", uint(3), { reset: 0 }).set(named);
    q.set(wrong.add(1).eq(b));
    m.when(wrong, () => q.set(wrong.asSint()));
  });
  expect(found).toEqual(["width-mismatch +0"]);
});

it("goes on with the checks at the end of a build, not after mistakes inside it", () => {
  const atEnd = problems((_, m) => {
    m.wire("w", bit);
    m.mem("words", 4, bit).read("word", 0);
    m.reg("r", bit);
  });
  // The output q stands above, among the ports.
  expect(atEnd.map((text) => text.split(" ")[0])).toEqual(["undriven", "undriven", "undriven", "memory-shape"]);
  const inside = problems(({ a }, m) => {
    m.wire("w", bit);
    a.wrap(9);
  });
  expect(inside).toEqual(["bad-width +0"]);
});

it("tells the mistakes of all modules, each once", () => {
  const child = defineModule("child", (p: { n: number }) => ({
    ports: { x: input(uint(8)), y: output(uint(8)) },
    build: ({ x, y }) => y.set(x.wrap(p.n + 9) as never),
  }));
  const found = problems(({ a, q }, m) => {
    const first = m.inst("first", child, { n: 0 }, { x: a });
    const second = m.inst("second", child, { n: 0 }, { x: first.y });
    q.set(second.y);
    m.wire("w", bit);
  });
  expect(found.map((text) => text.split(" ")[0])).toEqual(["bad-width", "undriven"]);
});

it("keeps the first problem as code and details, and prints all", () => {
  const module = defineModule("probe", (_: Record<string, never>) => ({
    ports,
    build({ a, b }) {
      (a as Loose).eq(b);
      a.add(300);
    },
  }));
  let error: unknown;
  try {
    elaborate(module, {});
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: "width-mismatch", details: { code: "width-mismatch", expected: "8 bits" } });
  expect(withoutLines((error as HdlError).message)).toMatchInlineSnapshot(`
    "2 problems.

    hdl/messages/problems.test.ts:…: eq needs operands of equal width. [width-mismatch]
         … | (a as Loose).eq(b);
           |              ^
      left:     "a", uint(8), hdl/messages/problems.test.ts:…
         … | a: input(uint(8)),
           |    ^
      right:    "b", uint(4), hdl/messages/problems.test.ts:…
         … | b: input(uint(4)),
           |    ^
      expected: 8 bits
      found:    4 bits
      fix:      Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer.

    hdl/messages/problems.test.ts:…: The literal 300 does not fit uint(8). [literal-out-of-range]
         … | a.add(300);
           |   ^
      left:     "a", uint(8), hdl/messages/problems.test.ts:…
         … | a: input(uint(8)),
           |    ^
      expected: a whole number from 0 to 255
      fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
  `);
});

it("throws at once where nothing is elaborated", () => {
  expect(() => uint(0)).toThrow("not a width");
});

it("tells of an exception that is not of the language", () => {
  const found = problems(() => {
    throw new TypeError("mine");
  });
  expect(found).toEqual(["build-failed +0"]);
});

it("lets errors that carry details of their own pass", () => {
  const own = Object.assign(new Error("mine"), { details: { code: "mine" } });
  const build = () => {
    throw own;
  };
  expect(() => problems(build)).toThrow(own);
});

it("tells what it found before an error that follows from it", () => {
  const found = problems(({ a, b }) => {
    a.addWrap(b);
    (undefined as Loose).set(1);
  });
  expect(found).toEqual(["width-mismatch +0"]);
});
