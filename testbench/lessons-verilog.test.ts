/**
 * What users of other hardware languages complain about, one test a complaint: `repository#number` are public issues. Each
 * test fails where the complaint would be true of this language.
 * Here: names, the emitted Verilog, and what a test bench sees of it.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eie } from "../generators/eie/eie.ts";
import {
  bit,
  defineModule,
  elaborate,
  emitVerilog,
  HdlError,
  input,
  output,
  record,
  simulate,
  sint,
  sourceOf,
  type UIntSignal,
  uint,
  verilogAt,
} from "../hdl/index.ts";

import { codes, lint, moduleOf, parametersOfEie } from "./fixtures/lessons.ts";

describe("lessons from other languages", () => {
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

  it("every object leads to its emitted name, and back to the user's line, not the library's (amaranth#1056, chisel#609, firrtl#1229, chisel#1219)", () => {
    const placed = moduleOf("placed", { a: input(uint(3)), q: output(uint(3)) }, ({ a, q }, m) => {
      const kept = m.reg("kept", uint(3));
      kept.set(a);
      q.set(kept);
    });
    const { positions, text } = emitVerilog(elaborate(placed, {}));
    const file = "testbench/lessons-verilog.test.ts";
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
    expect(() => elaborate(wrong, {})).toThrow(/^testbench\/lessons-verilog\.test\.ts:\d+: .*\n.*q\.set\(a\)/);
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
