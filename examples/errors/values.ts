/** Errors of types, widths, literals and operators. */
import { bit, enumOf, input, output, sint, uint } from "../../hdl/index.ts";
import { build, type ErrorExamples } from "./example.ts";

export const values = {
  "bad-width": {
    meaning: "A width or a length that no type can have, or that this operation cannot give.",
    fix: "Compute the width before the type is made; `addressWidth` and `countWidth` never give 0.",
    example() {
      const lanes = 1;
      return uint(Math.log2(lanes));
    },
  },
  "does-not-fit": {
    meaning: "`fit` promises that no value is lost, and the ranges of the operands do not prove it.",
    fix: "Make an operand narrower, or say what happens to what does not fit: `wrap(n)` or `saturate(n)`.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a.add(1).fit(8));
      }),
  },
  "enum-mismatch": {
    meaning: "Two values of different enums meet. Enums are the same when they list the same values in the same order.",
    fix: "Use one enum for both, or translate with a `switch`.",
    example: () =>
      build({ order: input(enumOf("load", "run")), q: output(enumOf("idle", "run")) }, ({ order, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(order);
      }),
  },
  "literal-out-of-range": {
    meaning: "A literal that its type cannot hold, or a signal where only a literal can stand.",
    fix: "Write a literal in the range that the error names, or widen the signal first: `a.extend(9).eq(300)`.",
    example: () =>
      build({ a: input(uint(8)), q: output(bit) }, ({ a, q }) => {
        q.set(a.eq(300));
      }),
  },
  "sign-mismatch": {
    meaning: "Two kinds of value meet: signed and unsigned, or a number and a bit or an enum.",
    fix: "Convert one: `asUint` and `asSint` keep the bits, `toSint` keeps the number, `bit(0)` makes a bit of a number.",
    example: () =>
      build({ a: input(uint(8)), s: input(sint(8)), q: output(sint(9)) }, ({ a, s, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(s.add(a));
      }),
  },
  "signal-as-value": {
    meaning: "A signal stands where JavaScript needs a value at once: in `+`, `<`, or a template string.",
    fix: "Use the methods: they describe hardware, where an operator of JavaScript would compute now.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(9)) }, ({ a, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(a + 1);
      }),
  },
  "slice-out-of-range": {
    meaning: "Bits or elements that do not exist, or an index that does not reach every element.",
    fix: "Count bits from 0 to width - 1; extend or wrap an index so that it meets every element.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(4)) }, ({ a, q }) => {
        q.set(a.bits(8, 5));
      }),
  },
  "unknown-value": {
    meaning: "A word that is no value of the enum.",
    fix: "Use one of the values that the error lists.",
    example: () =>
      build({ q: output(enumOf("idle", "load", "run")) }, ({ q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set("laod");
      }),
  },
  "width-mismatch": {
    meaning: "Two widths or shapes that must be equal differ. Nothing is extended or cut unless it is written.",
    fix: "Spell the change: `extend(n)`, `wrap(n)`, `saturate(n)`, or `fit(n)` where nothing can be lost.",
    example: () =>
      build({ a: input(uint(8)), b: input(uint(4)), q: output(uint(8)) }, ({ a, b, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(a.addWrap(b));
      }),
  },
} satisfies ErrorExamples;
