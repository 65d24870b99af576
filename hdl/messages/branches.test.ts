/** What `switch` and `fsm` refuse. */
import { describe, expect, it } from "vitest";
import { building } from "../fixtures/building.ts";
import { type Builder, enumOf } from "../index.ts";

describe("switch and fsm", () => {
  const phase = enumOf("idle", "load", "run");
  const nothing = () => undefined;

  it("switch-cases", () => {
    expect(building((_, m) => m.switch(m.wire("w", phase), { idle: nothing } as never))).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: A switch over enumOf("idle", "load", "run") lacks load, run. [switch-cases]
           … | expect(building((_, m) => m.switch(m.wire("w", phase), { idle: nothing } as never))).toMatchInlineSnapshot(\`
             |                             ^
        signal:   "w", enumOf("idle", "load", "run"), hdl/messages/branches.test.ts:…
           … | expect(building((_, m) => m.switch(m.wire("w", phase), { idle: nothing } as never))).toMatchInlineSnapshot(\`
             |                                      ^
        expected: a case for every value, or a default
        fix:      Write default: () => … for what no case names."
    `);
    expect(
      building((_, m) => m.switch(m.wire("w", phase), { idle: nothing, laod: nothing, default: nothing } as never)),
    ).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: A switch over enumOf("idle", "load", "run") has no case laod. [switch-cases]
           … | building((_, m) => m.switch(m.wire("w", phase), { idle: nothing, laod: nothing, default: nothing } as never)),
             |                      ^
        signal:   "w", enumOf("idle", "load", "run"), hdl/messages/branches.test.ts:…
           … | building((_, m) => m.switch(m.wire("w", phase), { idle: nothing, laod: nothing, default: nothing } as never)),
             |                               ^
        expected: cases of idle, load, run
        fix:      Remove it, or name a value of the signal."
    `);
    expect(building(({ b }, m) => m.switch(b, { 0: nothing, 1: nothing }))).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: A switch over uint(4) does not cover every number. [switch-cases]
           … | expect(building(({ b }, m) => m.switch(b, { 0: nothing, 1: nothing }))).toMatchInlineSnapshot(\`
             |                                 ^
        signal:   "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: a default, or all 16 cases
        fix:      Write default: () => … for what no case names."
    `);
    expect(building(({ b }, m) => m.switch(b, { 0: nothing, 16: nothing, default: nothing }))).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: A switch over uint(4) has no case 16. [switch-cases]
           … | expect(building(({ b }, m) => m.switch(b, { 0: nothing, 16: nothing, default: nothing }))).toMatchInlineSnapshot(\`
             |                                 ^
        signal:   "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: whole numbers from 0 to 15
        fix:      Remove it, or name a value of the signal."
    `);
    expect(building(({ b }, m) => m.switch(b, { 1.5: nothing, default: nothing }))).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: A switch over uint(4) has no case 1.5. [switch-cases]
           … | expect(building(({ b }, m) => m.switch(b, { 1.5: nothing, default: nothing }))).toMatchInlineSnapshot(\`
             |                                 ^
        signal:   "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: whole numbers from 0 to 15
        fix:      Remove it, or name a value of the signal."
    `);
    const two = enumOf("off", "on");
    expect(
      building((_, m) => m.switch(m.wire("w", two), { off: nothing, on: nothing, default: nothing })),
    ).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: The default of a switch over enumOf("off", "on") is never taken. [switch-cases]
           … | building((_, m) => m.switch(m.wire("w", two), { off: nothing, on: nothing, default: nothing })),
             |                      ^
        signal:   "w", enumOf("off", "on"), hdl/messages/branches.test.ts:…
           … | building((_, m) => m.switch(m.wire("w", two), { off: nothing, on: nothing, default: nothing })),
             |                               ^
        expected: no default where every value has a case
        fix:      Remove the default."
    `);
  });

  it("missing-else", () => {
    expect(
      building(({ q }, m) => {
        const w = m.wire("w", phase);
        w.set("idle");
        m.switch(w, { idle: () => q.set(1), load: nothing, run: () => q.set(2) });
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: "q" is not assigned on every path through this switch. [missing-else]
           … | m.switch(w, { idle: () => q.set(1), load: nothing, run: () => q.set(2) });
             |   ^
        target:   "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a value in each case, or a default assigned before the switch
        found:    no value in case load
        fix:      Write q.set(…) in that case, or before the switch."
    `);
    expect(building(({ b, q }, m) => m.switch(b, { 0: () => q.set(1), default: nothing }))).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: "q" is not assigned on every path through this switch. [missing-else]
           … | expect(building(({ b, q }, m) => m.switch(b, { 0: () => q.set(1), default: nothing }))).toMatchInlineSnapshot(\`
             |                                    ^
        target:   "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a value in each case, or a default assigned before the switch
        found:    no value in case default
        fix:      Write q.set(…) in that case, or before the switch."
    `);
  });

  it("a go outside its state", () => {
    let kept: ((state: "on") => void) | undefined;
    const machine = (m: Builder) =>
      m.fsm("state", {
        initial: "off",
        states: {
          off: (go) => {
            kept = go;
          },
          on: () => kept?.("on"),
        },
      });
    expect(building((_, m) => machine(m))).toMatchInlineSnapshot(
      `
      "hdl/messages/branches.test.ts:…: go("on") was called outside the body of state "off". [build-out-of-scope]
           … | on: () => kept?.("on"),
             |           ^
        expected: calls inside that body only
        fix:      Call it while the body runs; a \`m.when\` inside makes the move conditional."
    `,
    );
  });

  it("a state that is none", () => {
    expect(
      building((_, m) => m.fsm("state", { initial: "of" as never, states: { off: (go) => go("on"), on: nothing } })),
    ).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: "of" is no value of enumOf("off", "on"). [unknown-value]
           … | building((_, m) => m.fsm("state", { initial: "of" as never, states: { off: (go) => go("on"), on: nothing } })),
             |                      ^
        target:   "state", enumOf("off", "on")
        expected: one of "off", "on"
        fix:      Use one of the values that there are."
    `);
    expect(
      building((_, m) => m.fsm("state", { initial: "off", states: { off: (go) => go("no" as never), on: nothing } })),
    ).toMatchInlineSnapshot(`
      "hdl/messages/branches.test.ts:…: "no" is no value of enumOf("off", "on"). [unknown-value]
           … | building((_, m) => m.fsm("state", { initial: "off", states: { off: (go) => go("no" as never), on: nothing } })),
             |                                                                            ^
        target:   "state", enumOf("off", "on"), hdl/messages/branches.test.ts:…
           … | building((_, m) => m.fsm("state", { initial: "off", states: { off: (go) => go("no" as never), on: nothing } })),
             |                      ^
        expected: one of "off", "on"
        fix:      Use one of the values that there are."
    `);
  });
});
