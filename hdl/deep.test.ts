/** Chains of thousands: no stack ends, and every pass gives what a plain loop gives. */
import { describe, expect, it } from "vitest";
import {
  Coverage,
  concat,
  defineModule,
  elaborate,
  emitVerilog,
  Interpreter,
  input,
  output,
  Simulator,
  select,
  simulate,
  type UIntSignal,
  uint,
} from "./index.ts";
import type { Builder } from "./module/builder.ts";

const count = 3000;

interface Inside {
  readonly a: UIntSignal<12>;
  readonly b: UIntSignal<12>;
  readonly q: { set(value: UIntSignal<12> | number): void };
}

const moduleOf = (build: (io: Inside, m: Builder) => void) =>
  defineModule("probe", () => ({ ports: { a: input(uint(12)), b: input(uint(12)), q: output(uint(12)) }, build }));

const chosen = (i: number) => (i * 7) % 4096;
const chains = {
  "conditions one after another": {
    probe: moduleOf(({ a, b, q }, m) => {
      q.set(b);
      for (let i = 1; i < count; i++) m.when(a.eq(i), () => q.set(chosen(i)));
    }),
    expected: (a: number, b: number) => (a > 0 && a < count ? chosen(a) : b),
  },
  "a chain of elseWhen": {
    probe: moduleOf(({ a, b, q }, m) => {
      let chain = m.when(a.eq(0), () => q.set(b));
      for (let i = 1; i < count; i++) chain = chain.elseWhen(a.eq(i), () => q.set(chosen(i)));
      chain.otherwise(() => q.set(1));
    }),
    expected: (a: number, b: number) => (a === 0 ? b : a < count ? chosen(a) : 1),
  },
  "a chain of sums": {
    probe: moduleOf(({ a, b, q }) => {
      let sum = a;
      for (let i = 0; i < count; i++) sum = sum.addWrap(b);
      q.set(sum);
    }),
    expected: (a: number, b: number) => (a + count * b) % 4096,
  },
};

describe.each(Object.entries(chains))("%s", (_, { probe, expected }) => {
  it("means the same at any length, in Verilog too", () => {
    const circuit = elaborate(probe, {});
    const engines = [new Simulator(circuit), new Interpreter(circuit)];
    for (const [a, b] of [
      [0, 5],
      [1, 6],
      [501, 7],
      [count - 1, 8],
      [count, 9],
    ]) {
      for (const engine of engines) {
        engine.poke("a", BigInt(a));
        engine.poke("b", BigInt(b));
        expect(Number(engine.peek("q"))).toBe(expected(a, b));
      }
    }
    const { text } = emitVerilog(circuit);
    expect(text.match(/^ {2}wire \[11:0\] q_part/gm)?.length).toBeGreaterThanOrEqual(Math.floor(count / 501));
  });
});

describe("conditions inside each other", () => {
  const nested = (depth: number) =>
    moduleOf(({ a, b, q }, m) => {
      q.set(b);
      const nest = (i: number): void => {
        m.when(a.gt(i), () => {
          q.set((i + 1) % 4096);
          if (i + 1 < depth) nest(i + 1);
        });
      };
      nest(0);
    });

  it("mean the same 1024 deep", () => {
    // In a caller that takes stack of its own.
    const below = <T>(calls: number, make: () => T): T => (calls === 0 ? make() : below(calls - 1, make));
    const circuit = below(1500, () => elaborate(nested(1024), {}));
    for (const engine of [new Simulator(circuit), new Interpreter(circuit)]) {
      for (const a of [0, 1, 567, 1024, 1025]) {
        engine.poke("a", a);
        engine.poke("b", 7);
        expect(Number(engine.peek("q"))).toBe(a === 0 ? 7 : Math.min(a, 1024));
      }
    }
  });

  it("are refused beyond, which is no recursion of modules", () => {
    for (const depth of [1025, 100_000]) {
      expect(() => elaborate(nested(depth), {})).toThrow(
        expect.objectContaining({
          code: "recursive-module",
          message: expect.stringContaining("Conditions are nested more than 1024 deep."),
        }),
      );
    }
  });
});

/** Each step uses both values of the last one twice: written out, the last would have 2 ** 200 operands. */
function repeated<T>(first: [T, T], step: (x: T, y: T) => T): T {
  let [x, y] = first;
  for (let i = 0; i < 200; i++) [x, y] = [step(x, y), step(y, x)];
  return x;
}
const steps: Record<string, (a: UIntSignal<12>, b: UIntSignal<12>) => UIntSignal<12>> = {
  "logic of single bits": (a, b) =>
    concat(repeated([a.bit(0), b.bit(0)], (x, y) => x.xor(y).xor(x.and(y).not()))).extend(12),
  comparisons: (a, b) => repeated([a, b], (x, y) => concat(x.lt(y), x.eq(y).or(y.ge(x))).extend(12)),
  sums: (a, b) => repeated([a, b], (x, y) => x.addWrap(y)),
  choices: (a, b) => repeated([a, b], (x, y) => select(x.type, x.bit(1), x, y.xor(5))),
  "parts of words": (a, b) => repeated([a, b], (x, y) => concat(x.bits(5, 0), y.bits(11, 6))),
};

describe.each(Object.entries(steps))("values that share theirs, by %s", (_, step) => {
  it("take no longer than what they are made of", () => {
    const probe = moduleOf(({ a, b, q }) => q.set(step(a, b)));
    const circuit = elaborate(probe, {});
    expect(emitVerilog(circuit).text.length).toBeLessThan(150_000);
    const [engine, oracle] = [new Simulator(circuit), new Interpreter(circuit)];
    for (const values of [
      [0, 5],
      [4095, 1],
      [1234, 3210],
    ]) {
      for (const dut of [engine, oracle]) {
        dut.poke("a", BigInt(values[0]));
        dut.poke("b", BigInt(values[1]));
      }
      expect(Number(engine.peek("q"))).toBe(Number(oracle.peek("q")));
    }
  });
});

it("coverage takes long chains too", () => {
  const { probe, expected } = chains["a chain of elseWhen"];
  const coverage = new Coverage();
  const dut = simulate(probe, {}, { coverage });
  dut.in.a = 2999;
  dut.in.b = 1;
  dut.tick();
  expect([dut.out.q, coverage.taken]).toEqual([expected(2999, 1), 1]);
});
