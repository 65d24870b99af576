/** `at` chooses between elements of one type; whatever differs is refused with both of them. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  at,
  bit,
  defineModule,
  elaborate,
  enumOf,
  fixed,
  HdlError,
  input,
  output,
  record,
  sint,
  uint,
  vec,
} from "../index.ts";

const ports = {
  a: input(uint(8)),
  narrow: input(uint(4)),
  one: input(uint(1)),
  on: input(bit),
  s: input(sint(8)),
  x: input(fixed(4, 4)),
  y: input(fixed(2, 6)),
  e: input(enumOf("a", "b")),
  f: input(enumOf("b", "a")),
  r: input(record({ u: uint(8), v: bit })),
  w: input(record({ u: sint(8), v: bit })),
  t: input(record({ u: uint(8) })),
  v2: input(vec(2, uint(8))),
  v3: input(vec(3, uint(8))),
  i: input(uint(1)),
  q: output(bit),
};

type Name = Exclude<keyof typeof ports, "q" | "i">;

const choosing = (first: Name, second: Name) =>
  defineModule("choosing", () => ({
    ports,
    build(io, m) {
      const { q, ...inputs } = io;
      m.unused(inputs);
      at<unknown>([io[first], io[second]], io.i);
      q.set(true);
    },
  }));

const code = (first: Name, second: Name): string => {
  try {
    elaborate(choosing(first, second), {});
  } catch (error) {
    if (error instanceof HdlError) return error.all.map((one) => one.code).join();
    throw error;
  }
  return "none";
};

describe("elements of different types", () => {
  it("are refused in any order", () => {
    const pairs: [Name, Name, string][] = [
      ["a", "narrow", "width-mismatch"],
      ["a", "s", "sign-mismatch"],
      ["one", "on", "sign-mismatch"],
      ["x", "y", "width-mismatch"],
      ["x", "s", "sign-mismatch"],
      ["e", "f", "enum-mismatch"],
      ["r", "w", "sign-mismatch"],
      ["r", "t", "width-mismatch"],
      ["v2", "v3", "width-mismatch"],
      ["a", "v2", "wrong-argument"],
    ];
    for (const [first, second, expected] of pairs) {
      expect([first, second, code(first, second)]).toEqual([first, second, expected]);
      expect([second, first, code(second, first) === "none"]).toEqual([second, first, false]);
    }
    for (const name of Object.keys(ports) as Name[]) {
      if (["q", "i"].includes(name)) continue;
      expect([name, code(name, name)]).toEqual([name, "none"]);
    }
  });

  it("are shown with their lines", () => {
    expect(failure(() => elaborate(choosing("x", "y"), {}))).toMatchInlineSnapshot(`
      "hdl/signals/at.test.ts:…: Fixed-point numbers of different formats meet. [width-mismatch]
           … | at<unknown>([io[first], io[second]], io.i);
             | ^
        element 0: "x", fixed(4, 4), hdl/signals/at.test.ts:…
           … | x: input(fixed(4, 4)),
             |    ^
        element 1: "y", fixed(2, 6), hdl/signals/at.test.ts:…
           … | y: input(fixed(2, 6)),
             |    ^
        expected: fixed(4, 4)
        found:    fixed(2, 6)
        fix:      Spell the change: extend(il, fl) for more bits, round({ il, fl, mode }), saturate(il) or wrap(il) for fewer."
    `);
    expect(failure(() => elaborate(choosing("v2", "v3"), {}))).toMatchInlineSnapshot(`
      "hdl/signals/at.test.ts:…: The elements have different shapes. [width-mismatch]
           … | at<unknown>([io[first], io[second]], io.i);
             | ^
        expected: a vec of 2
        found:    a vec of 3
        fix:      Every element is of one type; \`vec\` of that type makes a port of them."
    `);
  });
});
