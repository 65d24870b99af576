/** Errors of assignments and conditions. */
import { bit, enumOf, input, output, type Settable, type UIntType, uint } from "../../hdl/index.ts";
import { build, type ErrorExamples } from "./example.ts";

export const statements = {
  "build-out-of-scope": {
    meaning:
      "Something was assigned or made after the `build` that it belongs to, or a state was left from outside its body.",
    example() {
      let kept: Settable<UIntType<8>> | undefined;
      build({ q: output(uint(8)) }, ({ q }) => {
        q.set(0);
        kept = q;
      });
      kept?.set(1);
    },
  },
  "doubly-driven": {
    meaning: "A later assignment in the same block makes an earlier one dead.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a);
        q.set(0);
      }),
  },
  "misplaced-else": {
    meaning: "`elseWhen` or `otherwise` does not stand directly after the arm above it, or comes after an `otherwise`.",
    example: () =>
      build({ on: input(bit), q: output(uint(8)) }, ({ on, q }, m) => {
        const chain = m.when(on, () => q.set(1));
        m.when(on.not(), () => q.set(2));
        chain.otherwise(() => q.set(3));
      }),
  },
  "missing-else": {
    meaning:
      "On some path a wire or an output gets no value, which would make a latch. The error names the path and the bits.",
    example: () =>
      build({ on: input(bit), a: input(uint(8)), q: output(uint(8)) }, ({ on, a, q }, m) => {
        m.when(on, () => q.set(a));
      }),
  },
  "switch-cases": {
    meaning: "A `switch` lacks a case, has one that its signal cannot take, or has a default that is never taken.",
    example: () =>
      build({ phase: input(enumOf("idle", "load", "run")), q: output(bit) }, ({ phase, q }, m) => {
        // @ts-expect-error: the type checker refuses it too
        m.switch(phase, { idle: () => q.set(false), run: () => q.set(true) });
      }),
  },
  undriven: {
    meaning:
      "A wire, register or output, or some bits of it, that nothing assigns. The `ready` of a stream input is one too.",
    example: () =>
      build({ q: output(uint(8)) }, () => {
        // Nothing assigns q.
      }),
  },
  "unused-input": {
    meaning: "Nothing in the module reads any part of an input port.",
    example: () =>
      build({ a: input(uint(8)), b: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a);
      }),
  },
} satisfies ErrorExamples;
