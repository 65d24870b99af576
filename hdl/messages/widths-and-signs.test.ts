/** Widths and signs that do not fit. */
import { describe, expect, it } from "vitest";
import { building, failure } from "../fixtures/building.ts";
import { at, bit, oneHot, record, sint, uint, unpack, vec } from "../index.ts";

describe("widths and signs", () => {
  it("bad-width", () => {
    expect(failure(() => uint(0))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: uint(0) is not a width. [bad-width]
           … | expect(failure(() => uint(0))).toMatchInlineSnapshot(\`
             |                      ^
        expected: an integer from 1 to 65536
        fix:      Compute the width first; for a memory of one word use addressWidth(depth), which never returns 0."
    `);
    expect(failure(() => sint(1.5))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: sint(1.5) is not a width. [bad-width]
           … | expect(failure(() => sint(1.5))).toMatchInlineSnapshot(\`
             |                      ^
        expected: an integer from 1 to 65536
        fix:      Compute the width first; for a memory of one word use addressWidth(depth), which never returns 0."
    `);
    expect(failure(() => vec(0, bit))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A vec needs at least one element, got 0. [bad-width]
           … | expect(failure(() => vec(0, bit))).toMatchInlineSnapshot(\`
             |                      ^
        expected: an integer of 1 or more
        fix:      Where a parameter can leave none, leave the vec out."
    `);
    expect(building(({ a }) => a.wrap(9))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A uint(8) has no wrap(9). [bad-width]
           … | expect(building(({ a }) => a.wrap(9))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 1 to 8 bits
        fix:      Use extend to make a number wider."
    `);
    expect(building(({ s }) => s.extend(7))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A sint(8) has no extend(7). [bad-width]
           … | expect(building(({ s }) => s.extend(7))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "s", sint(8), hdl/fixtures/building.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: at least 8 bits
        fix:      Use wrap or saturate to make a number narrower."
    `);
    expect(building(({ s }) => s.shiftRight(8))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A sint(8) has no shiftRight(8). [bad-width]
           … | expect(building(({ s }) => s.shiftRight(8))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "s", sint(8), hdl/fixtures/building.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: 0 to 7
        fix:      At least one bit must remain."
    `);
  });

  it("width-mismatch", () => {
    expect(building(({ a, b }) => a.addWrap(b))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: addWrap needs operands of equal width. [width-mismatch]
           … | expect(building(({ a, b }) => a.addWrap(b))).toMatchInlineSnapshot(\`
             |                                 ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        right:    "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: 8 bits
        found:    4 bits
        fix:      Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer."
    `);
    expect(building(({ a, q }) => q.set(a.add(1)))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The value has another width than its target. [width-mismatch]
           … | expect(building(({ a, q }) => q.set(a.add(1)))).toMatchInlineSnapshot(\`
             |                                 ^
        target:   "q", uint(8), hdl/fixtures/building.ts:…
           … | q: output(uint(8)),
             |    ^
        value:    uint(9), hdl/messages/widths-and-signs.test.ts:…
           … | expect(building(({ a, q }) => q.set(a.add(1)))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: uint(8)
        found:    uint(9)
        fix:      Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer."
    `);
    expect(
      building((_, m) => m.reg("r", record({ x: bit, y: uint(3) }), { reset: { x: true } as never })),
    ).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The value has another shape than its target. [width-mismatch]
           … | building((_, m) => m.reg("r", record({ x: bit, y: uint(3) }), { reset: { x: true } as never })),
             |                      ^
        target:   "r", record({ x: bit, y: uint(3) })
        expected: record({ x: bit, y: uint(3) })
        found:    { x: true }
        fix:      Give a value for every field and no other."
    `);
    expect(building((_, m) => m.wire("v", vec(2, bit)).set([true] as never))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The value has another shape than its target. [width-mismatch]
           … | expect(building((_, m) => m.wire("v", vec(2, bit)).set([true] as never))).toMatchInlineSnapshot(\`
             |                                                    ^
        target:   "v", vec(2, bit), hdl/messages/widths-and-signs.test.ts:…
           … | expect(building((_, m) => m.wire("v", vec(2, bit)).set([true] as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: vec(2, bit)
        found:    1 element
        fix:      Give 2 elements, as an array or a vec."
    `);
    expect(building(({ a }) => unpack(record({ x: uint(3) }), a))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: unpack needs all bits of record({ x: uint(3) }). [width-mismatch]
           … | expect(building(({ a }) => unpack(record({ x: uint(3) }), a))).toMatchInlineSnapshot(\`
             |                            ^
        operand:  "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 3 bits
        found:    8 bits
        fix:      Spell the change: \`extend(n)\`, \`wrap(n)\`, \`saturate(n)\`, or \`fit(n)\` where nothing can be lost."
    `);
    expect(building(({ a }, m) => m.mem("words", 16, uint(8)).read("word", a))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: An address of memory "words" of 16 words has the wrong width. [width-mismatch]
           … | expect(building(({ a }, m) => m.mem("words", 16, uint(8)).read("word", a))).toMatchInlineSnapshot(\`
             |                                                           ^
        address:  "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 4 bits
        found:    8 bits
        fix:      Use memory.addressType for the register that holds it."
    `);
  });

  it("sign-mismatch", () => {
    expect(building(({ a, s }) => a.add(s as never))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A sint(8) meets a uint(8). [sign-mismatch]
           … | expect(building(({ a, s }) => a.add(s as never))).toMatchInlineSnapshot(\`
             |                                 ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        right:    "s", sint(8), hdl/fixtures/building.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: uint
        found:    sint
        fix:      Convert one of them: asUint, asSint (same bits) or toSint (same number, one bit wider); bit(0) makes a bit of a number."
    `);
    expect(building(({ a }, m) => m.when(a as never, () => undefined))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A uint(8) meets a bit. [sign-mismatch]
           … | expect(building(({ a }, m) => m.when(a as never, () => undefined))).toMatchInlineSnapshot(\`
             |                                 ^
        value:    "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: bit
        found:    uint
        fix:      a.eq(3) is true where it is 3, a.ne(0) where it is not 0; of a uint, nonzero() where any bit is 1."
    `);
  });

  it("literal-out-of-range", () => {
    expect(building(({ a }) => a.add(256))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The literal 256 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.add(256))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
    `);
    expect(building(({ s }) => s.eq(-129))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The literal -129 does not fit sint(8). [literal-out-of-range]
           … | expect(building(({ s }) => s.eq(-129))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "s", sint(8), hdl/fixtures/building.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: a whole number from -128 to 127
        fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
    `);
    expect(building(({ a }) => a.add(0.5))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The literal 0.5 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.add(0.5))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
    expect(building(({ a }, m) => m.reg("r", uint(8), { reset: a }))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A reset value must be a literal. [literal-out-of-range]
           … | expect(building(({ a }, m) => m.reg("r", uint(8), { reset: a }))).toMatchInlineSnapshot(\`
             |                                 ^
        value:    "a", 8 bits, hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        fix:      Write a literal; what a signal gives is for \`set\`."
    `);
    expect(building((_, m) => m.rom("odd", uint(8), [1, 300]))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: The literal 300 does not fit uint(8). [literal-out-of-range]
           … | expect(building((_, m) => m.rom("odd", uint(8), [1, 300]))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "odd[1]", uint(8)
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
  });

  it("slice-out-of-range", () => {
    expect(building(({ a }) => a.bits(8, 0))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: Bits 8 down to 0 do not exist in a uint(8). [slice-out-of-range]
           … | expect(building(({ a }) => a.bits(8, 0))).toMatchInlineSnapshot(\`
             |                              ^
        word:     "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 7 >= high >= low >= 0
        fix:      Count bits from 0 to width - 1; extend or wrap an index so that it meets every element."
    `);
    expect(building(({ a, b }) => a.bitAt(b))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: An index of 4 bits does not match a word of 8 bits in elements of 1. [slice-out-of-range]
           … | expect(building(({ a, b }) => a.bitAt(b))).toMatchInlineSnapshot(\`
             |                                 ^
        word:     "a", 8 bits, hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        index:    "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: a word of 16 bits
        found:    8 bits
        fix:      Extend the word, or wrap the index, so that every index meets an element."
    `);
  });

  it("does-not-fit", () => {
    expect(building(({ a }) => a.add(45).fit(8))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: fit(8) could lose values of a uint(9). [does-not-fit]
           … | expect(building(({ a }) => a.add(45).fit(8))).toMatchInlineSnapshot(\`
             |                                      ^
        operand:  uint(9), hdl/messages/widths-and-signs.test.ts:…
           … | expect(building(({ a }) => a.add(45).fit(8))).toMatchInlineSnapshot(\`
             |                              ^
        expected: 0 to 255
        found:    45 to 300, as far as the operands and their types prove
        fix:      Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n)."
    `);
    expect(building(({ s }) => s.mul(s).fit(15))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: fit(15) could lose values of a sint(16). [does-not-fit]
           … | expect(building(({ s }) => s.mul(s).fit(15))).toMatchInlineSnapshot(\`
             |                                     ^
        operand:  sint(16), hdl/messages/widths-and-signs.test.ts:…
           … | expect(building(({ s }) => s.mul(s).fit(15))).toMatchInlineSnapshot(\`
             |                              ^
        expected: -16384 to 16383
        found:    -16256 to 16384, as far as the operands and their types prove
        fix:      Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n)."
    `);
    expect(building(({ a }) => a.fit(9))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A uint(8) has no fit(9). [bad-width]
           … | expect(building(({ a }) => a.fit(9))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "a", uint(8), hdl/fixtures/building.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 1 to 8 bits
        fix:      Use extend to make a number wider."
    `);
  });

  it("an index that does not reach, and a set of no bits", () => {
    expect(building(({ b }, m) => at(m.wire("v", vec(17, bit)), b))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: An index of 4 bits does not reach every element of a vec of 17. [slice-out-of-range]
           … | expect(building(({ b }, m) => at(m.wire("v", vec(17, bit)), b))).toMatchInlineSnapshot(\`
             |                               ^
        index:    "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: at least 5 bits
        fix:      Extend the index."
    `);
    expect(building(({ b }) => at([], b))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: An index of 4 bits does not reach every element of a vec of 0. [slice-out-of-range]
           … | expect(building(({ b }) => at([], b))).toMatchInlineSnapshot(\`
             |                            ^
        index:    "b", uint(4), hdl/fixtures/building.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: a vec with elements
        fix:      Where a parameter can leave none, leave the choice out."
    `);
    expect(building(({ b }) => oneHot(b, 0))).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: oneHot needs at least one bit, got 0. [bad-width]
           … | expect(building(({ b }) => oneHot(b, 0))).toMatchInlineSnapshot(\`
             |                            ^
        expected: an integer of 1 or more
        fix:      Where a parameter can leave none, leave the signal out."
    `);
  });

  it("signal-as-value", () => {
    expect(building(({ a }) => (a as unknown as number) + 1)).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A uint(8) signal was used as a JavaScript value. [signal-as-value]
           … | expect(building(({ a }) => (a as unknown as number) + 1)).toMatchInlineSnapshot(\`
             |                             ^
        fix:      Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), at(v, i) for v[i], and put names, not signals, into template strings."
    `);
    expect(building(({ s }) => `${s}`)).toMatchInlineSnapshot(`
      "hdl/messages/widths-and-signs.test.ts:…: A sint(8) signal was used as a JavaScript value. [signal-as-value]
           … | expect(building(({ s }) => \`\${s}\`)).toMatchInlineSnapshot(\`
             |                            ^
        fix:      Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), at(v, i) for v[i], and put names, not signals, into template strings."
    `);
  });
});
