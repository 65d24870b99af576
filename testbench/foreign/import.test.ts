import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bit, defineModule, elaborate, emitVerilog, input, output, sint, uint } from "../../hdl/index.ts";
import { requireTool } from "../../platform/tools.ts";
import { designOf } from "../design.ts";
import { startSimulation } from "../engine.ts";
import { failure } from "../fixtures/failure.ts";
import { writeVerilog as write } from "../fixtures/verilog-files.ts";
import { startLockstep } from "../lockstep/index.ts";
import type { Command, DesignUnderTest, EngineName, Simulation } from "../simulation.ts";
import { importVerilog } from "./import.ts";

async function within<T>(started: Promise<Simulation>, work: (simulation: Simulation) => Promise<T>): Promise<T> {
  const simulation = await started;
  try {
    return await work(simulation);
  } finally {
    await simulation.close();
  }
}

const engines = ["verilator", "icarus", "lockstep"] as const;
const start = (engine: (typeof engines)[number], design: DesignUnderTest) =>
  engine === "lockstep" ? startLockstep(design, ["verilator", "icarus"]) : startSimulation(engine, design);

const fifo = `\`include "sizes.vh"
module fifo #(parameter DEPTH = 4, parameter [8*5-1:0] LABEL = "plain")(
  input wire clk, input wire rst_n,
  input wire in_valid, output wire in_ready, input wire [\`WIDTH-1:0] in_data,
  output wire out_valid, input wire out_ready, output wire [\`WIDTH-1:0] out_data, output wire named);
  reg [\`WIDTH-1:0] words [0:DEPTH-1];
  reg [7:0] head, count;
  integer i;
  assign in_ready = count != DEPTH;
  assign out_valid = count != 0;
  assign out_data = words[head];
  assign named = LABEL == "other";
  initial for (i = 0; i < DEPTH; i = i + 1) words[i] = 0;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin head <= 0; count <= 0; end
    else begin
      if (in_valid && in_ready) words[(head + count) % DEPTH] <= in_data;
      if (out_valid && out_ready) head <= (head + 1) % DEPTH;
      count <= count + (in_valid && in_ready) - (out_valid && out_ready);
    end
endmodule
`;
const fifoFiles = () => write({ "fifo.v": fifo, "include/sizes.vh": "`ifndef WIDTH\n`define WIDTH 8\n`endif\n" });

describe.each(engines)("foreign Verilog on %s", (engine) => {
  it("a queue, with a header, a macro, parameters and an asynchronous reset", async () => {
    const [file, header] = fifoFiles();
    const design = await importVerilog([file], "fifo", {
      includeFolders: [dirname(header)],
      defines: { WIDTH: 100 },
      parameters: { DEPTH: 3, LABEL: "other" },
    });
    expect(design).toMatchObject({ clock: "clk", reset: "rst_n", resetActiveLow: true });
    expect(design.ports.map(({ name, direction, width }) => `${direction} ${name} ${width}`)).toEqual([
      ...["input in_valid 1", "output in_ready 1", "input in_data 100"],
      ...["output out_valid 1", "input out_ready 1", "output out_data 100", "output named 1"],
    ]);
    const rows = [1n, 2n ** 99n + 5n, 7n, 2n ** 64n];
    const push = { kind: "push", valid: "in_valid", ready: "in_ready", data: ["in_data"], limit: 9 } as const;
    const pull = { kind: "pull", valid: "out_valid", ready: "out_ready", data: ["out_data"], limit: 9 } as const;
    await within(start(engine, design), async (simulation) => {
      const results = await simulation.execute([
        { ...push, rows: rows.slice(0, 3).map((row) => [row]) },
        { kind: "peek", port: "in_ready" },
        { kind: "peek", port: "named" },
        { ...pull, count: 2 },
        { ...push, rows: [[rows[3]]] },
        { ...pull, count: 2 },
      ]);
      expect(results).toEqual([[], [0n], [1n], rows.slice(0, 2), [], rows.slice(2)]);
    });
  });

  it("an ALU with signed ports, without a clock, from two files", async () => {
    const files = write({
      "alu.v":
        "`timescale 1ns / 1ps\nmodule alu(input signed [5:0] a, b, input [1:0] op, output reg signed [11:0] y);\n  wire signed [11:0] p;\n  product u(a, b, p);\n  always @* case (op) 0: y = a + b; 1: y = a - b; 2: y = p; default: y = a < b ? 12'sd1 : -12'sd1; endcase\nendmodule\n",
      "product.v": "module product(input signed [5:0] a, b, output signed [11:0] p);\n  assign p = a * b;\nendmodule\n",
    });
    const ports = { a: input(sint(6)), b: input(sint(6)), op: input(uint(2)), y: output(sint(12)) };
    const design = await importVerilog(files, "alu", { ports });
    expect(design.clock).toBeUndefined();
    await within(start(engine, design), async (simulation) => {
      const signed = (bits: bigint, width: number) => BigInt.asIntN(width, bits);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(...[64, 64, 4].map((n) => fc.nat(n - 1)))), async (rows) => {
          const [values] = await simulation.execute([
            { kind: "batch", inputs: ["a", "b", "op"], rows, outputs: ["y"] },
          ]);
          const expected = rows.map(([x, y, op]) => {
            const [a, b] = [signed(BigInt(x), 6), signed(BigInt(y), 6)];
            return [a + b, a - b, a * b, a < b ? 1n : -1n][op];
          });
          expect(values.map((value) => signed(value, 12))).toEqual(expected);
        }),
        { numRuns: 20 },
      );
    });
  });
});

