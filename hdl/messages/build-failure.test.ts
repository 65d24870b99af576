/** Exceptions of JavaScript in the description of a module. */
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import { defineModule, elaborate, HdlError, input, output, popcount, uint } from "../index.ts";

// biome-ignore lint/suspicious/noExplicitAny: this is about code without types
type Untyped = any;

const word = { a: input(uint(8)), q: output(uint(8)) };

const broken = defineModule("broken", (_: { weights?: number[] }) => ({
  ports: word,
  build({ a, q }) {
    q.set(a.addWrap(_.weights?.[0].valueOf() ?? (undefined as Untyped).length));
  },
}));

const around = (child: Untyped, faulty = false) =>
  defineModule("around", (_: object) => ({
    ports: word,
    build({ a, q }, m) {
      const { q: sum } = m.inst("inner", child, {}, { a }) as Untyped;
      q.set(faulty ? (a.add(1) as Untyped) : sum);
    },
  }));

const top = (child: Untyped) =>
  defineModule("top", (_: object) => ({
    ports: word,
    build({ a, q }, m) {
      q.set((m.inst("outer", child, {}, { a }) as Untyped).q);
    },
  }));

it("name the module, the path of instances and the line", () => {
  expect(failure(() => elaborate(top(around(broken)), {}))).toMatchInlineSnapshot(`
    "hdl/messages/build-failure.test.ts:…: The build of module "broken" stopped with an exception. [build-failed]
         … | q.set(a.addWrap(_.weights?.[0].valueOf() ?? (undefined as Untyped).length));
           |                                                                    ^
      instance: "top.outer.inner", hdl/messages/build-failure.test.ts:…
         … | const { q: sum } = m.inst("inner", child, {}, { a }) as Untyped;
           |                      ^
      found:    TypeError: Cannot read properties of undefined (reading 'length')
      fix:      Repair the line: it is JavaScript that runs while the hardware is described."
  `);
});

it("keep their cause", () => {
  expect(() => elaborate(broken, {})).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
});

/** The codes of all problems. */
function codes(module: Untyped): string[] {
  try {
    elaborate(module, {});
  } catch (error) {
    if (error instanceof HdlError) return error.all.map(({ code }) => code);
    throw error;
  }
  return [];
}

it("leave the rest of the parent to be looked at, in a build and in a description", () => {
  const noPorts = defineModule("noPorts", (p: Untyped) => ({ ports: { a: input(p.type.kind) }, build() {} }));
  const wrong = defineModule("wrong", (_: object) => ({ ports: { a: input(3 as Untyped) }, build() {} }));
  const junk = defineModule("junk", (_: object) => ({
    ports: word,
    build: ({ q }) => q.set(popcount(3 as Untyped) as Untyped),
  }));
  expect(codes(around(broken, true))).toEqual(["build-failed", "width-mismatch"]);
  expect(codes(around(noPorts, true))).toEqual(["build-failed", "width-mismatch"]);
  expect(codes(around(wrong, true))).toEqual(["wrong-argument", "width-mismatch"]);
  expect(codes(around(junk, true))).toEqual(["wrong-argument", "width-mismatch"]);
  expect(codes(around(noPorts))).toEqual(["build-failed"]);
});

it("say so where they come of a recursion without end", () => {
  const tree: Untyped = defineModule("tree", (p: { size: number }) => ({
    ports: word,
    build: ({ a, q }, m) => q.set((m.inst("branch", tree, { size: p.size + 1 }, { a }) as Untyped).q),
  }));
  expect(() => elaborate(tree, { size: 1 })).toThrow(expect.objectContaining({ code: "recursive-module" }));
});

it("are printed once by whoever prints an error with its properties", () => {
  const two = defineModule("two", (_: object) => ({
    ports: word,
    build({ a, q }) {
      q.set(a.add(1) as Untyped);
      q.set(a.add(2) as Untyped);
    },
  }));
  let text = "";
  try {
    elaborate(two, {});
  } catch (error) {
    text = inspect(error);
  }
  expect(text.match(/The value has another width than its target/g)).toHaveLength(2);
});
