/** Modules of different parameters have different names, whatever the parameters are. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  bit,
  defineExternal,
  defineModule,
  elaborate,
  enumOf,
  fixed,
  input,
  output,
  record,
  sint,
  uint,
  vec,
} from "../index.ts";

const part = defineModule("part", (_: { readonly s?: unknown }) => ({
  ports: { q: output(bit) },
  build: ({ q }) => q.set(true),
}));

/** The names of the modules of some values of a parameter. */
function namesOf(values: readonly unknown[]): string[] {
  const top = defineModule("top", () => ({
    ports: { q: output(bit) },
    build({ q }, m) {
      for (const [i, s] of values.entries()) m.inst(`u${i}`, part, { s }, {});
      q.set(true);
    },
  }));
  return elaborate(top, {})
    .modules.map(({ name }) => name)
    .slice(0, -1);
}

describe("names of modules", () => {
  it("say plain parameters as they are", () => {
    expect(namesOf([8, true, "fast", uint(8), fixed(2, 6), [1, 2, 3], { depth: 4, width: 8 }])).toEqual([
      "part_s8",
      "part_strue",
      "part_sfast",
      "part_suint8",
      "part_sfixed2_6",
      "part_s1_2_3",
      "part_s_depth4_s_width8",
    ]);
  });

  it("leave members of a list of objects to the number", () => {
    const registers = ["RUN", "READ", "STATUS"].map((name, at) => ({ name, at, fields: [{ name: "all", bits: 8 }] }));
    const [one, other] = namesOf([
      { registers, width: 8 },
      { registers: registers.slice(1), width: 8 },
    ]);
    expect([one, other]).toEqual([
      expect.stringMatching(/^part_s_width8_[0-9a-z]{7}$/),
      expect.stringMatching(/^part_s_width8_[0-9a-z]{7}$/),
    ]);
    expect(one).not.toBe(other);
  });

  it("end with a number where what can be read is not all", () => {
    expect(namesOf([[1, -2, 3], "a b", "1", 1n, 0.5])).toMatchInlineSnapshot(`
      [
        "part_s1_2_3_0xvzod7",
        "part_sa_b_0ozk96x",
        "part_s1_1163cib",
        "part_s1_1dyq9s5",
        "part_s0_5_1lg17c7",
      ]
    `);
  });

  it("differ", () => {
    const values = [
      ...[1, -1, "1", 1n, [1], [[1]], 1.5, 15, true, "true", null, "null", "none", "", [], {}, "+", "-", "_"],
      ...["a b", "a/b", "a_b", "ab", "bit", bit, uint(1), sint(1), "uint1", [1, 2], [12], [1, -2], "1_2", [[1], 2]],
      ...[[1, [2]], { a: 1 }, { b: 1 }, { a: { b: 1 } }, { a_b: 1 }, { a1: 2 }, { a: 12 }, { a: [1, 2] }, { a: "1_2" }],
      ...[enumOf("a", "b"), enumOf("a_b"), fixed(2, 6), fixed(6, 2), vec(2, bit), record({ a: bit }), "fixed2_6"],
    ];
    const names = namesOf(values);
    expect(names.length).toBe(values.length);
    expect(new Set(names).size).toBe(values.length);
    const leaf = fc.oneof(
      fc.integer({ min: -3, max: 12 }),
      fc.string({ maxLength: 2 }),
      fc.boolean(),
      fc.bigInt(0n, 3n),
    );
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.array(fc.array(leaf, { maxLength: 2 }), { maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), (many) => {
        const found = namesOf(many);
        expect(new Set(found).size).toBe(found.length);
      }),
      { numRuns: 150 },
    );
  });

  it("that would be the same are refused with both places", () => {
    const [one, two] = [1, 2].map((width) =>
      defineModule("same", () => ({ ports: { q: output(uint(width)) }, build: ({ q }) => q.set(0) })),
    );
    const user = defineModule("user", () => ({
      ports: { q: output(bit) },
      build({ q }, m) {
        q.set(m.inst("u", one, {}, {}).q.bit(0));
        m.inst("v", two, {}, {});
      },
    }));
    expect(failure(() => elaborate(user, {}))).toMatchInlineSnapshot(`
      "hdl/names/module-names.test.ts:…: Two different modules would be called "same". [duplicate-name]
           … | m.inst("v", two, {}, {});
             |   ^
        earlier:  "same", hdl/names/module-names.test.ts:…
           … | q.set(m.inst("u", one, {}, {}).q.bit(0));
             |         ^
        fix:      Give the definitions distinct names."
    `);
  });

  it("are not those of foreign modules", () => {
    const ports = { a: input(bit), q: output(bit) };
    const vendor = defineExternal("vendor", () => ({ ports, verilog: { module: "fifo" } }));
    const fifo = defineModule("fifo", () => ({
      ports,
      build: ({ a, q }, m) => q.set(m.inst("u", vendor, {}, { a }).q),
    }));
    const same = defineExternal("fifo", () => ({ ports, verilog: { module: "fifo" } }));
    const user = defineModule("user", () => ({
      ports,
      build: ({ a, q }, m) => q.set(m.inst("u", same, {}, { a }).q),
    }));
    expect(elaborate(user, {}).modules.length).toBe(2);
    expect(failure(() => elaborate(fifo, {}))).toMatchInlineSnapshot(`
      "hdl/names/module-names.test.ts:…: The module "fifo" has the name of the foreign module behind "vendor". [duplicate-name]
           … | expect(failure(() => elaborate(fifo, {}))).toMatchInlineSnapshot(\`
             |                      ^
        foreign:  "fifo", hdl/names/module-names.test.ts:…
           … | build: ({ a, q }, m) => q.set(m.inst("u", vendor, {}, { a }).q),
             |                                 ^
        fix:      Call it otherwise, such as "fifo_wrapper": an instance of "fifo" must mean the foreign one."
    `);
  });

  it("tell a parameter that is left out from one that is as the top has it", () => {
    const leaf = defineModule("leaf", (p: { width?: number }) => ({
      ports: { q: output(uint(p.width ?? 4)) },
      build: ({ q }) => q.set(1),
    }));
    const whole = (widths: readonly (number | undefined)[]) =>
      defineModule("whole", (_: { width: number }) => ({
        ports: { q: output(bit) },
        build({ q }, m) {
          for (const [i, width] of widths.entries()) m.inst(`u${i}`, leaf, width === undefined ? {} : { width }, {});
          q.set(true);
        },
      }));
    const names = (widths: readonly (number | undefined)[]) =>
      elaborate(whole(widths), { width: 8 }).modules.map(({ name }) => name);
    expect(names([undefined, 8, 3])).toEqual(["leaf", "leaf_width8", "leaf_width3", "whole"]);
    expect(names([8, undefined])).toEqual(["leaf_width8", "leaf", "whole"]);
    expect(names([8])).toEqual(["leaf", "whole"]);
  });
});
