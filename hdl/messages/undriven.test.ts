/** Values that nothing drives, or only on some paths. */
import { describe, expect, it } from "vitest";
import { building, failure, type Io, nothingAtAll } from "../fixtures/building.ts";
import {
  at,
  type Builder,
  bit,
  defineModule,
  elaborate,
  type Inside,
  input,
  output,
  record,
  sint,
  stream,
  uint,
  vec,
} from "../index.ts";

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

  it("unused-input", () => {
    const point = record({ x: sint(4), on: bit });
    const reader = (read: (io: Inside<typeof unreadPorts>, m: Builder) => void) =>
      failure(() =>
        elaborate(
          defineModule("reader", (_: Record<string, never>) => ({
            ports: unreadPorts,
            build(io, m) {
              io.words.ready.set(true);
              io.q.set(io.a);
              read(io, m);
            },
          })),
          {},
        ),
      );
    const unreadPorts = {
      a: input(uint(8)),
      point: input(point),
      points: input(vec(2, point)),
      words: input(stream(point)),
      q: output(uint(8)),
    };
    expect(reader(({ points, words }, m) => m.cover("seen", words.valid.and(points[1].on)))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing in module "reader" depends on input "point". [unused-input]
           … | point: input(point),
             |        ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build."
    `);
    // Of a bundle or a stream a part is enough; to look at its ready is not.
    const some = ({ point, words }: Inside<typeof unreadPorts>, m: Builder) => {
      m.node("x", point.x);
      m.cover("ready", words.ready);
    };
    expect(reader(some)).toMatchInlineSnapshot(`
      "2 problems.

      hdl/messages/undriven.test.ts:…: Nothing in module "reader" depends on input "points". [unused-input]
           … | points: input(vec(2, point)),
             |         ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build.

      hdl/messages/undriven.test.ts:…: Nothing in module "reader" depends on input "words". [unused-input]
           … | words: input(stream(point)),
             |        ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build."
    `);
    expect(
      reader(({ point, points, words }, m) => {
        m.unused(point, points);
        m.unused(words);
      }),
    ).toBe("no error");
    // A name says nothing of another module's port.
    let foreign: Inside<typeof unreadPorts> | undefined;
    reader((io, m) => {
      foreign = io;
      m.unused(io.point, io.points, io.words);
    });
    expect(reader((_, m) => foreign && m.unused(foreign.point, foreign.points, foreign.words)).split("\n")[0]).toBe(
      "3 problems.",
    );
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

  it("a width of one is one bit", () => {
    const said = building(({ a, q }) => q.set(a.bits(0, 0) as never));
    expect(said).not.toContain("1 bits");
    expect(building(({ a }) => a.eq(a.bits(0, 0)))).toMatch(/expected: 8 bits\n *found: +1 bit\n/);
  });

  it("literals show what they meet", () => {
    expect(building(({ a }) => a.eq(300))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: The literal 300 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.eq(300))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
    `);
    expect(building(({ t, q }) => q.set(t as never))).toContain('target:   "q", uint(8)');
    expect(building(({ q }) => q.set(256))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: The literal 256 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ q }) => q.set(256))).toMatchInlineSnapshot(\`
             |                              ^
        target:   "q", uint(8), hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
    expect(building(({ t }) => t.and(2 as never))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: The literal 2 does not fit bit. [literal-out-of-range]
           … | expect(building(({ t }) => t.and(2 as never))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "t", bit, hdl/fixtures/building.ts:…
           … | t: input(bit),
             |    ^
        expected: true or false
        fix:      Write true or false."
    `);
  });

  it("what is no literal at all is called what it is", () => {
    const said = (value: unknown) => building(({ q }) => q.set(value)).match(/^.*: (.*)\n(?:.*\n)*.*fix: *(.*)"?$/);
    const line = (value: unknown) => said(value)?.slice(1).join(" / ");
    expect(
      ["3", undefined, null, { x: 1, y: 2 }, {}, [1, 2], nothingAtAll, Number.NaN].map(line),
    ).toMatchInlineSnapshot(`
      [
        "The string "3" is no value of uint(8). [literal-out-of-range] / Number(text) makes a number of a string, before the hardware is described.",
        "undefined is no value of uint(8). [literal-out-of-range] / Look at the name or the index that gives nothing here.",
        "null is no value of uint(8). [literal-out-of-range] / Pass a signal of that type, or a literal; of a record or a vec, one of its parts.",
        "An object of x, y is no value of uint(8). [literal-out-of-range] / Pass a signal of that type, or a literal; of a record or a vec, one of its parts.",
        "An empty object is no value of uint(8). [literal-out-of-range] / Pass a signal of that type, or a literal; of a record or a vec, one of its parts.",
        "An array of 2 is no value of uint(8). [literal-out-of-range] / Pass a signal of that type, or a literal; of a record or a vec, one of its parts.",
        "The function nothingAtAll is no value of uint(8). [literal-out-of-range] / Pass a signal of that type, or a literal; of a record or a vec, one of its parts.",
        "The literal NaN does not fit uint(8). [literal-out-of-range] / Write a whole number from 0 to 255.",
      ]
    `);
  });

  it("names the bits that a part of a word lacks", () => {
    expect(building(({ b, q }) => q.setBits(7, 4, b))).toMatchInlineSnapshot(`
      "hdl/fixtures/building.ts:…: Nothing assigns bits 3 to 0 of "q" in module "probe". [undriven]
           … | q: output(uint(8)),
             |    ^
        expected: a call of q.setBits(3, 0, …)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ t, q }) => q.setBit(6, t))).toMatchInlineSnapshot(`
      "hdl/fixtures/building.ts:…: Nothing assigns bits 5 to 0 of "q", bit 7 of "q" in module "probe". [undriven]
           … | q: output(uint(8)),
             |    ^
        expected: calls of q.setBits(5, 0, …), q.setBit(7, …)
        fix:      Assign it, or remove it."
    `);
    expect(
      building(({ b, t, q }, m) => {
        q.setBits(3, 0, b);
        m.when(t, () => m.switch(b, { 3: () => q.setBits(7, 4, b), default: () => undefined })).otherwise(() =>
          q.set(0),
        );
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Bits 7 to 4 of "q" are not assigned on every path through this switch. [missing-else]
           … | m.when(t, () => m.switch(b, { 3: () => q.setBits(7, 4, b), default: () => undefined })).otherwise(() =>
             |                   ^
        target:   bits 7 to 4 of "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        when:     around it, hdl/messages/undriven.test.ts:…
           … | m.when(t, () => m.switch(b, { 3: () => q.setBits(7, 4, b), default: () => undefined })).otherwise(() =>
             |   ^
        expected: a value in each case, or a default assigned before the switch
        found:    no value in case default
        fix:      Write q.setBits(7, 4, …) in that case, or before the switch."
    `);
    expect(
      building(({ t, q }, m) => {
        q.setBits(6, 0, 0);
        m.when(t, () => q.setBit(7, t));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Bit 7 of "q" is not assigned on every path through this when. [missing-else]
           … | m.when(t, () => q.setBit(7, t));
             |   ^
        target:   bit 7 of "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a value in each arm and in otherwise, or a default assigned before the when
        found:    no value on the path: no arm taken
        fix:      Write q.setBit(7, …) before the when, or add .otherwise(() => q.setBit(7, …))."
    `);
    expect(
      building(({ b, t, q }, m) => {
        const r = m.reg("r", uint(8));
        m.when(t, () => r.setBits(5, 2, b));
        q.set(r);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Nothing assigns bits 1 to 0 of "r", bits 7 to 6 of "r" in module "probe". [undriven]
           … | const r = m.reg("r", uint(8));
             |             ^
        expected: calls of r.setBits(1, 0, …), r.setBits(7, 6, …)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ b, q }) => q.setBits(8, 5, b))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: Bits 8 down to 5 do not exist in a uint(8). [slice-out-of-range]
           … | expect(building(({ b, q }) => q.setBits(8, 5, b))).toMatchInlineSnapshot(\`
             |                                 ^
        word:     "q", uint(8), hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: 7 >= high >= low >= 0
        fix:      Count bits from 0 to width - 1; extend or wrap an index so that it meets every element."
    `);
    expect(building(({ b, q }) => q.setBits(7, 5, b))).toMatchInlineSnapshot(`
      "hdl/messages/undriven.test.ts:…: The value has another width than its target. [width-mismatch]
           … | expect(building(({ b, q }) => q.setBits(7, 5, b))).toMatchInlineSnapshot(\`
             |                                 ^
        target:   "q[7:5]", uint(3), hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        value:    "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: uint(3)
        found:    uint(4)
        fix:      Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer."
    `);
  });

  it("some bits of a register may rest at what reset gives them", () => {
    const text = building(({ b, t, q }, m) => {
      const r = m.reg("r", uint(8), { reset: 0 });
      m.when(t, () => r.setBits(5, 2, b));
      q.set(r);
    });
    expect(text).toBe("no error");
  });
});
