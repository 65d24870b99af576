/** Assignments that meet, or stand where they mean nothing. */
import { describe, expect, it } from "vitest";
import { building, failure, type Io } from "../fixtures/building.ts";
import { type Builder, bit, stream } from "../index.ts";

describe("assignments", () => {
  it("doubly-driven", () => {
    expect(
      building(({ a, t, q }, m) => {
        m.when(t, () => q.set(a));
        q.set(0);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/doubly-driven.test.ts:…: "q" is assigned again, so an earlier assignment has no effect. [doubly-driven]
           … | q.set(0);
             |   ^
        target:   "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        earlier:  has no effect, hdl/messages/doubly-driven.test.ts:…
           … | m.when(t, () => q.set(a));
             |   ^
        expected: one assignment, or a default before the conditions that override it
        fix:      Remove one of the two, or put the later one into a when."
    `);
    expect(
      building(({ b, t, q }, m) => {
        m.when(t, () => {
          q.setBits(5, 4, 1);
          q.set(0);
          q.setBits(3, 0, b);
        }).otherwise(() => q.set(1));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/doubly-driven.test.ts:…: "q" is assigned again, so an earlier assignment has no effect. [doubly-driven]
           … | q.set(0);
             |   ^
        target:   "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        earlier:  has no effect, hdl/messages/doubly-driven.test.ts:…
           … | q.setBits(5, 4, 1);
             |   ^
        expected: one assignment, or a default before the conditions that override it
        fix:      Remove one of the two, or put the later one into a when."
    `);
    expect(
      building(({ q }, m) => {
        const { source, sink } = m.stream("words", stream(bit));
        sink.valid.set(true);
        sink.data.set(true);
        source.ready.set(true);
        source.ready.set(false);
        q.set(0);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/doubly-driven.test.ts:…: "words_ready" is assigned again, so an earlier assignment has no effect. [doubly-driven]
           … | source.ready.set(false);
             |              ^
        target:   "words_ready", hdl/messages/doubly-driven.test.ts:…
           … | const { source, sink } = m.stream("words", stream(bit));
             |                            ^
        earlier:  has no effect, hdl/messages/doubly-driven.test.ts:…
           … | source.ready.set(true);
             |              ^
        expected: one assignment, or a default before the conditions that override it
        fix:      Remove one of the two, or put the later one into a when."
    `);
  });

  it("not doubly-driven: defaults, parts and other arms", () => {
    const text = building(({ a, b, t, q }, m) => {
      q.set(0);
      q.setBits(3, 0, b);
      m.when(t, () => q.set(a)).otherwise(() => q.setBit(7, t));
      m.when(a.eq(0), () => q.set(1));
    });
    expect(text).toBe("no error");
  });

  it("misplaced-else", () => {
    expect(
      building(({ t, q }, m) => {
        const chain = m.when(t, () => q.set(1));
        q.set(0);
        chain.otherwise(() => q.set(2));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/doubly-driven.test.ts:…: Something stands between this arm and its when. [misplaced-else]
           … | chain.otherwise(() => q.set(2));
             |       ^
        when:     begins, hdl/messages/doubly-driven.test.ts:…
           … | const chain = m.when(t, () => q.set(1));
             |                 ^
        expected: elseWhen and otherwise directly after the arm above, otherwise last
        fix:      Write the chain in one piece."
    `);
    expect(
      building(({ t, s, q }, m) => {
        const chain = m.when(t, () => q.set(1));
        m.when(s.negative(), () => chain.otherwise(() => q.set(2)));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/doubly-driven.test.ts:…: Something stands between this arm and its when. [misplaced-else]
           … | m.when(s.negative(), () => chain.otherwise(() => q.set(2)));
             |                                  ^
        when:     begins, hdl/messages/doubly-driven.test.ts:…
           … | const chain = m.when(t, () => q.set(1));
             |                 ^
        expected: elseWhen and otherwise directly after the arm above, otherwise last
        fix:      Write the chain in one piece."
    `);
    expect(
      building(({ t, q }, m) => {
        const chain = m.when(t, () => q.set(1));
        chain.otherwise(() => q.set(2));
        chain.elseWhen(t, () => q.set(3));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/doubly-driven.test.ts:…: This when has an otherwise already. [misplaced-else]
           … | chain.elseWhen(t, () => q.set(3));
             |       ^
        when:     begins, hdl/messages/doubly-driven.test.ts:…
           … | const chain = m.when(t, () => q.set(1));
             |                 ^
        expected: elseWhen and otherwise directly after the arm above, otherwise last
        fix:      Write the chain in one piece."
    `);
  });

  it("build-out-of-scope", () => {
    let kept: { io: Io; m: Builder } | undefined;
    building((io, m) => {
      kept = { io, m };
      io.q.set(0);
    });
    expect(failure(() => kept?.io.q.set(1))).toMatchInlineSnapshot(
      `
      "hdl/messages/doubly-driven.test.ts:…: "q" was assigned after its build had ended. [build-out-of-scope]
           … | expect(failure(() => kept?.io.q.set(1))).toMatchInlineSnapshot(
             |                                 ^
        fix:      Describe everything inside \`build\`; an asynchronous step belongs before \`elaborate\`."
    `,
    );
    expect(failure(() => kept?.m.reg("late", bit))).toMatchInlineSnapshot(
      `
      "hdl/messages/doubly-driven.test.ts:…: "late" was made after its build had ended. [build-out-of-scope]
           … | expect(failure(() => kept?.m.reg("late", bit))).toMatchInlineSnapshot(
             |                              ^
        fix:      Describe everything inside \`build\`; an asynchronous step belongs before \`elaborate\`."
    `,
    );
    expect(
      building(async ({ q }) => {
        await Promise.resolve();
        q.set(0);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/fixtures/building.ts:…: The build of module "probe" is asynchronous. [build-out-of-scope]
           … | elaborate(
             | ^
        fix:      Await what it needs before elaborate, and pass it as a parameter."
    `);
  });
});
