/** Errors while a design is simulated in the process. */
import { bit, defineExternal, fixed, input, output, simulate, uint } from "../../hdl/index.ts";
import { bench, type ErrorExamples } from "./example.ts";

export const simulation = {
  "assertion-failed": {
    meaning: "An `assert` did not hold at an edge, or an `assume` was broken by what drives the inputs.",
    example() {
      const dut = bench({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }, m) => {
        m.assert("below", a.lt(100));
        q.set(a);
      });
      dut.in.a = 100;
      dut.tick();
    },
  },
  "design-too-large": {
    meaning: "State and memories take more than the 2 GiB that the in-process engine has room for.",
    example: () =>
      bench({ address: input(uint(30)), q: output(uint(32)) }, ({ address, q }, m) => {
        const words = m.mem("words", 2 ** 30, uint(32));
        words.write({ address, data: 0 });
        q.set(words.read("word", address));
      }),
  },
  "inexact-value": {
    meaning: "A `fixed` of more than 53 bits was read, and its number is none of JavaScript's.",
    example() {
      const dut = bench({ a: input(fixed(2, 60)), q: output(fixed(2, 60)) }, ({ a, q }) => {
        q.set(a);
      });
      dut.in.a = { raw: 2n ** 60n + 1n };
      return dut.out.q;
    },
  },
  "no-model": {
    meaning: "A black box without a `model` cannot be simulated in the process.",
    example() {
      const buffer = defineExternal("buffer", (_: Record<string, never>) => ({
        ports: { a: input(bit), q: output(bit) },
        verilog: { module: "IBUF" },
      }));
      return simulate(buffer, {});
    },
  },
  "unknown-bits": {
    meaning: "With `poison`, a value was read that still holds bits that nobody has set.",
    example() {
      const dut = bench(
        { q: output(uint(8)) },
        ({ q }, m) => {
          const count = m.reg("count", uint(8));
          count.set(count.addWrap(1));
          q.set(count);
        },
        { poison: true },
      );
      return dut.out.q;
    },
  },
  "unknown-net": {
    meaning: "No net of the design has this path.",
    example() {
      const dut = bench({ a: input(uint(8)), q: output(uint(8)) }, ({ a, q }) => {
        q.set(a.not());
      });
      return dut.peek("p");
    },
  },
} satisfies ErrorExamples;
