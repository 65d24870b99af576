/** Fixed-point types: literals, formats of results, and the words of their errors. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  asFixed,
  type Builder,
  defineModule,
  elaborate,
  type FixedSignal,
  fixed,
  fixedValue,
  HdlError,
  output,
  type SIntSignal,
  sint,
  typeName,
  type UIntSignal,
  uint,
} from "../index.ts";
import { countingApart, here } from "../position.ts";
import { decimal, rawOf, realOf } from "./fixed-literal.ts";

interface Wires {
  readonly x: FixedSignal & { set(value: unknown): void };
  readonly y: FixedSignal;
  readonly s: SIntSignal;
  readonly u: UIntSignal;
}

/** What `body` gives inside a build, over wires x: fixed(4, 4), y: fixed(2, 6), s: sint(8) and u: uint(3). */
function inside<R>(body: (wires: Wires, m: Builder) => R): R {
  let result: R | undefined;
  const probe = defineModule("probe", (_: Record<string, never>) => ({
    ports: { q: output(uint(1)) },
    build({ q }, m) {
      const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
      const s = m.wire("s", sint(8));
      const u = m.wire("u", uint(3));
      settable.x.set(0);
      settable.y.set(0);
      s.set(0);
      u.set(0);
      q.set(0);
      // As the language calls a build.
      result = countingApart(body.bind(undefined, { ...settable, s, u } as unknown as Wires, m));
    },
  }));
  elaborate(probe, {});
  return result as R;
}

const formats = (body: (wires: Wires) => FixedSignal[]) => inside((w) => body(w).map(({ type }) => typeName(type)));
const refused = (body: (wires: Wires, m: Builder) => unknown) => failure(() => inside(body));

it("the format of a result follows from its operands", () => {
  expect(formats(({ x, y }) => [x.add(y), x.sub(0.5), x.mul(y), x.negate()])).toEqual([
    "fixed(5, 6)",
    "fixed(5, 4)",
    "fixed(6, 10)",
    "fixed(5, 4)",
  ]);
  expect(
    formats(({ x, s }) => [
      x.round({ il: 3, fl: 2, mode: "nearest" }),
      x.saturate(2),
      x.wrap(1),
      x.extend(4, 9),
      asFixed(s, 0, 8),
    ]),
  ).toEqual(["fixed(3, 2)", "fixed(2, 4)", "fixed(1, 4)", "fixed(4, 9)", "fixed(0, 8)"]);
});

it("rounding that drops nothing changes nothing", () => {
  inside(({ x, u }) => {
    for (const mode of ["truncate", "nearest", "nearest-even", "stochastic"] as const) {
      expect(x.round({ il: 4, fl: 4, mode, random: u }).expression).toBe(x.expression);
    }
  });
});

it("fit follows ranges through sums and products, and saturation that cannot happen costs nothing", () => {
  inside(({ x }) => {
    const mean = asFixed(x.add(x).raw(), 4, 5);
    expect(typeName(mean.fit(4).type)).toBe("fixed(4, 5)");
    const scaled = x.mul(0.5);
    expect(scaled.fit(4).expression.kind).not.toBe("mux");
    expect(scaled.saturate(4).expression).toEqual(scaled.fit(4).expression);
    expect(x.saturate(3).expression.kind).toBe("mux");
  });
});