it("one of our own modules, read back from its Verilog, does what it does natively", async () => {
  const adder = defineModule("adder", (p: { bits: number }) => ({
    ports: { a: input(sint(p.bits)), go: input(bit), sum: output(sint(70)) },
    build({ a, go, sum }, m) {
      const total = m.reg("total", sint(70), { reset: 0 });
      m.when(go, () => total.set(total.add(a).wrap(70)));
      sum.set(total);
    },
  }));
  const native = designOf(adder, { bits: 9 });
  const files = write({ "adder.v": emitVerilog(elaborate(adder, { bits: 9 })).text });
  const foreign = await importVerilog(files, "adder", { ports: native.declared });
  const { circuit: _, verilog: __, declared: ___, ...described } = native;
  expect(foreign).toMatchObject(described);
  const program: Command[] = [
    {
      kind: "batch",
      inputs: ["a", "go"],
      rows: [...Array(40)].map((_, i) => [(i * 37) % 512, i % 3 ? 1 : 0]),
      outputs: ["sum"],
    },
  ];
  const on = (engine: EngineName, design: DesignUnderTest) =>
    within(startSimulation(engine, design), (simulation) => simulation.execute(program));
  const expected = await on("wasm", native);
  expect(expected[0].at(-1)).not.toBe(0n);
  for (const engine of ["verilator", "icarus"] as const) expect(await on(engine, foreign)).toEqual(expected);
  expect((await failure(startSimulation("wasm", foreign))).details.code).toBe("no-circuit");
});

it("a memory that is read from a file beside the source", async () => {
  const files = write({
    "rom.v":
      'module rom(input clk, input [1:0] a, output reg [7:0] q = 0);\n  reg [7:0] words [0:3];\n  initial $readmemh("rom.hex", words);\n  always @(posedge clk) q <= words[a];\nendmodule\n',
    "rom.hex": "11 22 33 44\n",
  });
  const design = await importVerilog(files.slice(0, 1), "rom");
  for (const engine of engines) {
    await within(start(engine, design), async (simulation) => {
      const program: Command[] = [
        { kind: "step", cycles: 1 },
        { kind: "poke", port: "a", value: 2 },
      ];
      expect(await simulation.execute([...program, { kind: "step", cycles: 1 }, { kind: "peek", port: "q" }])).toEqual([
        ...[[], [], []],
        [0x33n],
      ]);
    });
  }
});

