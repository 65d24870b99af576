/** Errors of types, widths, literals and operators. */
import { bit, concat, enumOf, input, output, sint, uint } from "../../hdl/index.ts";
import { build, type ErrorExamples } from "./example.ts";

export const values = {
  "bad-width": {
    meaning: "A width or a length that no type can have, or that this operation cannot give.",
    example() {
      const lanes = 1;
      return uint(Math.log2(lanes));
    },
  },
  "does-not-fit": {
    meaning: "`fit` promises that no value is lost, and the ranges of the operands do not prove it.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a.add(1).fit(8));
      }),
  },
  "enum-mismatch": {
    meaning: "Two values of different enums meet. Enums are the same when they list the same values in the same order.",
    example: () =>
      build({ order: input(enumOf("load", "run")), q: output(enumOf("idle", "run")) }, ({ order, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(order);
      }),
  },
  "literal-out-of-range": {
    meaning: "A literal that its type cannot hold, or a signal where only a literal can stand.",
    example: () =>
      build({ a: input(uint(8)), q: output(bit) }, ({ a, q }) => {
        q.set(a.eq(300));
      }),
  },
  "sign-mismatch": {
    meaning: "Two kinds of value meet: signed and unsigned, or a number and a bit or an enum.",
    example: () =>
      build({ a: input(uint(8)), s: input(sint(8)), q: output(sint(9)) }, ({ a, s, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(s.add(a));
      }),
  },
  "signal-as-value": {
    meaning: "A signal stands where JavaScript needs a value at once: in `+`, `<`, or a template string.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(9)) }, ({ a, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(a + 1);
      }),
  },
  "slice-out-of-range": {
    meaning: "Bits or elements that do not exist, or an index that does not reach every element.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(4)) }, ({ a, q }) => {
        q.set(a.bits(8, 5));
      }),
  },
  "unknown-value": {
    meaning: "A word that is no value of the enum.",
    example: () =>
      build({ q: output(enumOf("idle", "load", "run")) }, ({ q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set("laod");
      }),
  },
  "width-mismatch": {
    meaning: "Two widths or shapes that must be equal differ. Nothing is extended or cut unless it is written.",
    example: () =>
      build({ a: input(uint(8)), b: input(uint(4)), q: output(uint(8)) }, ({ a, b, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(a.addWrap(b));
      }),
  },
  "wrong-argument": {
    meaning: "A function got what its types exclude, from JavaScript or through an `any`.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(9)) }, ({ a, q }) => {
        // @ts-expect-error: the type checker refuses it too
        q.set(concat(a, 1));
      }),
  },
} satisfies ErrorExamples;
