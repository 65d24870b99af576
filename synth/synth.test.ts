import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { runningChildren } from "../platform/children.ts";
import { findTool } from "../platform/tools.ts";
import { UserError } from "../sw-model/errors.ts";
import { synthesize } from "./synthesize.ts";

const counter = {
  top: "counter",
  verilog: `module counter(input clk, input rst, input en, output reg [11:0] q);
  always @(posedge clk) if (rst) q <= 0; else if (en) q <= q + 12'd1;
endmodule
`,
};

const table = {
  top: "either",
  verilog: `module either(input a, input b, output q);
  LUT6_2 #(.INIT(64'he)) cell0 (.I0(a), .I1(b), .I2(1'b0), .I3(1'b0), .I4(1'b0), .I5(1'b0), .O5(), .O6(q));
endmodule
`,
  foreign: `module LUT6_2 #(parameter [63:0] INIT = 0)(input I0, I1, I2, I3, I4, I5, output O5, O6);
  wire [63:0] contents = INIT;
  assign O5 = contents[{1'b0, I4, I3, I2, I1, I0}];
  assign O6 = contents[{I5, I4, I3, I2, I1, I0}];
endmodule
`,
};

it.each(["ice40", "gates", "xc7"])(
  "a primitive of one device is built from its Verilog for others: %s",
  async (target) => {
    const { lut, nand2 } = (await synthesize({ ...table, target })) as { lut?: number; nand2?: number };
    // An OR is one table, or a NAND and two inverters.
    expect(lut ?? nand2).toBe(target === "gates" ? 3 : 1);
  },
);

const mac = {
  top: "mac",
  verilog: `module mac(input clk, input rst, input signed [15:0] a, input signed [15:0] b, output reg signed [47:0] q);
  wire signed [31:0] product = a * b;
  always @(posedge clk) if (rst) q <= 0; else q <= q + {{16{product[31]}}, product};
endmodule
`,
};

const memories = {
  top: "pair",
  verilog: `module ram(input clk, input we, input [7:0] wa, input [15:0] d, input [7:0] ra, output reg [15:0] q);
  reg [15:0] words [0:255];
  always @(posedge clk) begin if (we) words[wa] <= d; q <= words[ra]; end
endmodule
module small(input clk, input we, input [2:0] wa, input [3:0] d, input [2:0] ra, output [3:0] q);
  reg [3:0] words [0:7];
  always @(posedge clk) if (we) words[wa] <= d;
  assign q = words[ra];
endmodule
module half(input clk, input we, input [7:0] wa, input [15:0] d, input [7:0] ra, output [15:0] q, output [3:0] s);
  ram left (.clk(clk), .we(we), .wa(wa), .d(d), .ra(ra), .q(q));
  small right (.clk(clk), .we(we), .wa(wa[2:0]), .d(d[3:0]), .ra(ra[2:0]), .q(s));
endmodule
module pair(input clk, input we, input [7:0] wa, input [15:0] d, input [7:0] ra, output [15:0] q, output [3:0] s);
  wire [15:0] q0, q1;
  wire [3:0] s0, s1;
  half first (.clk(clk), .we(we), .wa(wa), .d(d), .ra(ra), .q(q0), .s(s0));
  half second (.clk(clk), .we(we), .wa(wa), .d(~d), .ra(ra), .q(q1), .s(s1));
  assign q = q0 ^ q1;
  assign s = s0 ^ s1;
endmodule
`,
};

async function failure(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => new Error("this should have failed"),
    (error: unknown) => error,
  );
  if (error instanceof UserError) return error;
  throw error;
}

/** A library of four cells whose areas are easy to add up. */
const liberty = `library(tiny) {
  cell(BUF) { area : 1; pin(A) { direction : input; } pin(Y) { direction : output; function : "A"; } }
  cell(INV) { area : 1; pin(A) { direction : input; } pin(Y) { direction : output; function : "A'"; } }
  cell(NAND2) { area : 2; pin(A) { direction : input; } pin(B) { direction : input; }
    pin(Y) { direction : output; function : "(A*B)'"; } }
  cell(DFF) { area : 8; ff(IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin(C) { direction : input; clock : true; } pin(D) { direction : input; }
    pin(Q) { direction : output; function : "IQ"; } }
}
`;

