/** Comparisons of few signed bits with negative constants, on the RTL and as Yosys makes tables of them on ice40. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { constant } from "../expression.ts";
import { concat, defineModule, elaborate, emitVerilog, input, output, sint, uint } from "../index.ts";
import type { Expression } from "../ir.ts";
import { mapItem, mapOperands } from "../walk.ts";

/** Bits that count, and bits that are compared: Yosys finds by itself that a wider value has but those. */
const widths = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [2, 12],
  [3, 9],
  [4, 6],
];
const values = (width: number) => Array.from({ length: 2 ** width }, (_, i) => i - 2 ** (width - 1));
const constants = (width: number) => values(width).filter((value) => value <= 0);

/** A bit for each constant and comparison. */
function truths(width: number, value: number): string {
  return constants(width)
    .flatMap((c) => [value < c, value <= c, value > c, value >= c])
    .map((truth) => (truth ? "1" : "0"))
    .join("");
}

const compared = defineModule("compared", ({ width, wide }: { width: number; wide: number }) => ({
  ports: { a: input(sint(width)), y: output(uint(4 * constants(width).length)) },
  build({ a, y }, m) {
    const b = m.wire("b", sint(wide));
    b.set(a.extend(wide));
    const bits = constants(width).flatMap((c) => [b.lt(c), b.le(c), b.gt(c), b.ge(c)]);
    y.set(concat(...bits));
  },
}));

/** A LUT of ice40 is a table of 16 bits: with a carry that is all there is, so the library of the device is not needed. */
const cells = `
module SB_LUT4(output O, input I0, I1, I2, I3);
  parameter [15:0] LUT_INIT = 0;
  assign O = LUT_INIT[{I3, I2, I1, I0}];
endmodule
module SB_CARRY(output CO, input I0, I1, CI);
  assign CO = (I0 & I1) | ((I0 | I1) & CI);
endmodule`;

it.each(widths)("tables of ice40 compare as the RTL does: %i bits of %i", async (width, wide) => {
  const folder = mkdtempSync(join(tmpdir(), "whittle-compared-"));
  const inThere = { cwd: folder, all: true, stdin: "ignore" } as const;
  const bits = 4 * constants(width).length;
  const bench = [
    `module bench; reg signed [${width - 1}:0] a; wire [${bits - 1}:0] y; compared dut(.a(a), .y(y));`,
    "initial begin",
    ...values(width).map((value) => `a = ${BigInt.asUintN(width, BigInt(value))}; #1; $display("%b", y);`),
    "end endmodule",
  ];
  try {
    writeFileSync(join(folder, "rtl.v"), emitVerilog(elaborate(compared, { width, wide })).text);
    writeFileSync(join(folder, "bench.v"), bench.join("\n"));
    const script = "read_verilog rtl.v; synth_ice40 -flatten -top compared; write_verilog -noattr net.v";
    await execa("yosys", ["-q", "-p", script], inThere);
    writeFileSync(join(folder, "cells.v"), cells);
    const expected = values(width).map((value) => truths(width, value));
    for (const files of [["rtl.v"], ["net.v", "cells.v"]]) {
      await execa("iverilog", ["-g2005", "-o", "bench.vvp", "bench.v", ...files], inThere);
      const { stdout } = await execa("vvp", ["-n", "bench.vvp"], inThere);
      expect(stdout.split("\n")).toEqual(expected);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each([1, 2, 3])("constants of %i bits compare with each other as what they stand for", async (width) => {
  const folder = mkdtempSync(join(tmpdir(), "whittle-compared-"));
  const circuit = elaborate(compared, { width, wide: width });
  try {
    for (const value of values(width)) {
      const known = (e: Expression): Expression =>
        e.kind === "ref" ? constant(BigInt(value), e.width, e.signed, e.at) : mapOperands(e, known);
      const modules = circuit.modules.map((module) => ({
        ...module,
        items: module.items.map((item) => mapItem(item, known)),
      }));
      writeFileSync(join(folder, "rtl.v"), emitVerilog({ ...circuit, modules }).text);
      const bits = 4 * constants(width).length;
      const bench = `module bench; wire [${bits - 1}:0] y; compared dut(.a(${width}'d0), .y(y));
        initial #1 $display("%b", y); endmodule`;
      writeFileSync(join(folder, "bench.v"), bench);
      const inThere = { cwd: folder, stdin: "ignore" } as const;
      await execa("iverilog", ["-g2005", "-o", "bench.vvp", "bench.v", "rtl.v"], inThere);
      expect((await execa("vvp", ["-n", "bench.vvp"], inThere)).stdout).toBe(truths(width, value));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
