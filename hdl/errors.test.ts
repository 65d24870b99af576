/** Every error of the language: its code, its words and the line that it names. */
import { describe, expect, it } from "vitest";
import { withoutLines } from "./fixtures/messages.ts";
import {
  at,
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineModule,
  elaborate,
  enumOf,
  HdlError,
  type Inside,
  input,
  type ModuleDefinition,
  oneHot,
  output,
  type Ports,
  pack,
  record,
  type SettableBits,
  type SIntSignal,
  sint,
  stream,
  type UIntSignal,
  uint,
  unpack,
  vec,
} from "./index.ts";
import { countingApart } from "./position.ts";

/** The message, without the numbers of lines. */
function failure(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof HdlError) return withoutLines(error.message);
    throw error;
  }
  return "no error";
}

const ports = {
  a: input(uint(8)),
  b: input(uint(4)),
  s: input(sint(8)),
  t: input(bit),
  q: output(uint(8)),
};
type Io = {
  a: UIntSignal;
  b: UIntSignal;
  s: SIntSignal;
  t: BitSignal;
  q: UIntSignal & SettableBits & { set(value: unknown): void };
};

function nothingAtAll(): void {}

/** The failure of a build over some ports; `body` gets them without their widths, as parameters would leave them. */
const building = (body: (io: Io, m: Builder) => void) =>
  failure(() =>
    elaborate(
      defineModule("probe", (_: Record<string, never>) => ({
        ports: ports as Ports,
        build(io, m) {
          const { q: _, ...inputs } = io as unknown as Io;
          m.unused(inputs);
          // As the language calls a build.
          return countingApart(body.bind(undefined, io as unknown as Io, m));
        },
      })),
      {},
    ),
  );

const child = defineModule("child", (_: { width: number }) => ({
  ports: { x: input(uint(8)), y: output(uint(8)) },
  build: ({ x, y }) => y.set(x),
}));

