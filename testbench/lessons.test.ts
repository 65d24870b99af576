/**
 * What users of other hardware languages complain about, one test a complaint: `repository#number` are public issues. Each
 * test fails where the complaint would be true of this language.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eie } from "../generators/eie/eie.ts";
import {
  type Builder,
  bit,
  defineModule,
  elaborate,
  emitVerilog,
  forked,
  HdlError,
  type Inside,
  input,
  type ModuleDefinition,
  output,
  type Ports,
  record,
  simulate,
  sint,
  sourceOf,
  stream,
  type UIntSignal,
  uint,
  verilogAt,
} from "../hdl/index.ts";
import { flatten } from "../hdl/simulator/flatten.ts";
import { compileDesign } from "../hdl/simulator/wasm/compile.ts";
import { hoistCircuit } from "../hdl/verilog/hoist.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

type None = Record<string, never>;

const parametersOfEie = resolveParameters(eieSpec, {}).parameters;

function moduleOf<const D extends Ports>(
  name: string,
  ports: D,
  build: (io: Inside<D>, m: Builder) => void,
): ModuleDefinition<None, D> {
  return defineModule(name, (_: None) => ({ ports, build }));
}

function codes(build: () => unknown): string[] {
  try {
    build();
  } catch (error) {
    if (error instanceof HdlError) return error.all.map(({ code }) => code);
    throw error;
  }
  return [];
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-lessons-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Verilator says to every file of a circuit. */
function lint(circuit: ReturnType<typeof elaborate>): string {
  const place = mkdtempSync(join(folder, "lint-"));
  const { modules, top } = emitVerilog(circuit);
  for (const { name, text } of modules) writeFileSync(join(place, `${name}.v`), text);
  const files = modules.map(({ name }) => `${name}.v`);
  const words = ["--lint-only", "-Wall", "--top-module", top, ...files];
  return execFileSync("verilator", words, { cwd: place, encoding: "utf8", stdio: "pipe" });
}