describe("literals", () => {
  const format = fc
    .record({ il: fc.nat(60), fl: fc.nat(1100) }, { noNullPrototype: true })
    .filter(({ il, fl }) => il + fl > 0)
    .map(({ il, fl }) => fixed(il, fl));

  it("hold exactly what they say, or are refused", () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -8, max: 8, noNaN: true }),
    );
    fc.assert(
      fc.property(format, numbers, (type, value) => {
        const half = 1n << BigInt(type.width - 1);
        let raw: bigint | undefined;
        try {
          raw = rawOf(type, value, here());
        } catch (error) {
          expect(error).toBeInstanceOf(HdlError);
        }
        // A finite double is exact in 1074 fraction bits; so the comparison is, too.
        const exact = rawOf(fixed(1100, 1074), value, here());
        const [lower, rest] =
          type.fl <= 1074
            ? [exact >> BigInt(1074 - type.fl), exact % (1n << BigInt(1074 - type.fl))]
            : [exact << BigInt(type.fl - 1074), 0n];
        const representable = rest === 0n && lower >= -half && lower < half;
        expect(raw).toBe(representable ? lower : undefined);
      }),
      { numRuns: 500 },
    );
  });

  it("come back as decimals and doubles", () => {
    expect([3n, -3n, 0n, 16n, -20n].map((raw) => decimal(raw, 4))).toEqual(["0.1875", "-0.1875", "0", "1", "-1.25"]);
    expect([decimal(7n, 0), decimal(1n, 10)]).toEqual(["7", "0.0009765625"]);
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 52n), 2n ** 52n), fc.nat(60), (raw, fl) => {
        expect(Number(decimal(raw, fl))).toBe(realOf(raw, fl));
        expect(rawOf(fixed(60, fl), (realOf(raw, fl) as number) + 0, here())).toBe(raw);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 200n), 2n ** 200n), fc.nat(1200), fc.nat(150), (odd, fl, zeros) => {
        const raw = odd << BigInt(zeros);
        const real = realOf(raw, fl);
        const bits = (raw < 0n ? -raw : raw).toString(2).replace(/0+$/, "").length;
        if (bits > 53) expect(real).toBeUndefined();
        else if (fl < 900) expect(real).toBe(Number(decimal(raw, fl)));
        if (real !== undefined) expect(rawOf(fixed(2000, fl), real + 0, here())).toBe(raw);
      }),
    );
  });

  it("are refused with the nearest numbers", () => {
    expect(refused(({ x }) => x.add(0.7))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: The literal 0.7 is not exact in fixed(4, 4). [literal-out-of-range]
           … | expect(refused(({ x }) => x.add(0.7))).toMatchInlineSnapshot(\`
             |                             ^
        left:     "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: a multiple of 2^-4, such as 0.6875 or 0.75
        fix:      Write the one that is meant, or { raw: n } for n * 2^-FL."
    `);
    expect(refused(({ x }) => x.set(7.99))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: The literal 7.99 is not exact in fixed(4, 4). [literal-out-of-range]
           … | expect(refused(({ x }) => x.set(7.99))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: 7.9375, the largest
        fix:      Write the one that is meant, or { raw: n } for n * 2^-FL."
    `);
    expect(refused(({ x }) => x.set(8))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: The literal 8 does not fit fixed(4, 4). [literal-out-of-range]
           … | expect(refused(({ x }) => x.set(8))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: a number from -8 to 7.9375
        fix:      Write a number from -8 to 7.9375."
    `);
    expect(refused(({ x }) => x.set({ raw: 128 }))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: The raw value 128 does not fit fixed(4, 4). [literal-out-of-range]
           … | expect(refused(({ x }) => x.set({ raw: 128 }))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: a whole number from -128 to 127
        fix:      Write a whole number from -128 to 127."
    `);
    expect(refused(({ x }) => x.set({ raw: 0.5 }))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: 0.5 is no raw value. [literal-out-of-range]
           … | expect(refused(({ x }) => x.set({ raw: 0.5 }))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: a whole number
        fix:      Write a whole number."
    `);
    expect(refused(({ x }) => x.set(Number.NaN))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: NaN is no number. [literal-out-of-range]
           … | expect(refused(({ x }) => x.set(Number.NaN))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: a finite number
        fix:      Write a finite number."
    `);
    expect(refused(({ x }) => x.set("1" as never))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: The string "1" is no number. [literal-out-of-range]
           … | expect(refused(({ x }) => x.set("1" as never))).toMatchInlineSnapshot(\`
             |                             ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: a finite number
        fix:      Write a finite number."
    `);
  });

  it("stand for reset values, raw ones too", () => {
    inside((_, m) => {
      for (const [name, reset] of [
        ["a", -0.25],
        ["b", { raw: -4 }],
        ["c", fixedValue(fixed(4, 4), -0.25)],
      ] as const) {
        const register = m.reg(name, fixed(4, 4), { reset });
        register.set(1n);
      }
    });
  });
});

describe("errors", () => {
  it("of formats", () => {
    expect(failure(() => fixed(0, 0))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: fixed(0, 0) is not a format. [bad-width]
           … | expect(failure(() => fixed(0, 0))).toMatchInlineSnapshot(\`
             |                      ^
        expected: integers of 0 or more, together 1 to 65536
        fix:      The sign counts among the integer bits."
    `);
    expect(failure(() => fixed(-1, 8))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: fixed(-1, 8) is not a format. [bad-width]
           … | expect(failure(() => fixed(-1, 8))).toMatchInlineSnapshot(\`
             |                      ^
        expected: integers of 0 or more, together 1 to 65536
        fix:      The sign counts among the integer bits."
    `);
    expect(refused(({ s }) => asFixed(s, 4, 5))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: fixed(4, 5) has 9 bits. [width-mismatch]
           … | expect(refused(({ s }) => asFixed(s, 4, 5))).toMatchInlineSnapshot(\`
             |                           ^
        operand:  "s", sint(8), hdl/numbers/fixed.test.ts:…
           … | const s = m.wire("s", sint(8));
             |             ^
        expected: sint(9)
        found:    sint(8)
        fix:      Spell the change: \`extend(n)\`, \`wrap(n)\`, \`saturate(n)\`, or \`fit(n)\` where nothing can be lost."
    `);
    expect(refused(({ x, y }) => x.lt(y))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: Fixed-point numbers of different formats meet. [width-mismatch]
           … | expect(refused(({ x, y }) => x.lt(y))).toMatchInlineSnapshot(\`
             |                                ^
        left:     "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        right:    "y", fixed(2, 6), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                                                      ^
        expected: fixed(4, 4)
        found:    fixed(2, 6)
        fix:      Spell the change: extend(il, fl) for more bits, round({ il, fl, mode }), saturate(il) or wrap(il) for fewer."
    `);
    expect(refused(({ x, y }) => x.set(y))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: Fixed-point numbers of different formats meet. [width-mismatch]
           … | expect(refused(({ x, y }) => x.set(y))).toMatchInlineSnapshot(\`
             |                                ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        value:    "y", fixed(2, 6), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                                                      ^
        expected: fixed(4, 4)
        found:    fixed(2, 6)
        fix:      Spell the change: extend(il, fl) for more bits, round({ il, fl, mode }), saturate(il) or wrap(il) for fewer."
    `);
    expect(refused(({ x, s }) => x.set(s))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: A sint(8) meets a fixed(4, 4). [sign-mismatch]
           … | expect(refused(({ x, s }) => x.set(s))).toMatchInlineSnapshot(\`
             |                                ^
        target:   "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        value:    "s", sint(8), hdl/numbers/fixed.test.ts:…
           … | const s = m.wire("s", sint(8));
             |             ^
        expected: fixed(4, 4)
        found:    sint
        fix:      raw() of a fixed-point number is a sint; asFixed(x, il, fl) reads a sint as one."
    `);
  });

  it("of changes of format", () => {
    expect(refused(({ x }) => x.round({ il: 4, fl: 5, mode: "nearest" }))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: A fixed(4, 4) has no round to fixed(4, 5). [bad-width]
           … | expect(refused(({ x }) => x.round({ il: 4, fl: 5, mode: "nearest" }))).toMatchInlineSnapshot(\`
             |                             ^
        operand:  "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: at most 4 fraction bits
        fix:      Compute the width before the type is made; \`addressWidth\` and \`countWidth\` never give 0."
    `);
    expect(refused(({ x }) => x.round({ il: 4, fl: 2, mode: "stochastic" }))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: Stochastic rounding from fixed(4, 4) to fixed(4, 2) drops 2 bits. [width-mismatch]
           … | expect(refused(({ x }) => x.round({ il: 4, fl: 2, mode: "stochastic" }))).toMatchInlineSnapshot(\`
             |                             ^
        operand:  "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: random: a uint of at least 2 bits
        found:    none
        fix:      Give it that many random bits at every edge, of a generator such as an LFSR."
    `);
    expect(refused(({ x, u }) => x.round({ il: 4, fl: 0, mode: "stochastic", random: u }))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: Stochastic rounding from fixed(4, 4) to fixed(4, 0) drops 4 bits. [width-mismatch]
           … | expect(refused(({ x, u }) => x.round({ il: 4, fl: 0, mode: "stochastic", random: u }))).toMatchInlineSnapshot(\`
             |                                ^
        operand:  "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        random:   "u", uint(3), hdl/numbers/fixed.test.ts:…
           … | const u = m.wire("u", uint(3));
             |             ^
        expected: random: a uint of at least 4 bits
        found:    uint(3)
        fix:      Give it that many random bits at every edge, of a generator such as an LFSR."
    `);
    expect(refused(({ x }) => x.saturate(5))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: A fixed(4, 4) has no saturate(5). [bad-width]
           … | expect(refused(({ x }) => x.saturate(5))).toMatchInlineSnapshot(\`
             |                             ^
        operand:  "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: 0 to 4 integer bits
        fix:      Use extend for more."
    `);
    expect(refused(({ x }) => x.extend(4, 3))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: A fixed(4, 4) has no extend(4, 3). [bad-width]
           … | expect(refused(({ x }) => x.extend(4, 3))).toMatchInlineSnapshot(\`
             |                             ^
        operand:  "x", fixed(4, 4), hdl/numbers/fixed.test.ts:…
           … | const settable = { x: m.wire("x", fixed(4, 4)), y: m.wire("y", fixed(2, 6)) };
             |                         ^
        expected: at least 4 integer and 4 fraction bits
        fix:      Use round, saturate, wrap or fit for fewer."
    `);
    expect(refused(({ x }) => x.add(0.25).fit(4))).toMatchInlineSnapshot(`
      "hdl/numbers/fixed.test.ts:…: fit(4) could lose values of a fixed(5, 4). [does-not-fit]
           … | expect(refused(({ x }) => x.add(0.25).fit(4))).toMatchInlineSnapshot(\`
             |                                       ^
        operand:  fixed(5, 4), hdl/numbers/fixed.test.ts:…
           … | expect(refused(({ x }) => x.add(0.25).fit(4))).toMatchInlineSnapshot(\`
             |                             ^
        expected: -8 to 7.9375
        found:    -7.75 to 8.1875, as far as the operands and their types prove
        fix:      Make an operand narrower, or say what happens to the rest: wrap(n), saturate(n)."
    `);
  });
});
