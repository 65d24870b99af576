/** Circuits as text and back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../elaborate.ts";
import { HdlError } from "../errors.ts";
import { comparable } from "../fixtures/comparable.ts";
import { randomCircuit } from "../fixtures/random-circuit.ts";
import { defineModule } from "../module/definition.ts";
import { input, output } from "../ports.ts";
import { bit, enumOf, uint } from "../types.ts";
import { emitVerilog } from "../verilog/emit.ts";
import { parseCircuit } from "./parse.ts";
import { printCircuit } from "./print.ts";

const circuits = Array.from({ length: 100 }, (_, seed) =>
  randomCircuit(seed + 1, { assertions: true, blackBoxes: true, portable: seed % 8 !== 7 }),
);

const blink = defineModule("blink", () => {
  const state = enumOf("dark", "light");
  return {
    ports: { go: input(bit), lit: output(bit), count: output(uint(4)) },
    summary: 'Says "on" and off.',
    build({ go, lit, count }, m) {
      const now = m.reg("now", state, { reset: "dark" });
      const turns = m.reg("turns", uint(4), { reset: 0 });
      m.when(go, () => {
        m.when(now.eq("dark"), () => now.set("light")).otherwise(() => now.set("dark"));
        turns.set(turns.add(1).wrap(4));
      });
      lit.set(now.eq("light"));
      count.set(turns);
    },
  };
});

describe("the text of a circuit", () => {
  it("is an item a line", () => {
    expect(printCircuit(elaborate(blink, {}))).toMatchInlineSnapshot(`
      "module blink "Says \\"on\\" and off."
        input clock clock: u1
        input reset reset: u1
        input data go: u1
        output data lit: u1
        output data count: u4
        %0 = (eq:u1 now:u1 0:u1 {dark of "dark light" in state})
        reg now: u1 on clock reset reset to 0 {dark of "dark light" in state} as enum ["dark" "light"] <= (mux:u1 go:u1 (mux:u1 %0 1:u1 {light of "dark light" in state} 0:u1 {dark of "dark light" in state}) now:u1)
        reg turns: u4 on clock reset reset to 0 <= (mux:u4 go:u1 (slice 0:u4 (add:u5 (extend:u5 turns:u4) 1:u5)) turns:u4)
        drive lit: u1 = (eq:u1 now:u1 1:u1 {light of "dark light" in state})
        drive count: u4 = turns:u4
        arms
        arm "" go:u1
        arm "" (and:u1 go:u1 %0)
        arm "otherwise" (and:u1 go:u1 (not:u1 %0))
      "
    `);
  });

  it("says all of it", () => {
    for (const circuit of [...circuits, elaborate(blink, {})])
      expect(comparable(parseCircuit(printCircuit(circuit)))).toEqual(comparable(circuit));
  });

  it("is the same again after it was read", () => {
    for (const circuit of circuits) {
      const text = printCircuit(circuit);
      expect(printCircuit(parseCircuit(text))).toBe(text);
    }
  });

  it("has a place for what random circuits do not have", () => {
    const text = `module vendor_ram ""
  external RAM unmodelled parameters [DEPTH = 16 KIND = "fast" MASK = 5:u8 RATIO = 0.5] pins [address = A] source "module RAM;\\nendmodule"
  input clock clk: u1 @ fast
  input data address: u4 @ fast
  output data word: s8 @ fast

module top "What \\"it\\" does."
  input clock clk: u1
  input data in_valid: u1
  input data in_data: u4
  output data in_ready: u1
  output data q: s8
  stream input in: in_valid in_ready [in_data]
  stream inside "in.copy": in_valid in_ready [] @ slow
  inst ram: vendor_ram controls [clk = clk] domains [fast = ""] inputs [address = in_data:u4] outputs [word = ram_word:s8]
  wire half: s8 as fixed -1 9 = ram_word:s8
  drive in_ready: u1 = 1:u1
  drive q: s8 = half:s8
  cover seen: in_valid:u1 on ""
  assert known: in_valid:u1 on clk if in_valid:u1 ignores_unknown of_unknown
`;
    expect(printCircuit(parseCircuit(text))).toBe(text);
  });

  it("is the source of what was read", () => {
    const { text } = emitVerilog(parseCircuit(printCircuit(elaborate(blink, {})), "blink.circuit"));
    expect(text.match(/reg .*now.*/)?.[0]).toMatchInlineSnapshot(`"reg now; // blink.circuit:8"`);
  });

  it("stays short where a value stands in many places, and is read however deep", () => {
    const doubled = (levels: number) =>
      defineModule("doubled", () => ({
        ports: { a: input(uint(8)), q: output(uint(8)) },
        build({ a, q }) {
          let sum = a;
          for (let level = 0; level < levels; level++) sum = sum.add(sum).wrap(8).xor(a);
          q.set(sum);
        },
      }));
    const circuit = elaborate(doubled(2000), {});
    const text = printCircuit(circuit);
    expect(text.length).toBeLessThan(400_000);
    expect(comparable(parseCircuit(text))).toEqual(comparable(circuit));
  });
});