describe("lessons from other languages", () => {
  it("assignment never truncates in silence, of constants and addresses neither (chisel#1163, circt#10621, amaranth#360, simten#108)", () => {
    const wrong = moduleOf(
      "truncating",
      { a: input(uint(8)), write: input(bit), q: output(uint(4)), r: output(uint(4)), word: output(uint(8)) },
      ({ a, write, q, r, word }, m) => {
        // @ts-expect-error: the type checker sees it too
        q.set(a);
        r.set(16);
        const memory = m.mem("memory", 16, uint(8));
        memory.write({ address: a, data: 300, enable: write });
        word.set(memory.read("seen", 16));
      },
    );
    expect(codes(() => elaborate(wrong, {}))).toEqual([
      "width-mismatch",
      "literal-out-of-range",
      "literal-out-of-range",
      "width-mismatch",
      "literal-out-of-range",
    ]);
  });

  it("a register states its type; its reset value does not decide it (chisel#649)", () => {
    const untyped = moduleOf("typeless", { q: output(bit) }, ({ q }, m) => {
      q.set(true);
      // @ts-expect-error: no register without a type
      m.reg("state");
    });
    expect(codes(() => elaborate(untyped, {}))).toEqual(["wrong-argument"]);
    const stated = moduleOf("stated", { q: output(uint(9)) }, ({ q }, m) => {
      const state = m.reg("state", uint(9), { reset: 0 });
      state.set(state.addWrap(1));
      q.set(state);
    });
    expect(emitVerilog(elaborate(stated, {})).text).toContain("reg [8:0] state;");
  });

  it("names do not renumber or grow when something else is edited (firrtl#1274, chisel#535, circt#2270, litex#667, amaranth#1558, rohd#566)", () => {
    const version = (edited: boolean) =>
      moduleOf("edited", { a: input(uint(8)), b: input(uint(8)), q: output(uint(8)), r: output(uint(8)) }, (io) => {
        io.q.set(edited ? io.a.xor(io.b).and(io.a.or(15)) : io.a);
        io.r.set(io.a.mul(io.b).wrap(8).addWrap(io.b.mul(3).wrap(8)));
      });
    const names = (edited: boolean) => {
      const { text } = emitVerilog(elaborate(version(edited), {}));
      return text.match(/\br_\w+/g);
    };
    expect(names(true)).toEqual(names(false));
    expect(emitVerilog(elaborate(version(true), {})).text).not.toMatch(/\b_?[Tt]?_?\d+\b = |tmp\d|_T_/);
    /** The longest name where one expression has so many operators, and where instances stand so deep. */
    const longest = (count: number) => {
      const ports = { a: input(uint(8)), b: input(uint(8)), q: output(uint(8)) };
      const nested = moduleOf("nested", ports, ({ a, b, q }, m) => {
        const steps = Array.from({ length: count }, (_, i) => i);
        q.set(steps.reduce((x, i) => x.mul(b.xor(i)).wrap(8).addWrap(a.or(i).mul(x).wrap(8)), a));
        // Names of parts of what several lines assign are made of their operands.
        m.when(a.bit(0), () =>
          q.set(
            steps
              .reduce((x) => x.addWrap(b), a)
              .mul(b)
              .wrap(8),
          ),
        );
      });
      let deep = nested;
      for (let i = 0; i < count; i++) {
        const inner = deep;
        deep = moduleOf(`level${i}`, ports, ({ a, b, q }, m) => q.set(m.inst("inner", inner, {}, { a, b }).q));
      }
      const { text } = emitVerilog(elaborate(deep, {}));
      expect(text.split(";").length).toBeGreaterThan(count);
      return Math.max(...(text.replaceAll(/\/\/.*/g, "").match(/\w+/g) ?? []).map((name) => name.length));
    };
    expect(longest(40)).toBeLessThanOrEqual(longest(4) + 4);
  });

  it("emitted Verilog is free of lint and readable (amaranth#105, clash-compiler#139, chisel#1564, spinalhdl#94, spinalhdl#1571, OpenTPU#9)", () => {
    const circuit = elaborate(eie, parametersOfEie);
    expect(lint(circuit)).toBe("");
    const lines = emitVerilog(circuit).text.split("\n");
    const lengths = lines.map((line) => line.replace(/ \/\/ .*$/, "").length).sort((a, b) => a - b);
    expect(lengths[Math.floor(0.99 * lengths.length)]).toBeLessThan(121);
  });

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

  it("clashing names, keywords and width 0 are refused at the user's line (rohd#205, amaranth#60, amaranth#936)", () => {
    const clash = moduleOf("clash", { a: input(bit), q: output(bit) }, ({ a, q }, m) => {
      m.node("x", a);
      q.set(m.node("x", a));
    });
    const keyword = moduleOf("keyword", { a: input(bit), q: output(bit) }, ({ a, q }, m) => q.set(m.node("wire", a)));
    const inner = moduleOf("inner", { a: input(bit), q: output(bit) }, ({ a, q }) => q.set(a));
    const instance = moduleOf("clash_instance", { a: input(bit), q: output(bit) }, ({ a, q }, m) => {
      const x = m.node("x", a);
      q.set(m.inst("x", inner, {}, { a: x }).q);
    });
    const port = moduleOf("clash_port", { a: input(bit), q: output(bit) }, ({ a, q }, m) =>
      q.set(m.inst("a", inner, {}, { a }).q),
    );
    for (const module of [clash, instance, port])
      expect(
        codes(() => elaborate(module, {})),
        module.name,
      ).toEqual(["duplicate-name"]);
    expect(codes(() => elaborate(keyword, {}))).toEqual(["illegal-name"]);
    expect(codes(() => uint(0))).toEqual(["bad-width"]);
  });

  it("every object leads to its emitted name, and back to the user's line, not the library's (amaranth#1056, chisel#609, firrtl#1229, chisel#1219)", () => {
    const placed = moduleOf("placed", { a: input(uint(3)), q: output(uint(3)) }, ({ a, q }, m) => {
      const kept = m.reg("kept", uint(3));
      kept.set(a);
      q.set(kept);
    });
    const { positions, text } = emitVerilog(elaborate(placed, {}));
    const file = "testbench/lessons.test.ts";
    const source = readFileSync(new URL(import.meta.url), "utf8").split("\n");
    const verilog = text.split("\n");
    for (const [net, written, declared] of [
      ["kept", `const kept = m.reg("kept", uint(3));`, "reg [2:0] kept;"],
      ["a", `moduleOf("placed", { a: input(uint(3))`, "input wire [2:0] a,"],
    ]) {
      const at = sourceOf(positions, "placed", net);
      expect(at?.file).toBe(file);
      const line = at?.line ?? 0;
      expect(source[line - 1]).toContain(written);
      const places = verilogAt(positions, file, line).filter((place) => place.net === net);
      expect(places.map((place) => verilog[place.line - 1].trim())).toContain(`${declared} // ${file}:${line}`);
    }
    const wrong = moduleOf("wrong", { a: input(uint(3)), q: output(uint(4)) }, ({ a, q }) =>
      // @ts-expect-error: the type checker sees it too
      q.set(a),
    );
    expect(() => elaborate(wrong, {})).toThrow(/^testbench\/lessons\.test\.ts:\d+: .*\n.*q\.set\(a\)/);
    // In a function of the user's, with the lines that called it.
    const narrowed = (x: UIntSignal) => x.bits(3, 0);
    const halves = (x: UIntSignal) => {
      const low = narrowed(x);
      return low;
    };
    const through = moduleOf("through", { a: input(uint(3)), q: output(uint(4)) }, ({ a, q }) => {
      const low = halves(a);
      q.set(low);
    });
    expect(() => elaborate(through, {})).toThrow(
      /x\.bits\(3, 0\);\n.*\^\n {2}called: {3}testbench\/lessons.*\n.*const low = narrowed\(x\);\n.*\^\n {2}called: {3}.*\n.*const low = halves\(a\);/,
    );
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

  it("a lookup table is a ROM, not a chain of choices (chisel#1456, chisel#983)", () => {
    const words = Array.from({ length: 256 }, (_, i) => (i * i) % 251);
    const table = moduleOf("squaring", { a: input(uint(8)), q: output(uint(8)) }, ({ a, q }, m) =>
      q.set(m.rom("squares", uint(8), words).read("square", a)),
    );
    const { text } = emitVerilog(elaborate(table, {}));
    expect(text).toContain("assign square = squares[a];");
    expect(text).not.toContain("?");
    expect(text.split("\n").length).toBeLessThan(words.length + 20);
    const dut = simulate(table, {});
    dut.in.a = 77;
    expect(dut.out.q).toBe(words[77]);
  });

  it("what a read of a word being written gives must be stated (amaranth#216, amaranth#1589, amaranth#899, firrtl#1021, spinalhdl#1634, spinalhdl#1392)", () => {
    // What synthesis makes of every template is in synth/memories.test.ts, what each does in testbench/memories.test.ts.
    const ports = { enable: input(bit), address: input(uint(3)), data: input(uint(4)), q: output(uint(4)) };
    const unstated = moduleOf("unstated", ports, ({ enable, address, data, q }, m) => {
      const words = m.mem("words", 8, uint(4));
      words.write({ address, data, enable });
      // @ts-expect-error: no clocked read without a word on read-under-write
      q.set(words.readClocked("word", { address, enable }));
    });
    expect(codes(() => elaborate(unstated, {}))).toEqual(["memory-shape"]);
  });

  it("one reset policy; reset value and power-up value are two words (firrtl#1376, amaranth#1140, chisel#4567)", () => {
    const both = moduleOf("both", { a: input(uint(8)), q: output(uint(8)), r: output(uint(8)) }, (io, m) => {
      const [reset, free] = [m.reg("withReset", uint(8), { reset: 5 }), m.reg("without", uint(8))];
      reset.set(io.a);
      m.when(io.a.eq(9), () => free.set(io.a));
      io.q.set(reset);
      io.r.set(free);
    });
    const { text } = emitVerilog(elaborate(both, {}));
    expect(text.match(/if \(reset\)/g)).toHaveLength(1);
    expect(text).not.toContain("initial");
    const powerUps = [1, 2, 3, 4].map((seed) => {
      const dut = simulate(both, {}, { seed });
      dut.in.a = 0;
      dut.reset();
      return { q: dut.out.q, r: dut.out.r };
    });
    expect(new Set(powerUps.map(({ q }) => q))).toEqual(new Set([5]));
    expect(new Set(powerUps.map(({ r }) => r)).size).toBeGreaterThan(1);
  });

  it("combinational loops are told as a path of the user's lines, bit by bit (firrtl#1203, spinalhdl#231, veryl#3310)", () => {
    const real = moduleOf("looping", { a: input(bit), q: output(bit) }, ({ a, q }, m) => {
      const [x, y] = [m.wire("x", bit), m.wire("y", bit)];
      x.set(y.and(a));
      y.set(x.not());
      q.set(x);
    });
    expect(() => elaborate(real, {})).toThrow(/x\.set\(y\.and\(a\)\)[\s\S]*y\.set\(x\.not\(\)\)/);
    const chain = moduleOf("chain", { a: input(uint(4)), q: output(uint(4)) }, ({ a, q }, m) => {
      const carry = m.wire("carry", uint(5));
      carry.setBit(0, false);
      for (let i = 0; i < 4; i++) carry.setBit(i + 1, carry.bit(i).xor(a.bit(i)));
      q.set(carry.bits(4, 1));
    });
    expect(codes(() => elaborate(chain, {}))).toEqual([]);
    expect(lint(elaborate(chain, {}))).toBe("");
    const dut = simulate(chain, {});
    dut.in.a = 0b1011;
    expect(dut.out.q).toBe(parityFromBelow(0b1011));
  });

  it("state that was never initialised shows: a poison mode follows it, and seeds randomise it (firrtl#2218, circt#10681)", () => {
    const forgetful = moduleOf("forgetful", { a: input(uint(4)), keep: input(bit), q: output(uint(4)) }, (io, m) => {
      const kept = m.reg("kept", uint(4));
      m.when(io.keep, () => kept.set(io.a));
      // The high bits are known whatever the register holds: no optimiser may take the rest for known too.
      io.q.set(kept.and(0b0011));
    });
    const dut = simulate(forgetful, {}, { poison: true });
    dut.in.keep = false;
    expect(dut.unknownBits("q")).toBe(0b0011n);
    expect(() => dut.out.q).toThrow(HdlError);
    dut.in.a = 9;
    dut.in.keep = true;
    dut.tick();
    expect(dut.out.q).toBe(1);
    const seen = [1, 2, 3, 4, 5, 6].map((seed) => simulate(forgetful, {}, { seed }).out.q);
    expect(new Set(seen).size).toBeGreaterThan(1);
  });

  it("a stream fork does not make valid wait for ready, and nothing may (spinalhdl#1514)", () => {
    const split = moduleOf(
      "split",
      { words: input(stream(uint(8))), left: output(stream(uint(8))), right: output(stream(uint(8))) },
      ({ words, left, right }, m) => {
        const [a, b] = forked(m, "fork", words, 2);
        for (const [sink, source] of [[left, a] as const, [right, b] as const]) {
          sink.valid.set(source.valid);
          sink.data.set(source.data);
          source.ready.set(sink.ready);
        }
      },
    );
    const dut = simulate(split, {});
    dut.reset();
    dut.in.words = { valid: true, data: 7 };
    // Neither side is ready, and both are offered the word; one side alone can take it.
    expect([dut.out.left.valid, dut.out.right.valid]).toEqual([true, true]);
    dut.in.left.ready = true;
    dut.tick();
    expect([dut.out.left.valid, dut.out.right.valid]).toEqual([false, true]);
    const waiting = moduleOf("waiting", { q: output(stream(bit)) }, ({ q }) => {
      q.valid.set(q.ready);
      q.data.set(true);
    });
    expect(codes(() => elaborate(waiting, {}))).toEqual(["valid-waits-for-ready"]);
    // The fork of the complaint: each side is offered the word only when the other one is ready.
    const naive = moduleOf(
      "naive",
      { x: input(stream(bit)), y: output(stream(bit)), z: output(stream(bit)) },
      ({ x, y, z }) => {
        y.valid.set(x.valid.and(z.ready));
        z.valid.set(x.valid.and(y.ready));
        x.ready.set(y.ready.and(z.ready));
        y.data.set(x.data);
        z.data.set(x.data);
      },
    );
    expect(codes(() => elaborate(naive, {}))).toEqual(["valid-waits-for-ready", "valid-waits-for-ready"]);
  });

  it("dedup goes by module and parameters, not by names (chisel#237, circt#4851, firrtl#2168)", () => {
    const gain = (by: number) =>
      defineModule("gain", ({ width }: { width: number }) => ({
        ports: { a: input(uint(width)), q: output(uint(width)) },
        build: ({ a, q }) => q.set(a.addWrap(by)),
      }));
    const [one, two] = [gain(1), gain(2)];
    const user = (second: typeof one) =>
      moduleOf("user", { a: input(uint(4)), q: output(uint(4)), r: output(uint(4)) }, ({ a, q, r }, m) => {
        q.set(m.inst("first", one, { width: 4 }, { a }).q);
        r.set(m.inst("second", second, { width: 4 }, { a }).q);
      });
    expect(elaborate(user(one), {}).modules.map(({ name }) => name)).toEqual(["gain_width4", "user"]);
    // The same name and parameters with other contents are two modules, and never taken for one.
    expect(codes(() => elaborate(user(two), {}))).toEqual(["duplicate-name"]);
  });

  it("the test bench is typed by the ports (cocotb#4504)", () => {
    const typed = moduleOf(
      "typed",
      { pair: input(record({ a: sint(4), b: bit })), q: output(sint(4)), r: output(bit) },
      ({ pair, q, r }) => {
        q.set(pair.a);
        r.set(pair.b);
      },
    );
    const dut = simulate(typed, {});
    dut.in.pair = { a: -3, b: false };
    const value: number = dut.out.q;
    expect(value).toBe(-3);
    // @ts-expect-error: no such port
    expect(() => dut.in.pears).toThrow(HdlError);
    expect(() => Object.assign(dut.out, { q: 1 })).toThrow();
    // @ts-expect-error: not a number
    const wrong: typeof dut.in.pair = { a: "three", b: false };
    expect(() => Object.assign(dut.in, { pair: wrong })).toThrow(HdlError);
  });

  it("internals can be peeked under the names of the Verilog (hardcaml#14, rohd#572)", () => {
    const parameters = { ...parametersOfEie, pes: 2 };
    const dut = simulate(eie, parameters);
    const { modules, top } = emitVerilog(dut.circuit);
    const texts = new Map(modules.map(({ name, text }) => [name, text]));
    const paths: string[] = [];
    const visit = (module: string, prefix: string): void => {
      const text = texts.get(module) ?? "";
      for (const [, net] of text.matchAll(/^ {2}(?:wire|reg) (?:signed )?(?:\[\d+:0\] )?(\w+)(?:;| = )/gm)) {
        if (net.startsWith("unused_")) continue;
        expect(typeof dut.peek(prefix + net)).toMatch(/number|bigint/);
        paths.push(prefix + net);
      }
      for (const [, child, instance] of text.matchAll(/^ {2}(\w+) (\w+) \( ?(?:\/\/.*)?$/gm))
        if (texts.has(child)) visit(child, `${prefix}${instance}.`);
    };
    visit(top, "");
    expect(paths.length).toBeGreaterThan(200);
    // So are they called in a viewer of waves, in the instances that they are in.
    const trace = dut.trace(paths);
    dut.tick();
    expect(netsOfDump(trace.vcd()).sort()).toEqual(paths.map((path) => `${top}.${path}`).sort());
  });
});

/** The nets that a value change dump declares, with the scopes around them. */
function netsOfDump(dump: string): string[] {
  const scopes: string[] = [];
  return dump.split("\n").flatMap((line) => {
    const [word, , name, , net] = line.split(" ");
    if (word === "$scope") scopes.push(name);
    if (word === "$upscope") scopes.pop();
    return word === "$var" ? [[...scopes, net].join(".")] : [];
  });
}

function parityFromBelow(word: number): number {
  let [parity, result] = [0, 0];
  for (let i = 0; i < 4; i++) {
    parity ^= (word >> i) & 1;
    result |= parity << i;
  }
  return result;
}