describe("what cannot be imported", () => {
  const one = (text: string) => write({ "one.v": text });

  it("a syntax error, in an included file too", async () => {
    const including = (part: string) =>
      write({
        "top.v": '`include "part.vh"\nmodule top(input a, output b);\n  assign b = a a;\nendmodule\n',
        "part.vh": part,
      });
    const [file] = including("// Nothing.\n");
    const inTop = await failure(importVerilog([file], "top"));
    expect(inTop.details).toMatchObject({ code: "verilog-rejected", where: `${file}:3` });
    expect(inTop.message).toMatch(/:3: syntax error/);
    const [outer, header] = including("\n\nmodule part(input a, output b); assign b = ; endmodule\n");
    expect((await failure(importVerilog([outer], "top"))).details.where).toBe(`${header}:3`);
  });

  it("files, includes, modules and parameters that are not there", async () => {
    const [file] = one(
      "module top #(parameter WIDTH = 2)(input [WIDTH-1:0] a, output b);\n  sub s(a[0], b);\nendmodule\n",
    );
    const missing = await failure(importVerilog([`${file}x`], "top"));
    expect(missing.details).toMatchObject({ code: "file-not-found", where: `${file}x` });
    const [includes] = one('\n`include "nowhere.vh"\nmodule top; endmodule\n');
    expect((await failure(importVerilog([includes], "top"))).message).toMatch(/nowhere\.vh/);
    const [inner] = [await failure(importVerilog([file], "top"))];
    expect(inner.details).toMatchObject({ code: "verilog-rejected" });
    expect(inner.details).toMatchObject({ where: `${file}:2`, found: "Cannot find module 'sub'" });
    expect((await failure(importVerilog([file], "Top"))).details).toMatchObject({
      code: "unknown-module",
      expected: `one of top (${file}:1)`,
      hint: "did you mean top?",
    });
    const [whole] = one(
      "module top #(parameter WIDTH = 2)(input [WIDTH-1:0] a, output b);\n  assign b = ^a;\nendmodule\n",
    );
    expect((await failure(importVerilog([whole], "top", { parameters: { WIDHT: 3 } }))).details).toMatchObject({
      code: "unknown-parameter",
      where: `${whole}:1`,
      expected: "one of WIDTH",
      hint: "did you mean WIDTH?",
    });
  });

  it("ports of both directions, or with names that only Verilog can write", async () => {
    const [pad] = one("module pad(\n  input oe,\n  inout wire pin);\n  assign pin = oe ? 1'b1 : 1'bz;\nendmodule\n");
    const error = await failure(importVerilog([pad], "pad"));
    expect(error.details).toMatchObject({ code: "inout-port", found: "inout pin" });
    expect(error.details.where).toMatch(/one\.v:3$/);
    const [escaped] = one("module odd(input \\a+b , output c);\n  assign c = \\a+b ;\nendmodule\n");
    expect((await failure(importVerilog([escaped], "odd"))).details.code).toBe("odd-port-name");
  });

  it("a clock that nobody can find, or one of several", async () => {
    const text = "module top(input tick, input d, output reg q);\n  always @(posedge tick) q <= d;\nendmodule\n";
    const error = await failure(importVerilog(one(text), "top"));
    expect(error.details).toMatchObject({ code: "which-clock", found: "tick, d" });
    const design = await importVerilog(one(text), "top", { clock: "tick" });
    expect(design.clock).toBe("tick");
    expect(design.ports.map(({ name }) => name)).toEqual(["d", "q"]);
    const two =
      "module top(input clk, aclk, d, output reg q, r);\n  always @(posedge clk) q <= d;\n  always @(posedge aclk) r <= d;\nendmodule\n";
    expect((await failure(importVerilog(one(two), "top"))).details.found).toBe("clk, aclk");
    const both = await importVerilog(one(two), "top", { clocks: ["clk", "aclk"] });
    expect(both).toMatchObject({ clocks: ["clk", "aclk"] });
    expect(both.ports).toHaveLength(5);
    const none = await failure(importVerilog(one(two), "top", { clock: "click" }));
    expect(none.details).toMatchObject({ code: "unknown-port", found: "click" });
    const resets =
      "module top(input clk, rst, arst_n, d, output reg q);\n  always @(posedge clk) q <= d & rst & arst_n;\nendmodule\n";
    expect((await failure(importVerilog(one(resets), "top"))).details.found).toBe("rst, arst_n");
    expect((await importVerilog(one(resets), "top", { reset: null })).ports).toHaveLength(4);
  });

  it("ports that are not as declared", async () => {
    const text = "module top(input [3:0] a, output b);\n  assign b = ^a;\nendmodule\n";
    const ports = { a: input(uint(5)), b: output(bit) };
    expect((await failure(importVerilog(one(text), "top", { ports }))).details).toMatchObject({
      code: "ports-differ",
      expected: "input [4:0] a",
      found: "input [3:0] a",
    });
  });

  it.each([
    [
      "verilator",
      "primitive p(o, a); output o; input a;\n  table\n    1 : 0; 0 : 1;\n  endtable\nendprimitive\nmodule top(input a, output b);\n  p u(b, a);\nendmodule\n",
      2,
    ],
    [
      "icarus",
      "module top(input a, output reg b);\n  always @* begin\n    reg c;\n    c = a; b = c;\n  end\nendmodule\n",
      4,
    ],
  ] as const)("what only %s minds, with the user's file and line", async (engine, text, line) => {
    const [file] = one(text);
    const design = await importVerilog([file], "top");
    const error = await failure(startSimulation(engine, design));
    expect(error.details.code).toBe("build-failed");
    expect(error.details.found).toContain(`${file.replaceAll(" ", "%20")}:${line}`);
  });

  it("lists of no files, folders, and SystemVerilog", async () => {
    expect((await failure(importVerilog([], "top"))).details).toMatchObject({ code: "no-files", found: "none" });
    const [file] = one(
      "typedef struct packed { logic a; logic b; } pair;\nmodule top(input pair p, output q);\nendmodule\n",
    );
    const inFolder = await failure(importVerilog([dirname(file)], "top"));
    expect(inFolder.details).toMatchObject({ code: "file-unreadable", where: dirname(file), found: "a folder" });
    const newer = await failure(importVerilog([file], "top"));
    expect(newer.details).toMatchObject({ code: "verilog-rejected", where: `${file}:1` });
    expect(newer.details.hint).toMatch(/this is SystemVerilog/);
  });

  it.each([
    [{ W: 1.5 }, "a whole number of 32 bits with sign", undefined],
    [{ W: 2 ** 31 }, "a whole number of 32 bits with sign", "write 2147483648n for a wider one"],
    [{ W: { width: 4, value: 16n } }, "a bigint from 0 to 2^4 - 1", "BigInt.asUintN(width, value) gives its bits"],
    [{ W: null as unknown as number }, "a number, a bigint, a text or { width, value: bigint }", undefined],
  ])("parameters that are none: %o", async (parameters, expected, hint) => {
    const [file] = one("module top #(parameter W = 2)(input [W-1:0] a, output b);\n  assign b = ^a;\nendmodule\n");
    const { details } = await failure(importVerilog([file], "top", { parameters }));
    expect(details).toMatchObject({ code: "bad-parameter", where: "top.W", expected });
    expect(details.hint).toBe(hint);
  });
});

