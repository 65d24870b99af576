/** Numbers that JavaScript has rounded before the language sees them. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  type Builder,
  defineModule,
  elaborate,
  fixed,
  HdlError,
  type Inside,
  input,
  output,
  simulate,
  sint,
  uint,
} from "../index.ts";

const ports = { a: input(uint(64)), s: input(sint(64)), x: input(fixed(2, 60)), q: output(uint(64)) };

const building = (body: (io: Inside<typeof ports>, m: Builder) => void) =>
  defineModule("probe", () => ({
    ports,
    build(io, m) {
      m.unused(io.a, io.s, io.x);
      io.q.set(0);
      body(io, m);
    },
  }));

const rounded = 2 ** 53 + 2;

describe("a number beyond 2^53", () => {
  it("is refused wherever an integer is meant, and a bigint is not", () => {
    const uses: ((io: Inside<typeof ports>, m: Builder, value: number | bigint) => void)[] = [
      ({ a, q }, m, value) => m.when(a.bit(0), () => q.set(value)),
      ({ a }, m, value) => m.node("n", a.eq(value)),
      ({ s }, m, value) => m.node("n", s.lt(-value)),
      ({ a }, m, value) => m.node("n", a.addWrap(value)),
      ({ x }, m, value) => m.node("n", x.gt({ raw: value })),
      (_, m, value) => {
        const r = m.reg("r", uint(64), { reset: value });
        r.set(r);
      },
      ({ a }, m, value) => m.rom("r", uint(64), [0, value]).read("w", a.wrap(1)),
    ];
    for (const use of uses) {
      const [code, none] = [rounded, BigInt(rounded)].map((value) => {
        try {
          elaborate(
            building((io, m) => use(io, m, value)),
            {},
          );
          return "none";
        } catch (error) {
          return error instanceof HdlError ? error.code : error;
        }
      });
      expect([code, none]).toEqual(["literal-out-of-range", "none"]);
    }
  });

  it("says so at its line", () => {
    expect(
      failure(() =>
        elaborate(
          building(({ q }) => q.set(Number(0xdead_beef_cafe_f00dn))),
          {},
        ),
      ),
    ).toMatchInlineSnapshot(`
      "hdl/numbers/literals.test.ts:…: The number 16045690984503111680 is beyond 2^53, where JavaScript rounds: it may not be what was written. [literal-out-of-range]
           … | building(({ q }) => q.set(Number(0xdead_beef_cafe_f00dn))),
             |                       ^
        called:   hdl/numbers/literals.test.ts:…
           … | body(io, m);
             | ^
        target:   "q", uint(64), hdl/numbers/literals.test.ts:…
           … | const ports = { a: input(uint(64)), s: input(sint(64)), x: input(fixed(2, 60)), q: output(uint(64)) };
             |                                                                                    ^
        expected: a bigint
        fix:      Write a bigint, with an n behind its digits: 9007199254740993n, 0xdead_beef_cafe_f00dn."
    `);
  });

  it("is refused by a test bench", () => {
    const dut = simulate(
      building(() => undefined),
      {},
    );
    dut.in.a = 2 ** 53 - 1;
    expect(() => {
      dut.in.a = rounded;
    }).toThrow("literal-out-of-range");
    expect(() => {
      dut.in.x = { raw: rounded };
    }).toThrow("literal-out-of-range");
  });
});

describe("a fixed-point number of more than 53 bits", () => {
  const through = defineModule("through", () => ({
    ports: { x: input(fixed(2, 60)), q: output(fixed(2, 60)) },
    build: ({ x, q }) => q.set(x),
  }));

  it("reads as a number where it is one, and is never rounded", () => {
    const dut = simulate(through, {});
    dut.in.x = 0.75;
    expect(dut.out.q).toBe(0.75);
    dut.in.x = { raw: 2n ** 60n + 1n };
    expect(dut.peek("q")).toBe(2n ** 60n + 1n);
    expect(failure(() => dut.out.q)).toMatchInlineSnapshot(`
      "hdl/numbers/literals.test.ts:…: "q" holds 1.000000000000000000867361737988403547205962240695953369140625, which no number of JavaScript is. [inexact-value]
           … | expect(failure(() => dut.out.q)).toMatchInlineSnapshot(\`
             |                              ^
        expected: a number of at most 53 significant bits
        found:    { raw: 1152921504606846977n } of fixed(2, 60)
        fix:      \`dut.peek("q")\` gives the raw value, a bigint; \`decimal(raw, 60)\` writes it out."
    `);
  });
});

describe("a literal of the wrong width", () => {
  // TypeScript has no type for the numbers of so many bits: only `@ts-expect-error` is missing here, since there is none to expect.
  const wide = defineModule("wide", () => ({
    ports: { q: output(uint(4)), r: output(sint(4)) },
    build({ q, r }) {
      q.set(16);
      r.set(-9);
    },
  }));

  it("compiles, and is refused when the circuit is made, at its line and with the range", () => {
    expect(failure(() => elaborate(wide, {}))).toMatchInlineSnapshot(`
      "2 problems.

      hdl/numbers/literals.test.ts:…: The literal 16 does not fit uint(4). [literal-out-of-range]
           … | q.set(16);
             |   ^
        target:   "q", uint(4), hdl/numbers/literals.test.ts:…
           … | ports: { q: output(uint(4)), r: output(sint(4)) },
             |             ^
        expected: a whole number from 0 to 15
        fix:      Write a whole number from 0 to 15.

      hdl/numbers/literals.test.ts:…: The literal -9 does not fit sint(4). [literal-out-of-range]
           … | r.set(-9);
             |   ^
        target:   "r", sint(4), hdl/numbers/literals.test.ts:…
           … | ports: { q: output(uint(4)), r: output(sint(4)) },
             |                                 ^
        expected: a whole number from -8 to 7
        fix:      Write a whole number from -8 to 7."
    `);
  });
});
