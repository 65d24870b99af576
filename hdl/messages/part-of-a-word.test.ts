/** Bits of a word that nothing assigns, or not on every path, and assignments to bits that do not fit. */
import { describe, expect, it } from "vitest";
import { building } from "../fixtures/building.ts";
import { uint } from "../index.ts";

describe("parts of a word", () => {
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
      "hdl/messages/part-of-a-word.test.ts:…: Bits 7 to 4 of "q" are not assigned on every path through this switch. [missing-else]
           … | m.when(t, () => m.switch(b, { 3: () => q.setBits(7, 4, b), default: () => undefined })).otherwise(() =>
             |                   ^
        target:   bits 7 to 4 of "q", hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        when:     around it, hdl/messages/part-of-a-word.test.ts:…
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
      "hdl/messages/part-of-a-word.test.ts:…: Bit 7 of "q" is not assigned on every path through this when. [missing-else]
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
      "hdl/messages/part-of-a-word.test.ts:…: Nothing assigns bits 1 to 0 of "r", bits 7 to 6 of "r" in module "probe". [undriven]
           … | const r = m.reg("r", uint(8));
             |             ^
        expected: calls of r.setBits(1, 0, …), r.setBits(7, 6, …)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ b, q }) => q.setBits(8, 5, b))).toMatchInlineSnapshot(`
      "hdl/messages/part-of-a-word.test.ts:…: Bits 8 down to 5 do not exist in a uint(8). [slice-out-of-range]
           … | expect(building(({ b, q }) => q.setBits(8, 5, b))).toMatchInlineSnapshot(\`
             |                                 ^
        word:     "q", uint(8), hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: 7 >= high >= low >= 0
        fix:      Count bits from 0 to width - 1; extend or wrap an index so that it meets every element."
    `);
    expect(building(({ b, q }) => q.setBits(7, 5, b))).toMatchInlineSnapshot(`
      "hdl/messages/part-of-a-word.test.ts:…: The value has another width than its target. [width-mismatch]
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
