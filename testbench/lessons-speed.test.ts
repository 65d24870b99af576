/**
 * What users of other hardware languages complain about, one test a complaint: `repository#number` are public issues. Each
 * test fails where the complaint would be true of this language.
 * Here: how long elaboration and simulation take, and that simulation is exact.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { eie } from "../generators/eie/eie.ts";
import {
  type Builder,
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
import { moduleOf, type None, parametersOfEie } from "./fixtures/lessons.ts";

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
    const design = designOf(elaborate(eie, { ...parametersOfEie, pes: 1 }));
    const said: string[] = [];
    const log = (line: string) => said.push(line);
    await (await startSimulation("wasm", design, { log })).close();
    expect(said).toEqual([]);
    await (await startSimulation("verilator", design, { log })).close();
    const first = said.length;
    await (await startSimulation("verilator", design, { log })).close();
    expect(said.length).toBe(first);
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
    // The very same code runs at an edge.
    const code = (module: typeof core) =>
      compileDesign(flatten(hoistCircuit(elaborate(module, {}))), { keepAll: false }).binary.length;
    expect(code(wrapped)).toBe(code(core));
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
    /** Expressions that are made, each frozen once; and characters of Verilog. */
    const work = (cells: number) => {
      built = 0;
      const freeze = vi.spyOn(Object, "freeze");
      try {
        const circuit = elaborate(row, { cells });
        const made = freeze.mock.calls.length;
        return [made, emitVerilog(circuit).text.length];
      } finally {
        freeze.mockRestore();
      }
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
    /** Expressions that are made, each frozen once; and characters of Verilog. */
    const work = (statements: typeof chained, count: number) => {
      const probe = moduleOf("probe", { a: input(uint(12)), q: output(uint(4)) }, ({ a, q }, m) =>
        statements(m, count, a, (value) => q.set(value)),
      );
      const freeze = vi.spyOn(Object, "freeze");
      try {
        const circuit = elaborate(probe, {});
        const made = freeze.mock.calls.length;
        return [made, emitVerilog(circuit).text.length];
      } finally {
        freeze.mockRestore();
      }
    };
    for (const statements of [chained, apart]) {
      const [few, many] = [work(statements, 200), work(statements, 1600)];
      for (const [i, amount] of many.entries()) expect(amount / few[i]).toBeLessThan(9);
    }
  });
});