it("without Verilator, Yosys reads what can be synthesized, and says what it cannot read", async () => {
  const [file] = write({
    "two words.v":
      "module top(input clk, input [6:0] d, output reg [6:0] q);\n  always @(posedge clk) q <= d;\nendmodule\n",
  });
  const [other] = write({ "other.v": "module top(input a, output b);\n  real r;\n  assign b = a;\nendmodule\n" });
  const withVerilator = await importVerilog([file], "top");
  const path = process.env.PATH;
  const tools = mkdtempSync(join(tmpdir(), "whittle-tools-"));
  symlinkSync(requireTool("yosys"), join(tools, "yosys"));
  process.env.PATH = tools;
  try {
    expect(await importVerilog([file], "top")).toEqual(withVerilator);
    const { details } = await failure(importVerilog([other], "top"));
    expect(details).toMatchObject({ code: "verilog-rejected", where: `${other}:2` });
    expect(details.hint).toMatch(/Verilator on PATH reads more/);
    expect((await failure(importVerilog([file], "tip"))).details).toMatchObject({ code: "unknown-module" });
    expect((await failure(importVerilog([file], "top", { parameters: { W: 1 } }))).details).toMatchObject({
      code: "unknown-parameter",
      where: `${file}:1`,
      expected: "no parameter",
    });
  } finally {
    process.env.PATH = path;
  }
});
