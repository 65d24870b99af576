/** Enums where something else stands, and the reverse. */
import { describe, expect, it } from "vitest";
import { building, failure } from "../fixtures/building.ts";
import { enumOf } from "../index.ts";

describe("enums", () => {
  const phase = enumOf("idle", "load", "run");

  it("illegal-name", () => {
    expect(failure(() => enumOf())).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: An enum needs at least one value. [illegal-name]
           … | expect(failure(() => enumOf())).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      Where a parameter can leave none, leave the signal out."
    `);
    expect(failure(() => enumOf("a", "b-c"))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: "b-c" cannot name a value. [illegal-name]
           … | expect(failure(() => enumOf("a", "b-c"))).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      Choose another name; names are never changed behind your back."
    `);
    expect(failure(() => enumOf("a", "b", "a"))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: The value "a" stands twice in one enum. [illegal-name]
           … | expect(failure(() => enumOf("a", "b", "a"))).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      Choose another name; names are never changed behind your back."
    `);
    expect(failure(() => enumOf("a", "default"))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: "default" cannot name a value. [illegal-name]
           … | expect(failure(() => enumOf("a", "default"))).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      It stands for the other cases of a switch."
    `);
  });

  it("unknown-value", () => {
    expect(building((_, m) => m.wire("w", phase).set("laod" as never))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: "laod" is no value of enumOf("idle", "load", "run"). [unknown-value]
           … | expect(building((_, m) => m.wire("w", phase).set("laod" as never))).toMatchInlineSnapshot(\`
             |                                              ^
        target:   "w", enumOf("idle", "load", "run"), hdl/messages/enums.test.ts:…
           … | expect(building((_, m) => m.wire("w", phase).set("laod" as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: one of "idle", "load", "run"
        fix:      Use one of the values that there are."
    `);
    expect(building((_, m) => m.wire("w", phase).eq(1 as never))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: 1 is no value of enumOf("idle", "load", "run"). [unknown-value]
           … | expect(building((_, m) => m.wire("w", phase).eq(1 as never))).toMatchInlineSnapshot(\`
             |                                              ^
        left:     "w", enumOf("idle", "load", "run"), hdl/messages/enums.test.ts:…
           … | expect(building((_, m) => m.wire("w", phase).eq(1 as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: one of "idle", "load", "run"
        fix:      Use one of the values that there are."
    `);
    expect(building((_, m) => m.reg("w", phase, { reset: "stop" as never }))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: "stop" is no value of enumOf("idle", "load", "run"). [unknown-value]
           … | expect(building((_, m) => m.reg("w", phase, { reset: "stop" as never }))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "w", enumOf("idle", "load", "run")
        expected: one of "idle", "load", "run"
        fix:      Use one of the values that there are."
    `);
  });

  it("enum-mismatch and sign-mismatch", () => {
    expect(
      building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
    ).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: Values of different enums meet. [enum-mismatch]
           … | building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
             |                                       ^
        target:   "w", enumOf("idle", "load", "run"), hdl/messages/enums.test.ts:…
           … | building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
             |                      ^
        value:    "v", enumOf("idle", "run", "load"), hdl/messages/enums.test.ts:…
           … | building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
             |                                             ^
        expected: enumOf("idle", "load", "run")
        found:    enumOf("idle", "run", "load")
        fix:      Enums are the same when they list the same values in the same order; translate with a switch."
    `);
    expect(building(({ a }, m) => m.wire("w", phase).eq(a as never))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: A uint(8) meets an enumOf("idle", "load", "run"). [sign-mismatch]
           … | expect(building(({ a }, m) => m.wire("w", phase).eq(a as never))).toMatchInlineSnapshot(\`
             |                                                  ^
        left:     "w", enumOf("idle", "load", "run"), hdl/messages/enums.test.ts:…
           … | expect(building(({ a }, m) => m.wire("w", phase).eq(a as never))).toMatchInlineSnapshot(\`
             |                                 ^
        right:    "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: enumOf("idle", "load", "run")
        found:    uint
        fix:      An enum meets its own values and signals of the same enum; asUint gives its encoding."
    `);
    expect(building(({ a }, m) => a.eq(m.wire("w", phase) as never))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: An enumOf("idle", "load", "run") meets a uint(8). [sign-mismatch]
           … | expect(building(({ a }, m) => a.eq(m.wire("w", phase) as never))).toMatchInlineSnapshot(\`
             |                                 ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        right:    "w", enumOf("idle", "load", "run"), hdl/messages/enums.test.ts:…
           … | expect(building(({ a }, m) => a.eq(m.wire("w", phase) as never))).toMatchInlineSnapshot(\`
             |                                      ^
        expected: uint
        found:    enumOf("idle", "load", "run")
        fix:      An enum meets its own values and signals of the same enum; asUint gives its encoding."
    `);
    expect(building(({ a }) => a.eq("idle" as never))).toMatchInlineSnapshot(`
      "hdl/messages/enums.test.ts:…: The string "idle" is no value of uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.eq("idle" as never))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Number(text) makes a number of a string, before the hardware is described."
    `);
  });
});
