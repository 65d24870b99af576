/**
 * What users of other hardware languages complain about, one test a complaint: `repository#number` are public issues. Each
 * test fails where the complaint would be true of this language.
 * Here: how long elaboration and simulation take, and that simulation is exact.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  type Builder,
  type Circuit,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  type ModuleDefinition,
  output,
  simulate,
  type UIntSignal,
  uint,
} from "../hdl/index.ts";
import { flatten } from "../hdl/simulator/flatten.ts";
import { compileDesign } from "../hdl/simulator/wasm/compile.ts";
import { hoistCircuit } from "../hdl/verilog/hoist.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";
import { moduleOf, type None } from "./fixtures/lessons.ts";

describe("lessons from other languages", () => {
  it("a sum keeps its own width in a wider context (PyRTL#501)", async () => {
    const carried = moduleOf("carried", { a: input(uint(4)), b: input(uint(4)), q: output(uint(8)) }, (io) => {
      io.q.set(io.a.addWrap(io.b).extend(8));
    });
    for (const engine of ["wasm", "icarus", "verilator"]) {
      const simulation = await startSimulation(engine, designOf(elaborate(carried, {})));
      const [values] = await simulation.execute([
        { kind: "batch", inputs: ["a", "b"], rows: [[15, 15]], outputs: ["q"] },
      ]);
      await simulation.close();
      expect([engine, ...values]).toEqual([engine, 14n]);
    }
  });

  it("start-up does not dominate unit tests: no compiler runs for the in-process simulator, and Verilated builds are cached (chisel#4207, bedrock-rtl#1272, chiseltest#106, spinalhdl#475)", async () => {
    const adder = moduleOf("adder", { a: input(uint(40)), q: output(uint(40)) }, ({ a, q }) => q.set(a.addWrap(7)));
    const design = designOf(elaborate(adder, {}));
    const compiled = async (engine: string) => {
      const said: string[] = [];
      await (await startSimulation(engine, design, { log: (line) => said.push(line) })).close();
      return said;
    };
    // Where the first one compiles it, in an empty cache, it says so: see `verilator/at-once.test.ts`.
    await compiled("verilator");
    expect(await compiled("verilator")).toEqual([]);
    vi.stubEnv("PATH", "");
    try {
      expect(await compiled("wasm")).toEqual([]);
      await expect(compiled("icarus")).rejects.toThrow();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("simulation does not slow down with the depth of the hierarchy (amaranth#161, amaranth#1630, cocotb#3808, cocotb#1509, cocotb#3648)", () => {
    const core = moduleOf("core", { a: input(uint(8)), q: output(uint(8)) }, ({ a, q }, m) => {
      const sum = m.reg("sum", uint(8), { reset: 0 });
      sum.set(sum.addWrap(a));
      q.set(sum);
    });
    const ports = { a: input(uint(8)), q: output(uint(8)) };
    let wrapped: ModuleDefinition<None, typeof ports> = core;
    for (let i = 0; i < 20; i++) {
      const inner = wrapped;
      wrapped = moduleOf(`wrapper${i}`, ports, ({ a, q }, m) => q.set(m.inst("inner", inner, {}, { a }).q));
    }
    // The very same code runs at an edge, byte by byte, on the very same memory.
    const code = (module: typeof core) =>
      compileDesign(flatten(hoistCircuit(elaborate(module, {}))), { keepAll: false }).binary;
    expect(code(wrapped)).toEqual(code(core));
  });

  it("simulation is exact above 32 bits (simten#257)", () => {
    const wide = moduleOf("wide", { a: input(uint(150)), b: input(uint(150)), q: output(uint(300)) }, ({ a, b, q }) =>
      q.set(a.mul(b)),
    );
    const dut = simulate(wide, {});
    const word = fc.bigInt({ min: 0n, max: 2n ** 150n - 1n });
    fc.assert(
      fc.property(word, word, (a, b) => {
        dut.in.a = a;
        dut.in.b = b;
        expect(dut.out.q).toBe(a * b);
      }),
    );
  });

  it("elaboration and emission are linear: equal instances are built once (chisel#1218, chisel#2439, firrtl#842, amaranth#711)", () => {
    let built = 0;
    const cell = defineModule("adder", ({ step }: { step: number }) => ({
      ports: { a: input(uint(8)), q: output(uint(8)) },
      build({ a, q }) {
        built++;
        q.set(a.addWrap(step));
      },
    }));
    const row = defineModule("row", ({ cells }: { cells: number }) => ({
      ports: { a: input(uint(8)), q: output(uint(8)) },
      build({ a, q }, m) {
        let last = a;
        for (let i = 0; i < cells; i++) last = m.inst(`cell${i}`, cell, { step: i % 2 }, { a: last }).q;
        q.set(last);
      },
    }));
    const work = (cells: number) => {
      built = 0;
      let circuit: Circuit;
      const elaborated = steps(() => {
        circuit = elaborate(row, { cells });
      });
      return [elaborated, steps(() => emitVerilog(circuit))];
    };
    const [small, large] = [work(200), work(2000)];
    expect(built).toBe(2);
    for (const [i, amount] of large.entries()) expect(amount / small[i]).toBeLessThan(11);
  });

  it("elaboration and emission are linear in the statements of one module", () => {
    const chained = (m: Builder, count: number, a: UIntSignal, set: (value: number) => void) => {
      let chain = m.when(a.eq(0), () => set(0));
      for (let i = 1; i < count; i++) chain = chain.elseWhen(a.eq(i), () => set(i % 7));
      chain.otherwise(() => set(9));
    };
    const apart = (m: Builder, count: number, a: UIntSignal, set: (value: number) => void) => {
      set(9);
      for (let i = 0; i < count; i++) m.when(a.eq(i), () => set(i % 7));
    };
    const work = (statements: typeof chained, count: number) => {
      const probe = moduleOf("probe", { a: input(uint(12)), q: output(uint(4)) }, ({ a, q }, m) =>
        statements(m, count, a, (value) => q.set(value)),
      );
      let circuit: Circuit;
      const elaborated = steps(() => {
        circuit = elaborate(probe, {});
      });
      return [elaborated, steps(() => emitVerilog(circuit))];
    };
    for (const statements of [chained, apart]) {
      // Both are more than one expression may be deep, so the same passes run.
      const [few, many] = [work(statements, 700), work(statements, 2800)];
      for (const [i, amount] of many.entries()) expect(amount / few[i]).toBeLessThan(4.5);
    }
  });
});

/**
 * What some work costs: expressions that it makes, each frozen once, look-ups in maps and sets, and elements of lists that methods
 * go through, whether or not they find what they look for.
 */
function steps(work: () => void): number {
  let count = 0;
  const undo: (() => void)[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: methods of several kinds of things
  const counted = (owner: any, names: readonly string[], cost: (self: any) => number) => {
    for (const name of names) {
      const original = owner[name];
      owner[name] = function (...given: unknown[]) {
        count += cost(this);
        return original.apply(this, given);
      };
      undo.push(() => {
        owner[name] = original;
      });
    }
  };
  counted(Object, ["freeze"], () => 1);
  counted(Map.prototype, ["get", "set", "has"], () => 1);
  counted(Set.prototype, ["add", "has"], () => 1);
  const searches = ["map", "filter", "find", "findIndex", "some", "every", "includes", "indexOf", "flatMap", "forEach"];
  counted(Array.prototype, [...searches, "reduce", "slice", "join", "concat"], (list) => list.length);
  try {
    work();
  } finally {
    for (const back of undo) back();
  }
  return count;
}