describe.each(["system", "embedded"] as const)("%s Yosys", (yosys) => {
  it.each([
    ["xc7", { ff: 12, dsp: 0, bram: 0 }],
    ["ice40", { ff: 12, carry: 10 }],
    ["ecp5", { ff: 12, carry: 6 }],
    ["gates", { ff: 12 }],
  ])("counts the flip-flops of a counter for %s", async (target, figures) => {
    const report = await synthesize({ ...counter, target, yosys });
    expect(report).toMatchObject({ target, memoryBits: 0, ...figures });
    if (target === "gates") {
      expect(report.nand2).toBeGreaterThan(24);
      expect(report.depth).toBeGreaterThan(4);
      expect(report.lut).toBeUndefined();
    } else {
      expect(report.lut).toBeDefined();
      // The table of the lowest bit and the carry chain, of one to four bits a cell.
      expect(report.depth).toBeGreaterThanOrEqual(4);
      expect(report.depth).toBeLessThanOrEqual(12);
    }
  });

  it("maps a multiply-accumulate to one DSP block", async () => {
    const report = await synthesize({ ...mac, target: "xc7", yosys });
    expect(report).toMatchObject({ dsp: 1, lut: 0, ff: 0, lc: 0 });
  });

  it("infers block RAM and LUT RAM", async () => {
    const report = await synthesize({ ...memories, target: "xc7", yosys });
    expect(report).toMatchObject({ bram: 1, memoryBits: 2 * (4096 + 32) });
    expect(report.lutram).toBeGreaterThan(0);
    expect(report.notes).toEqual([]);
  });

  it("keeps a large memory out of the gates and counts a small one", async () => {
    const report = await synthesize({ ...memories, target: "gates", yosys });
    expect(report).toMatchObject({ ff: 64, memoryBits: 2 * (4096 + 32), blackBoxBits: 2 * 4096 });
    expect(report.cells).toMatchObject({ $__sram_256x16: 2 });
    expect(report.notes).toEqual([
      "memories of more than 2048 bits are left out as black boxes: 8192 bits; smaller ones count as flip-flops and gates",
    ]);
  });

  it("keeps smaller memories out where it is told to", async () => {
    const { blackBoxBits, ff, notes } = await synthesize({ ...memories, target: "gates", yosys, sramAboveBits: 16 });
    expect({ blackBoxBits, ff }).toEqual({ blackBoxBits: 2 * (4096 + 32), ff: 0 });
    expect(notes?.[0]).toMatch("memories of more than 16 bits");
  });

  it("takes one module of a design", async () => {
    const report = await synthesize({ ...memories, module: "small", target: "gates", yosys });
    expect(report).toMatchObject({ ff: 32, memoryBits: 32, blackBoxBits: 0, notes: [] });
  });

  it("adds up the areas of a Liberty file, compressed or not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-liberty-"));
    const plain = join(folder, "tiny.lib");
    const packed = join(folder, "tiny.lib.gz");
    writeFileSync(plain, liberty);
    writeFileSync(packed, gzipSync(liberty));
    const report = await synthesize({ ...counter, target: plain, yosys });
    const { INV = 0, NAND2 = 0, DFF = 0, ...others } = report.cells;
    expect(others).toEqual({});
    expect(report).toMatchObject({ target: "tiny.lib", ff: 12, areaUm2: INV + 2 * NAND2 + 8 * DFF });
    expect(report.nand2).toBe(Math.round(Number(report.areaUm2) / 2));
    expect(await synthesize({ ...counter, target: packed, yosys })).toEqual(report);
  });

  it("passes on what Yosys complains about", async () => {
    const verilog = counter.verilog.replace("q + 12'd1", "missing(q)");
    const error = await failure(synthesize({ ...counter, verilog, target: "gates", yosys }));
    expect(error.exitStatus).toBe(1);
    expect(error.details.code).toBe("synthesis-failed");
    expect(error.details.found).toMatch(/missing/);
  });

  it("ends a run that takes too long", async () => {
    const error = await failure(synthesize({ ...mac, top: "mac", target: "ecp5", yosys, timeoutMs: 5 }));
    expect(error.details.code).toBe("synthesis-too-long");
    expect(runningChildren()).toEqual([]);
  });
});

it.runIf(findTool("yosys"))("gives the same figures to a cell, system or embedded", async () => {
  for (const target of ["xc7", "ice40", "ecp5"]) {
    const [a, b] = await Promise.all([
      synthesize({ ...counter, target, yosys: "system" }),
      synthesize({ ...counter, target, yosys: "embedded" }),
    ]);
    for (const figure of ["lut", "ff", "carry", "dsp", "bram", "memoryBits"] as const) {
      expect(Math.abs(Number(a[figure]) - Number(b[figure])), `${target} ${figure}`).toBeLessThanOrEqual(1);
    }
  }
});

it("names what is there instead of an unknown module or target", async () => {
  const module = await failure(synthesize({ ...memories, module: "smal", target: "xc7" }));
  expect(module.exitStatus).toBe(2);
  expect(module.details).toMatchObject({
    expected: "one of ram, small, half, pair",
    hint: "did you mean small or half or ram?",
  });
  const target = await failure(synthesize({ ...memories, target: "xc8" }));
  expect(target.exitStatus).toBe(2);
  expect(target.details.hint).toBe("did you mean xc7 or xcup or ecp5?");
  expect((await failure(synthesize({ ...memories, target: "/nowhere/x.lib" }))).details.code).toBe("bad-liberty-file");
});
