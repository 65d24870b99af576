/** Values that nothing drives, or only on some paths. */
import { describe, expect, it } from "vitest";
import { building, failure, type Io } from "../fixtures/building.ts";
import { at, type Builder, bit, defineModule, elaborate, input, output, record, stream, uint, vec } from "../index.ts";

describe("assignments", () => {
  it("undriven", () => {
    expect(building(() => undefined)).toMatchInlineSnapshot(`
      "hdl/fixtures/building.ts:…: Nothing assigns "q" in module "probe". [undriven]
           … | q: output(uint(8)),
             |    ^
        expected: a call of q.set(…)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ q }, m) => q.set(m.wire("w", uint(8))))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing assigns "w" in module "probe". [undriven]
           … | expect(building(({ q }, m) => q.set(m.wire("w", uint(8))))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a call of w.set(…)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ q }, m) => q.set(m.reg("r", uint(8), { reset: 0 })))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing assigns "r" in module "probe". [undriven]
           … | expect(building(({ q }, m) => q.set(m.reg("r", uint(8), { reset: 0 })))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a call of r.set(…)
        found:    only the value that reset gives
        fix:      Assign it, or remove it. Where it has to keep that value, \`r.set(r)\` says so."
    `);
    expect(
      building(({ a, b, q }, m) => {
        const kept = m.reg("kept", vec(2, uint(8)), { reset: [1, 2] });
        kept[1].set(a);
        q.set(at(kept, b));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing assigns "kept_0" in module "probe". [undriven]
           … | const kept = m.reg("kept", vec(2, uint(8)), { reset: [1, 2] });
             |                ^
        expected: a call of kept[0].set(…)
        found:    only the value that reset gives
        fix:      Assign it, or remove it. Where it has to keep that value, \`kept[0].set(kept[0])\` says so."
    `);
    expect(
      building(({ a, b, q }, m) => {
        const kept = m.reg("kept", vec(2, uint(8)), { reset: [1, 2] });
        kept[0].set(kept[0]);
        kept[1].set(a);
        q.set(at(kept, b));
      }),
    ).toBe("no error");
    const never = (reset: { reset?: number }) =>
      building(({ a, q }, m) => {
        const r = m.reg("r", uint(8), reset);
        m.when(a.lt(0), () => r.set(a));
        q.set(r);
      });
    expect(never({})).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing assigns "r" in module "probe". [undriven]
           … | const r = m.reg("r", uint(8), reset);
             |             ^
        assigned: under a condition that never holds, hdl/messages/undriven.test.ts:…
           … | m.when(a.lt(0), () => r.set(a));
             |                         ^
        expected: a call of r.set(…)
        found:    assignments under conditions that never hold
        fix:      Where a parameter turns them off, leave the signal out with them."
    `);
    expect(never({ reset: 1 })).toBe(never({}));
    expect(
      building(({ a, q }, m) => {
        const words = m.mem("words", 4, uint(8));
        words.write({ address: 0, data: a });
        q.set(words.readClocked("word", { address: 1, underWrite: "new", enable: a.lt(0) }));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: The read "word" of memory "words" is never enabled, so it has no word. [undriven]
           … | q.set(words.readClocked("word", { address: 1, underWrite: "new", enable: a.lt(0) }));
             |             ^
        expected: an enable that is high at times
        fix:      Where a parameter turns the port off, leave the port out."
    `);
    const sink = defineModule("sink", (_: Record<string, never>) => ({
      ports: { words: input(stream(bit)) },
      build: () => undefined,
    }));
    expect(failure(() => elaborate(sink, {}))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing assigns "words_ready" in module "sink". [undriven]
           … | ports: { words: input(stream(bit)) },
             |                 ^
        expected: a call of words.ready.set(…)
        fix:      Assign it, or remove it."
    `);
  });

  it("missing-else", () => {
    expect(building(({ a, t, q }, m) => m.when(t, () => q.set(a)))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: "q" is not assigned on every path through this when. [missing-else]
           … | expect(building(({ a, t, q }, m) => m.when(t, () => q.set(a)))).toMatchInlineSnapshot(\`
             |                                       ^
        target:   "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a value in each arm and in otherwise, or a default assigned before the when
        found:    no value on the path: no arm taken
        fix:      Write q.set(…) before the when, or add .otherwise(() => q.set(…))."
    `);
    expect(
      building(({ a, t, s, q }, m) =>
        m
          .when(t, () => m.when(s.negative(), () => q.set(a)).elseWhen(a.eq(0), () => undefined))
          .otherwise(() => q.set(0)),
      ),
    ).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: "q" is not assigned on every path through this when. [missing-else]
           … | .when(t, () => m.when(s.negative(), () => q.set(a)).elseWhen(a.eq(0), () => undefined))
             |                  ^
        target:   "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        when:     around it, hdl/messages/undriven.test.ts:…
           … | .when(t, () => m.when(s.negative(), () => q.set(a)).elseWhen(a.eq(0), () => undefined))
             |  ^
        expected: a value in each arm and in otherwise, or a default assigned before the when
        found:    no value on the paths: arm 2 of 2, no arm taken
        fix:      Write q.set(…) before the when, or in arm 2 and an otherwise to be added."
    `);
  });

  it("missing-else, with all open paths and a fix for them", () => {
    const mend = (body: (io: Io, m: Builder) => void) => building(body).match(/found:.*\n.*fix:.*$/)?.[0];
    const nothing = () => undefined;
    expect(mend(({ a, t, q }, m) => m.when(t, () => q.set(a)).otherwise(nothing))).toMatchInlineSnapshot(`
      "found:    no value on the path: otherwise
        fix:      Write q.set(…) before the when, or in otherwise."
    `);
    expect(mend(({ a, t, q }, m) => m.when(t, nothing).otherwise(() => q.set(a)))).toMatchInlineSnapshot(`
      "found:    no value on the path: arm 1 of 1
        fix:      Write q.set(…) before the when, or in arm 1."
    `);
    const chain = ({ a, t, b, q }: Io, m: Builder, bodies: (undefined | (() => void))[]) => {
      const arms = bodies.map((body) => body ?? (() => q.set(a)));
      return m.when(t, arms[0]).elseWhen(b.eq(1), arms[1]).elseWhen(b.eq(2), arms[2]);
    };
    expect(mend((io, m) => chain(io, m, [undefined, nothing, nothing]))).toMatchInlineSnapshot(`
      "found:    no value on the paths: arm 2 of 3, arm 3 of 3, no arm taken
        fix:      Write q.set(…) before the when, or in arm 2, arm 3 and an otherwise to be added."
    `);
    expect(
      mend((io, m) => chain(io, m, [nothing, undefined, nothing]).otherwise(() => undefined)),
    ).toMatchInlineSnapshot(`
      "found:    no value on the paths: arm 1 of 3, arm 3 of 3, otherwise
        fix:      Write q.set(…) before the when, or in arm 1, arm 3 and otherwise."
    `);
    expect(
      mend(({ b, q }, m) => {
        let when = m.when(b.eq(0), () => q.set(1));
        for (let i = 1; i < 12; i++) when = when.elseWhen(b.eq(i), nothing);
      }),
    ).toMatchInlineSnapshot(`
      "found:    no value on the paths: arm 2 of 12, arm 3 of 12, arm 4 of 12, arm 5 of 12, arm 6 of 12 and 7 more
        fix:      Write q.set(…) before the when, or in arm 2, arm 3, arm 4, arm 5, arm 6 and 7 more."
    `);
    expect(
      mend(({ b, q }, m) => m.switch(b, { 0: nothing, 3: () => q.set(1), 4: nothing, default: nothing })),
    ).toMatchInlineSnapshot(`
      "found:    no value in cases 0, 4, default
        fix:      Write q.set(…) in those cases, or before the switch."
    `);
    // Doing what the last one says is enough.
    const mended = building(({ b, q }, m) => {
      q.set(0);
      m.switch(b, { 0: nothing, 3: () => q.set(1), 4: nothing, default: nothing });
    });
    expect(mended).toBe("no error");
  });

  it("fixes name what is to be written in TypeScript, not nets", () => {
    const pixel = record({ x: uint(4), on: vec(2, bit) });
    const shaped = {
      q: output(vec(2, pixel)),
      words: input(stream(bit)),
      out: output(stream(pixel)),
      t: input(bit),
    };
    const child = defineModule("child", (_: Record<string, never>) => ({
      ports: { words: output(stream(bit)) },
      build({ words }, m) {
        words.data.set(true);
        words.valid.set(true);
        m.unused(words.ready);
      },
    }));
    const fixes = failure(() =>
      elaborate(
        defineModule("shaped", (_: Record<string, never>) => ({
          ports: shaped,
          build({ q, t, words, out }, m) {
            m.unused(words.valid, words.data, out.ready, t);
            m.inst("source", child, {}, {});
            m.stream("inner", stream(bit));
            m.when(t, () => q[1].on[0].set(true));
          },
        })),
        {},
      ),
    );
    expect(fixes.match(/(Nothing assigns|expected: a call|Write) .*/g)).toMatchInlineSnapshot(`
      [
        "Nothing assigns "q_0_x" in module "shaped". [undriven]",
        "expected: a call of q[0].x.set(…)",
        "Nothing assigns "q_0_on_0" in module "shaped". [undriven]",
        "expected: a call of q[0].on[0].set(…)",
        "Nothing assigns "q_0_on_1" in module "shaped". [undriven]",
        "expected: a call of q[0].on[1].set(…)",
        "Nothing assigns "q_1_x" in module "shaped". [undriven]",
        "expected: a call of q[1].x.set(…)",
        "Write q[1].on[0].set(…) before the when, or add .otherwise(() => q[1].on[0].set(…)).",
        "Nothing assigns "q_1_on_1" in module "shaped". [undriven]",
        "expected: a call of q[1].on[1].set(…)",
        "Nothing assigns "words_ready" in module "shaped". [undriven]",
        "expected: a call of words.ready.set(…)",
        "Nothing assigns "out_valid" in module "shaped". [undriven]",
        "expected: a call of out.valid.set(…)",
        "Nothing assigns "out_data_x" in module "shaped". [undriven]",
        "expected: a call of out.data.x.set(…)",
        "Nothing assigns "out_data_on_0" in module "shaped". [undriven]",
        "expected: a call of out.data.on[0].set(…)",
        "Nothing assigns "out_data_on_1" in module "shaped". [undriven]",
        "expected: a call of out.data.on[1].set(…)",
        "Nothing assigns "source_words_ready" in module "shaped". [undriven]",
        "expected: a call of source.words.ready.set(…)",
        "Nothing assigns "inner_valid" in module "shaped". [undriven]",
        "expected: a call of inner.sink.valid.set(…)",
        "Nothing assigns "inner_ready" in module "shaped". [undriven]",
        "expected: a call of inner.source.ready.set(…)",
        "Nothing assigns "inner_data" in module "shaped". [undriven]",
        "expected: a call of inner.sink.data.set(…)",
      ]
    `);
  });
});
