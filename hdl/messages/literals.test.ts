/** Literals that do not fit, and values that are none. */
import { describe, expect, it } from "vitest";
import { building, nothingAtAll } from "../fixtures/building.ts";

describe("literals", () => {
  it("a width of one is one bit", () => {
    const said = building(({ a, q }) => q.set(a.bits(0, 0) as never));
    expect(said).not.toContain("1 bits");
    expect(building(({ a }) => a.eq(a.bits(0, 0)))).toMatch(/expected: 8 bits\n *found: +1 bit\n/);
  });

  it("literals show what they meet", () => {
    expect(building(({ a }) => a.eq(300))).toMatchInlineSnapshot(`
      "hdl/messages/literals.test.ts:…: The literal 300 does not fit uint(8). [literal-out-of-range]
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
      "hdl/messages/literals.test.ts:…: The literal 256 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ q }) => q.set(256))).toMatchInlineSnapshot(\`
             |                              ^
        target:   "q", uint(8), hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
    expect(building(({ t }) => t.and(2 as never))).toMatchInlineSnapshot(`
      "hdl/messages/literals.test.ts:…: The literal 2 does not fit bit. [literal-out-of-range]
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
});
