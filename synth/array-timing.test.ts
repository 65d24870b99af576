import { describe, expect, it } from "vitest";
import { findTool } from "../platform/tools.ts";
import { longestPath } from "./array-timing.ts";
import { tinyLiberty } from "./fixtures/tiny-liberty.ts";
import type { Macro } from "./macro-library.ts";
import { sramAccessNs, sramMacro, sramsOf, wholeWords } from "./srams.ts";

it("an SRAM of 45 nm is as fast as the two that it was taken from, and slower the larger it is", () => {
  expect(sramAccessNs({ words: 64, width: 32 })).toBeCloseTo(0.207, 6);
  expect(sramAccessNs({ words: 2048, width: 39 })).toBeCloseTo(0.435, 6);
  // A third one of that library has 512 words of 64 bits and takes 0.305 ns; the line lies above it.
  expect(sramAccessNs({ words: 512, width: 64 }) / 0.305).toBeGreaterThan(1);
  expect(sramAccessNs({ words: 512, width: 64 }) / 0.305).toBeLessThan(1.12);
});

describe.skipIf(findTool("sta") === undefined)("a netlist with blocks", () => {
  const words = { words: 256, width: 16, addressBits: 8, readPorts: 1, writePorts: 1 };
  const access = sramAccessNs(words);
  const [late, passing] = [
    { name: "late", width: 1, setupNs: 0.3 },
    { name: "passing", width: 2 },
  ];
  const block: Macro = {
    ...{ name: "block", clocks: ["clock"], inputs: [late, passing], inputLoad: 1 },
    outputs: [{ name: "out", width: 1, clockNs: 0.2, through: [{ input: passing, ns: 0.4 }] }],
  };
  const library = { text: tinyLiberty, flipFlops: new Set<string>() };
  const conditions = { target: { kind: "liberty", name: "tiny", library } as const, clock: "clock", periodNs: 1 };
  /** From an SRAM by an inverter into a block that wants its input early, or through the block to a flip-flop. */
  const netlist = (early: string, through: string) => `module pair(clock, d, q);
  input clock, d;
  output q;
  wire [15:0] word;
  wire turned, out;
  sram_256x16 words (.RD_CLK(clock), .WR_CLK(clock), .RD_ADDR({ d, d, d, d, d, d, d, d }), .RD_DATA(word));
  INV gate (.A(word[3]), .Y(turned));
  block box (.clock(clock), .late(${early}), .passing({ d, ${through} }), .out(out));
  DFF last (.C(clock), .D(out), .Q(q));
endmodule
`;
  const path = (early: string, through: string) =>
    longestPath(conditions, { text: netlist(early, through), macros: [sramMacro(words), block], module: "pair" });

  it("has paths that end in a block, with what its input wants", async () => {
    const { ns, from, to } = await path("turned", "d");
    expect(ns).toBeCloseTo(access + 0.1 + 0.001 + 0.3, 2);
    expect([from, to]).toEqual(["words", "box"]);
  });

  it("has paths through a block, and from its clock", async () => {
    expect(await path("d", "word[15]")).toMatchObject({ from: "words", to: "last" });
    expect((await path("d", "word[15]")).ns).toBeCloseTo(access + 0.4 + 0.05, 2);
    expect((await path("d", "d")).ns).toBeCloseTo(0.2 + 0.05, 2);
  });
});

it("an SRAM has one write enable", () => {
  const cell = (sram: string) => `  cell $__${sram} \\m\n    connect \\RD_EN \\r\n    connect \\WR_EN \\w\n  end\n`;
  const sram = { words: 256, width: 16, addressBits: 8, readPorts: 1, writePorts: 1 };
  const text = cell("sram_256x16") + cell("sram_512x16");
  const enables = wholeWords(text, [sram]).match(/WR_EN .*/g);
  expect(enables).toEqual(["WR_EN { \\w [0] }", "WR_EN \\w"]);
  expect(sramMacro(sram).inputs.find(({ name }) => name === "WR_EN")?.width).toBe(1);
});

it("a memory that is read without a clock is no SRAM", () => {
  const memory = (clocked: number) =>
    [
      "  cell $mem_v2 \\m",
      `    parameter \\RD_CLK_ENABLE 1'${clocked}`,
      "    parameter \\SIZE 256",
      "    parameter \\WIDTH 16",
      "",
    ].join("\n");
  expect(sramsOf(memory(1))).toMatchObject([{ words: 256, width: 16 }]);
  expect(() => sramsOf(memory(0))).toThrow("read without a clock");
});