describe("widths and signs", () => {
  it("bad-width", () => {
    expect(failure(() => uint(0))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: uint(0) is not a width. [bad-width]
           … | expect(failure(() => uint(0))).toMatchInlineSnapshot(\`
             |                      ^
        expected: an integer from 1 to 65536
        fix:      Compute the width first; for a memory of one word use addressWidth(depth), which never returns 0."
    `);
    expect(failure(() => sint(1.5))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: sint(1.5) is not a width. [bad-width]
           … | expect(failure(() => sint(1.5))).toMatchInlineSnapshot(\`
             |                      ^
        expected: an integer from 1 to 65536
        fix:      Compute the width first; for a memory of one word use addressWidth(depth), which never returns 0."
    `);
    expect(failure(() => vec(0, bit))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A vec needs at least one element, got 0. [bad-width]
           … | expect(failure(() => vec(0, bit))).toMatchInlineSnapshot(\`
             |                      ^
        expected: an integer of 1 or more
        fix:      Where a parameter can leave none, leave the vec out."
    `);
    expect(building(({ a }) => a.wrap(9))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A uint(8) has no wrap(9). [bad-width]
           … | expect(building(({ a }) => a.wrap(9))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 1 to 8 bits
        fix:      Use extend to make a number wider."
    `);
    expect(building(({ s }) => s.extend(7))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A sint(8) has no extend(7). [bad-width]
           … | expect(building(({ s }) => s.extend(7))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "s", sint(8), hdl/errors.test.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: at least 8 bits
        fix:      Use wrap or saturate to make a number narrower."
    `);
    expect(building(({ s }) => s.shiftRight(8))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A sint(8) has no shiftRight(8). [bad-width]
           … | expect(building(({ s }) => s.shiftRight(8))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "s", sint(8), hdl/errors.test.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: 0 to 7
        fix:      At least one bit must remain."
    `);
  });

  it("width-mismatch", () => {
    expect(building(({ a, b }) => a.addWrap(b))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: addWrap needs operands of equal width. [width-mismatch]
           … | expect(building(({ a, b }) => a.addWrap(b))).toMatchInlineSnapshot(\`
             |                                 ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        right:    "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: 8 bits
        found:    4 bits
        fix:      Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer."
    `);
    expect(building(({ a, q }) => q.set(a.add(1)))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The value has another width than its target. [width-mismatch]
           … | expect(building(({ a, q }) => q.set(a.add(1)))).toMatchInlineSnapshot(\`
             |                                 ^
        target:   "q", uint(8), hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        value:    uint(9), hdl/errors.test.ts:…
           … | expect(building(({ a, q }) => q.set(a.add(1)))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: uint(8)
        found:    uint(9)
        fix:      Spell the change: extend(n) for more bits, wrap(n) or saturate(n) for fewer."
    `);
    expect(
      building((_, m) => m.reg("r", record({ x: bit, y: uint(3) }), { reset: { x: true } as never })),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The value has another shape than its target. [width-mismatch]
           … | building((_, m) => m.reg("r", record({ x: bit, y: uint(3) }), { reset: { x: true } as never })),
             |                      ^
        target:   "r", record({ x: bit, y: uint(3) })
        expected: record({ x: bit, y: uint(3) })
        found:    { x: true }
        fix:      Give a value for every field and no other."
    `);
    expect(building((_, m) => m.wire("v", vec(2, bit)).set([true]))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The value has another shape than its target. [width-mismatch]
           … | expect(building((_, m) => m.wire("v", vec(2, bit)).set([true]))).toMatchInlineSnapshot(\`
             |                                                    ^
        target:   "v", vec(2, bit), hdl/errors.test.ts:…
           … | expect(building((_, m) => m.wire("v", vec(2, bit)).set([true]))).toMatchInlineSnapshot(\`
             |                             ^
        expected: vec(2, bit)
        found:    1 element
        fix:      Give 2 elements, as an array or a vec."
    `);
    expect(building(({ a }) => unpack(record({ x: uint(3) }), a))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: unpack needs all bits of record({ x: uint(3) }). [width-mismatch]
           … | expect(building(({ a }) => unpack(record({ x: uint(3) }), a))).toMatchInlineSnapshot(\`
             |                            ^
        operand:  "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 3 bits
        found:    8 bits
        fix:      Spell the change: \`extend(n)\`, \`wrap(n)\`, \`saturate(n)\`, or \`fit(n)\` where nothing can be lost."
    `);
    expect(building(({ a }, m) => m.mem("words", 16, uint(8)).read("word", a))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An address of memory "words" of 16 words has the wrong width. [width-mismatch]
           … | expect(building(({ a }, m) => m.mem("words", 16, uint(8)).read("word", a))).toMatchInlineSnapshot(\`
             |                                                           ^
        address:  "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 4 bits
        found:    8 bits
        fix:      Use memory.addressType for the register that holds it."
    `);
  });

  it("sign-mismatch", () => {
    expect(building(({ a, s }) => a.add(s as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A sint(8) meets a uint(8). [sign-mismatch]
           … | expect(building(({ a, s }) => a.add(s as never))).toMatchInlineSnapshot(\`
             |                                 ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        right:    "s", sint(8), hdl/errors.test.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: uint
        found:    sint
        fix:      Convert one of them: asUint, asSint (same bits) or toSint (same number, one bit wider); bit(0) makes a bit of a number."
    `);
    expect(building(({ a }, m) => m.when(a as never, () => undefined))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A uint(8) meets a bit. [sign-mismatch]
           … | expect(building(({ a }, m) => m.when(a as never, () => undefined))).toMatchInlineSnapshot(\`
             |                                 ^
        value:    "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: bit
        found:    uint
        fix:      Convert one of them: asUint, asSint (same bits) or toSint (same number, one bit wider); bit(0) makes a bit of a number."
    `);
  });

  it("literal-out-of-range", () => {
    expect(building(({ a }) => a.add(256))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The literal 256 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.add(256))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
    `);
    expect(building(({ s }) => s.eq(-129))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The literal -129 does not fit sint(8). [literal-out-of-range]
           … | expect(building(({ s }) => s.eq(-129))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "s", sint(8), hdl/errors.test.ts:…
           … | s: input(sint(8)),
             |    ^
        expected: a whole number from -128 to 127
        fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
    `);
    expect(building(({ a }) => a.add(0.5))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The literal 0.5 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.add(0.5))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
    expect(building(({ a }, m) => m.reg("r", uint(8), { reset: a }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A reset value must be a literal. [literal-out-of-range]
           … | expect(building(({ a }, m) => m.reg("r", uint(8), { reset: a }))).toMatchInlineSnapshot(\`
             |                                 ^
        value:    "a", 8 bits, hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        fix:      Write a literal; what a signal gives is for \`set\`."
    `);
    expect(building((_, m) => m.rom("odd", uint(8), [1, 300]))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The literal 300 does not fit uint(8). [literal-out-of-range]
           … | expect(building((_, m) => m.rom("odd", uint(8), [1, 300]))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "odd[1]", uint(8)
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
  });

  it("slice-out-of-range", () => {
    expect(building(({ a }) => a.bits(8, 0))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Bits 8 down to 0 do not exist in a uint(8). [slice-out-of-range]
           … | expect(building(({ a }) => a.bits(8, 0))).toMatchInlineSnapshot(\`
             |                              ^
        word:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 7 >= high >= low >= 0
        fix:      Count bits from 0 to width - 1; extend or wrap an index so that it meets every element."
    `);
    expect(building(({ a, b }) => a.bitAt(b))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An index of 4 bits does not match a word of 8 bits in elements of 1. [slice-out-of-range]
           … | expect(building(({ a, b }) => a.bitAt(b))).toMatchInlineSnapshot(\`
             |                                 ^
        word:     "a", 8 bits, hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        index:    "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: a word of 16 bits
        found:    8 bits
        fix:      Extend the word, or wrap the index, so that every index meets an element."
    `);
  });

  it("does-not-fit", () => {
    expect(building(({ a }) => a.add(45).fit(8))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: fit(8) could lose values of a uint(9). [does-not-fit]
           … | expect(building(({ a }) => a.add(45).fit(8))).toMatchInlineSnapshot(\`
             |                                      ^
        operand:  uint(9), hdl/errors.test.ts:…
           … | expect(building(({ a }) => a.add(45).fit(8))).toMatchInlineSnapshot(\`
             |                              ^
        expected: 0 to 255
        found:    45 to 300, as far as the operands and their types prove
        fix:      Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n)."
    `);
    expect(building(({ s }) => s.mul(s).fit(15))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: fit(15) could lose values of a sint(16). [does-not-fit]
           … | expect(building(({ s }) => s.mul(s).fit(15))).toMatchInlineSnapshot(\`
             |                                     ^
        operand:  sint(16), hdl/errors.test.ts:…
           … | expect(building(({ s }) => s.mul(s).fit(15))).toMatchInlineSnapshot(\`
             |                              ^
        expected: -16384 to 16383
        found:    -16256 to 16384, as far as the operands and their types prove
        fix:      Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n)."
    `);
    expect(building(({ a }) => a.fit(9))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A uint(8) has no fit(9). [bad-width]
           … | expect(building(({ a }) => a.fit(9))).toMatchInlineSnapshot(\`
             |                              ^
        operand:  "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: 1 to 8 bits
        fix:      Use extend to make a number wider."
    `);
  });

  it("an index that does not reach, and a set of no bits", () => {
    expect(building(({ b }, m) => at(m.wire("v", vec(17, bit)), b))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An index of 4 bits does not reach every element of a vec of 17. [slice-out-of-range]
           … | expect(building(({ b }, m) => at(m.wire("v", vec(17, bit)), b))).toMatchInlineSnapshot(\`
             |                               ^
        index:    "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: at least 5 bits
        fix:      Extend the index."
    `);
    expect(building(({ b }) => at([], b))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An index of 4 bits does not reach every element of a vec of 0. [slice-out-of-range]
           … | expect(building(({ b }) => at([], b))).toMatchInlineSnapshot(\`
             |                            ^
        index:    "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: a vec with elements
        fix:      Where a parameter can leave none, leave the choice out."
    `);
    expect(building(({ b }) => oneHot(b, 0))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: oneHot needs at least one bit, got 0. [bad-width]
           … | expect(building(({ b }) => oneHot(b, 0))).toMatchInlineSnapshot(\`
             |                            ^
        expected: an integer of 1 or more
        fix:      Where a parameter can leave none, leave the signal out."
    `);
  });

  it("signal-as-value", () => {
    expect(building(({ a }) => (a as unknown as number) + 1)).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A uint(8) signal was used as a JavaScript value. [signal-as-value]
           … | expect(building(({ a }) => (a as unknown as number) + 1)).toMatchInlineSnapshot(\`
             |                             ^
        fix:      Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), and put names, not signals, into template strings."
    `);
    expect(building(({ s }) => `${s}`)).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A sint(8) signal was used as a JavaScript value. [signal-as-value]
           … | expect(building(({ s }) => \`\${s}\`)).toMatchInlineSnapshot(\`
             |                            ^
        fix:      Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), and put names, not signals, into template strings."
    `);
  });
});

describe("enums", () => {
  const phase = enumOf("idle", "load", "run");

  it("illegal-name", () => {
    expect(failure(() => enumOf())).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An enum needs at least one value. [illegal-name]
           … | expect(failure(() => enumOf())).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      Where a parameter can leave none, leave the signal out."
    `);
    expect(failure(() => enumOf("a", "b-c"))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "b-c" cannot name a value. [illegal-name]
           … | expect(failure(() => enumOf("a", "b-c"))).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      Choose another name; names are never changed behind your back."
    `);
    expect(failure(() => enumOf("a", "b", "a"))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The value "a" stands twice in one enum. [illegal-name]
           … | expect(failure(() => enumOf("a", "b", "a"))).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      Choose another name; names are never changed behind your back."
    `);
    expect(failure(() => enumOf("a", "default"))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "default" cannot name a value. [illegal-name]
           … | expect(failure(() => enumOf("a", "default"))).toMatchInlineSnapshot(\`
             |                      ^
        expected: one or more distinct values: a letter, then letters, digits and underscores
        fix:      It stands for the other cases of a switch."
    `);
  });

  it("unknown-value", () => {
    expect(building((_, m) => m.wire("w", phase).set("laod" as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "laod" is no value of enumOf("idle", "load", "run"). [unknown-value]
           … | expect(building((_, m) => m.wire("w", phase).set("laod" as never))).toMatchInlineSnapshot(\`
             |                                              ^
        target:   "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | expect(building((_, m) => m.wire("w", phase).set("laod" as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: one of "idle", "load", "run"
        fix:      Use one of the values that there are."
    `);
    expect(building((_, m) => m.wire("w", phase).eq(1 as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: 1 is no value of enumOf("idle", "load", "run"). [unknown-value]
           … | expect(building((_, m) => m.wire("w", phase).eq(1 as never))).toMatchInlineSnapshot(\`
             |                                              ^
        left:     "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | expect(building((_, m) => m.wire("w", phase).eq(1 as never))).toMatchInlineSnapshot(\`
             |                             ^
        expected: one of "idle", "load", "run"
        fix:      Use one of the values that there are."
    `);
    expect(building((_, m) => m.reg("w", phase, { reset: "stop" as never }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "stop" is no value of enumOf("idle", "load", "run"). [unknown-value]
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
      "hdl/errors.test.ts:…: Values of different enums meet. [enum-mismatch]
           … | building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
             |                                       ^
        target:   "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
             |                      ^
        value:    "v", enumOf("idle", "run", "load"), hdl/errors.test.ts:…
           … | building((_, m) => m.wire("w", phase).set(m.wire("v", enumOf("idle", "run", "load")) as never)),
             |                                             ^
        expected: enumOf("idle", "load", "run")
        found:    enumOf("idle", "run", "load")
        fix:      Enums are the same when they list the same values in the same order; translate with a switch."
    `);
    expect(building(({ a }, m) => m.wire("w", phase).eq(a as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A uint(8) meets an enumOf("idle", "load", "run"). [sign-mismatch]
           … | expect(building(({ a }, m) => m.wire("w", phase).eq(a as never))).toMatchInlineSnapshot(\`
             |                                                  ^
        left:     "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | expect(building(({ a }, m) => m.wire("w", phase).eq(a as never))).toMatchInlineSnapshot(\`
             |                                 ^
        right:    "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: enumOf("idle", "load", "run")
        found:    uint
        fix:      An enum meets its own values and signals of the same enum; asUint gives its encoding."
    `);
    expect(building(({ a }, m) => a.eq(m.wire("w", phase) as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An enumOf("idle", "load", "run") meets a uint(8). [sign-mismatch]
           … | expect(building(({ a }, m) => a.eq(m.wire("w", phase) as never))).toMatchInlineSnapshot(\`
             |                                 ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        right:    "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | expect(building(({ a }, m) => a.eq(m.wire("w", phase) as never))).toMatchInlineSnapshot(\`
             |                                      ^
        expected: uint
        found:    enumOf("idle", "load", "run")
        fix:      An enum meets its own values and signals of the same enum; asUint gives its encoding."
    `);
    expect(building(({ a }) => a.eq("idle" as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The string "idle" is no value of uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.eq("idle" as never))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Number(text) makes a number of a string, before the hardware is described."
    `);
  });
});

describe("switch and fsm", () => {
  const phase = enumOf("idle", "load", "run");
  const nothing = () => undefined;

  it("switch-cases", () => {
    expect(building((_, m) => m.switch(m.wire("w", phase), { idle: nothing } as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A switch over enumOf("idle", "load", "run") lacks load, run. [switch-cases]
           … | expect(building((_, m) => m.switch(m.wire("w", phase), { idle: nothing } as never))).toMatchInlineSnapshot(\`
             |                             ^
        signal:   "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | expect(building((_, m) => m.switch(m.wire("w", phase), { idle: nothing } as never))).toMatchInlineSnapshot(\`
             |                                      ^
        expected: a case for every value, or a default
        fix:      Write default: () => … for what no case names."
    `);
    expect(
      building((_, m) => m.switch(m.wire("w", phase), { idle: nothing, laod: nothing, default: nothing } as never)),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A switch over enumOf("idle", "load", "run") has no case laod. [switch-cases]
           … | building((_, m) => m.switch(m.wire("w", phase), { idle: nothing, laod: nothing, default: nothing } as never)),
             |                      ^
        signal:   "w", enumOf("idle", "load", "run"), hdl/errors.test.ts:…
           … | building((_, m) => m.switch(m.wire("w", phase), { idle: nothing, laod: nothing, default: nothing } as never)),
             |                               ^
        expected: cases of idle, load, run
        fix:      Remove it, or name a value of the signal."
    `);
    expect(building(({ b }, m) => m.switch(b, { 0: nothing, 1: nothing }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A switch over uint(4) does not cover every number. [switch-cases]
           … | expect(building(({ b }, m) => m.switch(b, { 0: nothing, 1: nothing }))).toMatchInlineSnapshot(\`
             |                                 ^
        signal:   "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: a default, or all 16 cases
        fix:      Write default: () => … for what no case names."
    `);
    expect(building(({ b }, m) => m.switch(b, { 0: nothing, 16: nothing, default: nothing }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A switch over uint(4) has no case 16. [switch-cases]
           … | expect(building(({ b }, m) => m.switch(b, { 0: nothing, 16: nothing, default: nothing }))).toMatchInlineSnapshot(\`
             |                                 ^
        signal:   "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: whole numbers from 0 to 15
        fix:      Remove it, or name a value of the signal."
    `);
    expect(building(({ b }, m) => m.switch(b, { 1.5: nothing, default: nothing }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A switch over uint(4) has no case 1.5. [switch-cases]
           … | expect(building(({ b }, m) => m.switch(b, { 1.5: nothing, default: nothing }))).toMatchInlineSnapshot(\`
             |                                 ^
        signal:   "b", uint(4), hdl/errors.test.ts:…
           … | b: input(uint(4)),
             |    ^
        expected: whole numbers from 0 to 15
        fix:      Remove it, or name a value of the signal."
    `);
    const two = enumOf("off", "on");
    expect(
      building((_, m) => m.switch(m.wire("w", two), { off: nothing, on: nothing, default: nothing })),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The default of a switch over enumOf("off", "on") is never taken. [switch-cases]
           … | building((_, m) => m.switch(m.wire("w", two), { off: nothing, on: nothing, default: nothing })),
             |                      ^
        signal:   "w", enumOf("off", "on"), hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: "q" is not assigned on every path through this switch. [missing-else]
           … | m.switch(w, { idle: () => q.set(1), load: nothing, run: () => q.set(2) });
             |   ^
        target:   "q", hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a value in each case, or a default assigned before the switch
        found:    no value in case load
        fix:      Write q.set(…) in that case, or before the switch."
    `);
    expect(building(({ b, q }, m) => m.switch(b, { 0: () => q.set(1), default: nothing }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "q" is not assigned on every path through this switch. [missing-else]
           … | expect(building(({ b, q }, m) => m.switch(b, { 0: () => q.set(1), default: nothing }))).toMatchInlineSnapshot(\`
             |                                    ^
        target:   "q", hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: go("on") was called outside the body of state "off". [build-out-of-scope]
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
      "hdl/errors.test.ts:…: "of" is no value of enumOf("off", "on"). [unknown-value]
           … | building((_, m) => m.fsm("state", { initial: "of" as never, states: { off: (go) => go("on"), on: nothing } })),
             |                      ^
        target:   "state", enumOf("off", "on")
        expected: one of "off", "on"
        fix:      Use one of the values that there are."
    `);
    expect(
      building((_, m) => m.fsm("state", { initial: "off", states: { off: (go) => go("no" as never), on: nothing } })),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "no" is no value of enumOf("off", "on"). [unknown-value]
           … | building((_, m) => m.fsm("state", { initial: "off", states: { off: (go) => go("no" as never), on: nothing } })),
             |                                                                            ^
        target:   "state", enumOf("off", "on"), hdl/errors.test.ts:…
           … | building((_, m) => m.fsm("state", { initial: "off", states: { off: (go) => go("no" as never), on: nothing } })),
             |                      ^
        expected: one of "off", "on"
        fix:      Use one of the values that there are."
    `);
  });
});

describe("assignments", () => {
  it("undriven", () => {
    expect(building(() => undefined)).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Nothing assigns "q" in module "probe". [undriven]
           … | q: output(uint(8)),
             |    ^
        expected: a call of q.set(…)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ q }, m) => q.set(m.wire("w", uint(8))))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Nothing assigns "w" in module "probe". [undriven]
           … | expect(building(({ q }, m) => q.set(m.wire("w", uint(8))))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a call of w.set(…)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ q }, m) => q.set(m.reg("r", uint(8), { reset: 0 })))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Nothing assigns "r" in module "probe". [undriven]
           … | expect(building(({ q }, m) => q.set(m.reg("r", uint(8), { reset: 0 })))).toMatchInlineSnapshot(\`
             |                                       ^
        expected: a call of r.set(…)
        fix:      Assign it, or remove it."
    `);
    const sink = defineModule("sink", (_: Record<string, never>) => ({
      ports: { words: input(stream(bit)) },
      build: () => undefined,
    }));
    expect(failure(() => elaborate(sink, {}))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Nothing assigns "words_ready" in module "sink". [undriven]
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
      "hdl/errors.test.ts:…: Nothing in module "reader" depends on input "point". [unused-input]
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

      hdl/errors.test.ts:…: Nothing in module "reader" depends on input "points". [unused-input]
           … | points: input(vec(2, point)),
             |         ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build.

      hdl/errors.test.ts:…: Nothing in module "reader" depends on input "words". [unused-input]
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
      "hdl/errors.test.ts:…: "q" is not assigned on every path through this when. [missing-else]
           … | expect(building(({ a, t, q }, m) => m.when(t, () => q.set(a)))).toMatchInlineSnapshot(\`
             |                                       ^
        target:   "q", hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: "q" is not assigned on every path through this when. [missing-else]
           … | .when(t, () => m.when(s.negative(), () => q.set(a)).elseWhen(a.eq(0), () => undefined))
             |                  ^
        target:   "q", hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        when:     around it, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: The literal 300 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ a }) => a.eq(300))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "a", uint(8), hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a literal in the range, or widen the signal first: \`a.extend(9).eq(300)\`."
    `);
    expect(building(({ t, q }) => q.set(t as never))).toContain('target:   "q", uint(8)');
    expect(building(({ q }) => q.set(256))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The literal 256 does not fit uint(8). [literal-out-of-range]
           … | expect(building(({ q }) => q.set(256))).toMatchInlineSnapshot(\`
             |                              ^
        target:   "q", uint(8), hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: a whole number from 0 to 255
        fix:      Write a whole number from 0 to 255."
    `);
    expect(building(({ t }) => t.and(2 as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The literal 2 does not fit bit. [literal-out-of-range]
           … | expect(building(({ t }) => t.and(2 as never))).toMatchInlineSnapshot(\`
             |                              ^
        left:     "t", bit, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: Nothing assigns bits 3 to 0 of "q" in module "probe". [undriven]
           … | q: output(uint(8)),
             |    ^
        expected: a call of q.setBits(3, 0, …)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ t, q }) => q.setBit(6, t))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Nothing assigns bits 5 to 0 of "q", bit 7 of "q" in module "probe". [undriven]
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
      "hdl/errors.test.ts:…: Bits 7 to 4 of "q" are not assigned on every path through this switch. [missing-else]
           … | m.when(t, () => m.switch(b, { 3: () => q.setBits(7, 4, b), default: () => undefined })).otherwise(() =>
             |                   ^
        target:   bits 7 to 4 of "q", hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        when:     around it, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: Bit 7 of "q" is not assigned on every path through this when. [missing-else]
           … | m.when(t, () => q.setBit(7, t));
             |   ^
        target:   bit 7 of "q", hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: Nothing assigns bits 1 to 0 of "r", bits 7 to 6 of "r" in module "probe". [undriven]
           … | const r = m.reg("r", uint(8));
             |             ^
        expected: calls of r.setBits(1, 0, …), r.setBits(7, 6, …)
        fix:      Assign it, or remove it."
    `);
    expect(building(({ b, q }) => q.setBits(8, 5, b))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Bits 8 down to 5 do not exist in a uint(8). [slice-out-of-range]
           … | expect(building(({ b, q }) => q.setBits(8, 5, b))).toMatchInlineSnapshot(\`
             |                                 ^
        word:     "q", uint(8), hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        expected: 7 >= high >= low >= 0
        fix:      Count bits from 0 to width - 1; extend or wrap an index so that it meets every element."
    `);
    expect(building(({ b, q }) => q.setBits(7, 5, b))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The value has another width than its target. [width-mismatch]
           … | expect(building(({ b, q }) => q.setBits(7, 5, b))).toMatchInlineSnapshot(\`
             |                                 ^
        target:   "q[7:5]", uint(3), hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        value:    "b", uint(4), hdl/errors.test.ts:…
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

  it("doubly-driven", () => {
    expect(
      building(({ a, t, q }, m) => {
        m.when(t, () => q.set(a));
        q.set(0);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "q" is assigned again, so an earlier assignment has no effect. [doubly-driven]
           … | q.set(0);
             |   ^
        target:   "q", hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        earlier:  has no effect, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: "q" is assigned again, so an earlier assignment has no effect. [doubly-driven]
           … | q.set(0);
             |   ^
        target:   "q", hdl/errors.test.ts:…
           … | q: output(uint(8)),
             |    ^
        earlier:  has no effect, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: "words_ready" is assigned again, so an earlier assignment has no effect. [doubly-driven]
           … | source.ready.set(false);
             |              ^
        target:   "words_ready", hdl/errors.test.ts:…
           … | const { source, sink } = m.stream("words", stream(bit));
             |                            ^
        earlier:  has no effect, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: Something stands between this arm and its when. [misplaced-else]
           … | chain.otherwise(() => q.set(2));
             |       ^
        when:     begins, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: Something stands between this arm and its when. [misplaced-else]
           … | m.when(s.negative(), () => chain.otherwise(() => q.set(2)));
             |                                  ^
        when:     begins, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: This when has an otherwise already. [misplaced-else]
           … | chain.elseWhen(t, () => q.set(3));
             |       ^
        when:     begins, hdl/errors.test.ts:…
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
      "hdl/errors.test.ts:…: "q" was assigned after its build had ended. [build-out-of-scope]
           … | expect(failure(() => kept?.io.q.set(1))).toMatchInlineSnapshot(
             |                                 ^
        fix:      Describe everything inside \`build\`; an asynchronous step belongs before \`elaborate\`."
    `,
    );
    expect(failure(() => kept?.m.reg("late", bit))).toMatchInlineSnapshot(
      `
      "hdl/errors.test.ts:…: "late" was made after its build had ended. [build-out-of-scope]
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
      "hdl/errors.test.ts:…: The build of module "probe" is asynchronous. [build-out-of-scope]
           … | elaborate(
             | ^
        fix:      Await what it needs before elaborate, and pass it as a parameter."
    `);
  });

  it("combinational-loop", () => {
    expect(
      building(({ a, q }, m) => {
        const w = m.wire("w", uint(8));
        w.set(m.node("n", w.xor(a)));
        q.set(w);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A value depends on itself in the same cycle in module "probe". [combinational-loop]
           … | w.set(m.node("n", w.xor(a)));
             |         ^
        step:     "n[0]" follows from "w[0]"
        step:     "w[0]" follows from "n[0]", hdl/errors.test.ts:…
           … | w.set(m.node("n", w.xor(a)));
             |   ^
        found:    n[0] <- w[0] <- n[0]
        fix:      Put a register on the way."
    `);
    expect(
      building(({ q }, m) => {
        const w = m.wire("w", uint(8));
        const { y } = m.inst("u", child, { width: 1 }, { x: w });
        w.set(y);
        q.set(w);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A value depends on itself in the same cycle in module "probe". [combinational-loop]
           … | const { y } = m.inst("u", child, { width: 1 }, { x: w });
             |                 ^
        step:     "u_y[0]" follows from "w[0]"
        step:     "w[0]" follows from "u_y[0]", hdl/errors.test.ts:…
           … | w.set(y);
             |   ^
        found:    u_y[0] <- w[0] <- u_y[0]
        fix:      Put a register on the way."
    `);
  });

  it("combinational-loop through whole ports, though no bit depends on itself", () => {
    const swap = defineModule("swap", (_: Record<string, never>) => ({
      ports: { x: input(uint(8)), y: output(uint(8)) },
      build({ x, y }) {
        y.setBits(7, 4, x.bits(3, 0));
        y.setBits(3, 0, x.bits(7, 4));
      },
    }));
    const halves = vec(2, uint(4));
    const swapHalves = defineModule("swap_halves", (_: Record<string, never>) => ({
      ports: { x: input(halves), y: output(halves) },
      build: ({ x, y }) => y.set([x[1], x[0]]),
    }));
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", uint(8));
        const { y } = m.inst("u", swap, {}, { x: w });
        w.setBits(3, 0, b);
        w.setBits(7, 4, y.bits(7, 4));
        q.set(y);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: An instance or a memory read at once makes a loop in module "probe": tools take ports and addresses whole, though no bit depends on itself. [combinational-loop]
           … | const { y } = m.inst("u", swap, {}, { x: w });
             |                 ^
        step:     "u_y[4]" follows from "w[4]"
        step:     "w[4]" follows from "u_y[4]", hdl/errors.test.ts:…
           … | w.setBits(7, 4, y.bits(7, 4));
             |   ^
        found:    u_y[4] <- w[4] <- u_y[4]
        fix:      Split the net on the way: a vec or a record has a net for each of its parts."
    `);
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", halves);
        const { y } = m.inst("u", swapHalves, {}, { x: w });
        w.set([b, y[1]]);
        q.set(concat(y[1], y[0]) as UIntSignal<8>);
      }),
    ).toBe("no error");
    const table = Array.from({ length: 16 }, (_, i) => i);
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", uint(8));
        w.setBits(3, 0, b);
        w.setBits(7, 4, m.rom("words", uint(4), table).read("word", w.bits(3, 0)));
        q.set(w);
      }),
    ).toContain("tools take ports and addresses whole");
    expect(
      building(({ b, q }, m) => {
        const w = m.wire("w", halves);
        w.set([b, m.rom("words", uint(4), table).read("word", w[0])]);
        q.set(concat(w[1], w[0]) as UIntSignal<8>);
      }),
    ).toBe("no error");
  });

  it("no combinational-loop through a register, a clocked read or an independent path of an instance", () => {
    const twoPaths = defineModule("two_paths", (_: Record<string, never>) => ({
      ports: { x: input(uint(8)), y: output(uint(8)), u: input(uint(8)), v: output(uint(8)) },
      build({ x, y, u, v }, m) {
        const words = m.mem("words", 256, uint(8));
        words.write({ address: x, data: u });
        y.set(words.readClocked("word", { address: u, enable: u.nonzero(), underWrite: "old" }));
        v.set(u);
      },
    }));
    const text = building(({ a, q }, m) => {
      const w = m.wire("w", uint(8));
      const { y, v } = m.inst("pair", twoPaths, {}, { x: w, u: a });
      w.set(v);
      const r = m.reg("r", uint(8), { reset: 0 });
      r.set(r.addWrap(y));
      q.set(r);
    });
    expect(text).toBe("no error");
  });
});

describe("names and structure", () => {
  it("illegal-name", () => {
    expect(building((_, m) => m.wire("begin", bit))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "begin" cannot name a wire. [illegal-name]
           … | expect(building((_, m) => m.wire("begin", bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a letter, then letters, digits and underscores; no keyword of Verilog or SystemVerilog
        fix:      "begin" is a keyword; write begin_value or another word."
    `);
    expect(building((_, m) => m.reg("2nd", bit))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "2nd" cannot name a register. [illegal-name]
           … | expect(building((_, m) => m.reg("2nd", bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: a letter, then letters, digits and underscores; no keyword of Verilog or SystemVerilog
        fix:      Choose another name; names are never changed behind your back."
    `);
    expect(failure(() => record({ set: bit }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "set" cannot name a field. [illegal-name]
           … | expect(failure(() => record({ set: bit }))).toMatchInlineSnapshot(\`
             |                      ^
        fix:      A record that can be assigned has a method of that name; choose another word."
    `);
  });

  it("duplicate-name", () => {
    expect(
      building((_, m) => {
        m.wire("pair", record({ x: bit }));
        m.node("pair_x", concat(m.wire("z", bit)));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The name "pair_x" is used twice in one module. [duplicate-name]
           … | m.node("pair_x", concat(m.wire("z", bit)));
             |   ^
        earlier:  "pair_x", hdl/errors.test.ts:…
           … | m.wire("pair", record({ x: bit }));
             |   ^
        fix:      Bundles make nets named <name>_<field>; instances make nets named <instance>_<port>."
    `);
    expect(building((_, m) => m.wire("clock", bit))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The name "clock" is used twice in one module. [duplicate-name]
           … | expect(building((_, m) => m.wire("clock", bit))).toMatchInlineSnapshot(\`
             |                             ^
        found:    a name of clocks and resets
        fix:      Bundles make nets named <name>_<field>; instances make nets named <instance>_<port>."
    `);
    const twin = defineModule("child", (_: Record<string, never>) => ({
      ports: { x: input(uint(8)), y: output(uint(8)) },
      build: ({ x, y }) => y.set(x.not()),
    }));
    expect(
      building(({ a, q }, m) => {
        const first = m.inst("first", child, { width: 1 }, { x: a });
        q.set(m.inst("second", twin, {}, { x: first.y }).y);
      }),
    ).toMatchInlineSnapshot(`"no error"`);
  });

  it("missing-connection and unknown-port", () => {
    expect(building((_, m) => m.inst("u", child, { width: 1 }, {} as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: The instance of "child" leaves "x" unconnected. [missing-connection]
           … | expect(building((_, m) => m.inst("u", child, { width: 1 }, {} as never))).toMatchInlineSnapshot(\`
             |                             ^
        port:     "x", hdl/errors.test.ts:…
           … | ports: { x: input(uint(8)), y: output(uint(8)) },
             |             ^
        expected: a value for every input
        fix:      Give every input a value; a literal will do."
    `);
    expect(building(({ a }, m) => m.inst("u", child, { width: 1 }, { x: a, z: a } as never))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: "child" has no input "z". [unknown-port]
           … | expect(building(({ a }, m) => m.inst("u", child, { width: 1 }, { x: a, z: a } as never))).toMatchInlineSnapshot(\`
             |                                 ^
        expected: one of x
        fix:      Use one of the inputs that there are."
    `);
  });

  it("memory-shape", () => {
    expect(building((_, m) => m.mem("words", 0, bit))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Memory "words" has depth 0. [memory-shape]
           … | expect(building((_, m) => m.mem("words", 0, bit))).toMatchInlineSnapshot(\`
             |                             ^
        expected: an integer of 1 or more
        fix:      Where a parameter can leave no word, leave the memory out."
    `);
    expect(
      building(({ a, q }, m) => {
        q.set(m.mem("words", 256, uint(8)).read("word", a));
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Memory "words" is never written. [memory-shape]
           … | q.set(m.mem("words", 256, uint(8)).read("word", a));
             |         ^
        expected: a write and a read port
        fix:      Give it at least one word, a write port (or \`init\`) and a read port."
    `);
    expect(
      building(({ a, q }, m) => {
        m.mem("words", 256, uint(8)).write({ address: a, data: a });
        q.set(0);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Memory "words" is never read. [memory-shape]
           … | m.mem("words", 256, uint(8)).write({ address: a, data: a });
             |   ^
        expected: a write and a read port
        fix:      Give it at least one word, a write port (or \`init\`) and a read port."
    `);
  });

  it("foreign-signal", () => {
    let leaked: UIntSignal | undefined;
    building(({ a, q }) => {
      leaked = a;
      q.set(a);
    });
    // The other module has a port of the same name and type, which must not hide the mistake.
    expect(building(({ q }) => q.set(leaked))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Signal "a" belongs to another module than the one that uses it. [foreign-signal]
           … | expect(building(({ q }) => q.set(leaked))).toMatchInlineSnapshot(\`
             |                              ^
        signal:   "a", hdl/errors.test.ts:…
           … | a: input(uint(8)),
             |    ^
        fix:      Pass it through a port."
    `);
  });

  it("recursive-module", () => {
    const endless: ModuleDefinition<{ depth: number }, Ports> = defineModule("endless", (p: { depth: number }) => ({
      ports: { y: output(bit) } as Ports,
      build(_, m: Builder) {
        m.inst("again", endless, p, {});
      },
    }));
    expect(failure(() => elaborate(endless, { depth: 1 }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: Module "endless" instantiates itself with the same parameters. [recursive-module]
           … | m.inst("again", endless, p, {});
             |   ^
        fix:      A recursive structure must change a parameter at every step and stop."
    `);
  });

  it("opaque-parameter", () => {
    const any = defineModule("any", (_: unknown) => ({ ports: { y: output(bit) }, build: ({ y }) => y.set(true) }));
    expect(failure(() => elaborate(any, { f: () => 1 }))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A module parameter is not plain data, so equal instances could not be told from different ones. [opaque-parameter]
           … | expect(failure(() => elaborate(any, { f: () => 1 }))).toMatchInlineSnapshot(\`
             |                      ^
        expected: numbers, strings, booleans, types, and arrays or objects of these
        found:    a function
        fix:      Pass numbers, strings, booleans, types, and arrays or objects of these; make the rest inside the module."
    `);
    expect(failure(() => elaborate(any, new Map()))).toMatchInlineSnapshot(`
      "hdl/errors.test.ts:…: A module parameter is not plain data, so equal instances could not be told from different ones. [opaque-parameter]
           … | expect(failure(() => elaborate(any, new Map()))).toMatchInlineSnapshot(\`
             |                      ^
        expected: numbers, strings, booleans, types, and arrays or objects of these
        found:    an object of class Map
        fix:      Pass numbers, strings, booleans, types, and arrays or objects of these; make the rest inside the module."
    `);
  });
});

it("names the line where the user wrote it", () => {
  let line = 0;
  const definition = defineModule("probe", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), q: output(uint(9)) },
    build({ a, q }) {
      line = Number(/errors\.test\.ts:(\d+)/.exec(new Error().stack ?? "")?.[1]) + 1;
      q.set(pack(uint(8), a) as never);
    },
  }));
  try {
    elaborate(definition, {});
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: "width-mismatch",
      exitStatus: 2,
      details: { where: `hdl/errors.test.ts:${line}`, expected: "uint(9)", found: "uint(8)" },
    });
  }
});