describe("a text that is no circuit", () => {
  const module = 'module m ""\n  input data a: u8\n  output data q: u8\n';
  const refusals: readonly (readonly [text: string, message: RegExp])[] = [
    ["", /goes on with the end.*expected: "module"/s],
    ["modul m", /c:1: The text of the circuit goes on with "modul"/],
    [`${module}  drive q: u8 = (plus:u8 a:u8 a:u8)`, /c:4: .*"plus".*one of not, extend/s],
    [`${module}  drive q: u8 = (add:u8 a:u8)`, /goes on with "\)".*expected: an expression/s],
    [`${module}  drive q: u8 = (add:u8 a:u8 a:u8 a:u8)`, /goes on with "a".*expected: "\)"/s],
    [`${module}  drive q: u8 = %7`, /goes on with "%7".*the number of a line before/s],
    [`${module}  drive q: u0 = a:u8`, /goes on with "u0".*a type such as u8/s],
    [`${module}  drive q: u99999999999 = a:u8`, /at most 16777216 bits/],
    [`${module}  drive q: u8 = b:u8`, /c:4: Module "m", ref: "b" is no such net/],
    [`${module}  drive q: u8 = a:u9`, /c:4: Module "m", ref: "a" is no such net/],
    [module, /c:1: Module "m": output "q" has no driver/],
    [`${module}  drive q: u8 = 256:u8`, /value beyond its width/],
    [`${module}  drive q: u8 = a:u8 \u00a7`, /has "§"/],
    [`module m "\n`, /has "\\""/],
    [`module m "\\x"`, /is no text/],
    [`${module}  drive q: u8 = ${"(not:u8 ".repeat(501)}`, /at most 500 parentheses/],
    [`${module}  read r: u8 = w[a:u8] latency 2 on c under old`, /latency of 0 or 1/],
  ];

  it("is refused, with its line and what was expected", () => {
    for (const [text, message] of refusals) {
      const refuse = () => parseCircuit(text, "c");
      expect(refuse).toThrow(message);
      expect(refuse).toThrow("[circuit-text]");
    }
  });

  it("is refused for a loop without a register", () => {
    const loop = `${module}  wire w: u8 = (not:u8 w:u8)\n  drive q: u8 = w:u8`;
    expect(() => parseCircuit(loop)).toThrow("[combinational-loop]");
  });

  it("is refused or read, whatever changed in it", () => {
    const texts = circuits.slice(0, 20).map(printCircuit);
    const words = fc.constantFrom(
      "",
      "(",
      ")",
      "[",
      "]",
      '"',
      "%0",
      "-1",
      "u1",
      "reg",
      "0:u1",
      "add",
      "module",
      "{",
      "=",
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.nat(12), words, (text, where, cut, word) => {
        const at = where % text.length;
        try {
          parseCircuit(`${text.slice(0, at)}${word}${text.slice(at + cut)}`);
        } catch (error) {
          expect(error).toBeInstanceOf(HdlError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
