/** Errors of assignments and conditions. */
import { bit, enumOf, input, output, type Settable, type UIntType, uint } from "../../hdl/index.ts";
import { build, type ErrorExamples } from "./example.ts";

export const statements = {
  "build-out-of-scope": {
    meaning:
      "Something was assigned or made after the `build` that it belongs to, or a state was left from outside its body.",
    fix: "Describe everything inside `build`; an asynchronous step belongs before `elaborate`.",
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
    fix: "Remove one of the two, or put the later one into a `when`: a default before the conditions is no error.",
    example: () =>
      build({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a);
        q.set(0);
      }),
  },
  "misplaced-else": {
    meaning: "`elseWhen` or `otherwise` does not stand directly after the arm above it, or comes after an `otherwise`.",
    fix: "Write the chain in one piece.",
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
    fix: "Assign a default before the condition, or add the missing arm.",
    example: () =>
      build({ on: input(bit), a: input(uint(8)), q: output(uint(8)) }, ({ on, a, q }, m) => {
        m.when(on, () => q.set(a));
      }),
  },
  "switch-cases": {
    meaning: "A `switch` lacks a case, has one that its signal cannot take, or has a default that is never taken.",
    fix: "Give every value of an enum a case, or a `default`.",
    example: () =>
      build({ phase: input(enumOf("idle", "load", "run")), q: output(bit) }, ({ phase, q }, m) => {
        // @ts-expect-error: the type checker refuses it too
        m.switch(phase, { idle: () => q.set(false), run: () => q.set(true) });
      }),
  },
  undriven: {
    meaning:
      "A wire, register or output, or some bits of it, that nothing assigns. The `ready` of a stream input is one too.",
    fix: "Assign it, or remove it.",
    example: () =>
      build({ q: output(uint(8)) }, () => {
        // Nothing assigns q.
      }),
  },
  "unused-input": {
    meaning: "Nothing in the module reads any part of an input port.",
    fix: "Remove the port, or use it. Where it has to be there, say `m.unused(b)`; `unused` takes signals, bundles and streams.",
    example: () =>
      build({ a: input(uint(8)), b: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a);
      }),
  },
} satisfies ErrorExamples;
