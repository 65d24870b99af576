import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startSimulation } from "../engine.ts";
import { failure } from "../fixtures/failure.ts";
import { writeVerilog } from "../fixtures/verilog-files.ts";
import type { Command, DesignUnderTest, SimulationOptions } from "../index.ts";
import { importVerilog } from "./import.ts";

type Engine = "verilator" | "icarus";

type ImportOptions = Parameters<typeof importVerilog>[2];

const load = (text: string, options?: ImportOptions) => importVerilog(writeVerilog({ "top.v": text }), "top", options);

async function run(engine: Engine, design: DesignUnderTest, program: readonly Command[], options?: SimulationOptions) {
  const simulation = await startSimulation(engine, design, options);
  try {
    return await simulation.execute(program);
  } finally {
    await simulation.close();
  }
}

async function results(engine: Engine, text: string, program: readonly Command[], options?: ImportOptions) {
  return await run(engine, await load(text, options), program);
}

const calls = [
  ["$finish;", "$finish"],
  ["$finish(2) ;", "$finish"],
  ["$stop;", "$stop"],
  ['begin $display("$finish;"); $stop(0); end', "$stop"],
  ['$fatal(1, "no %0d more", q);', "$fatal", "no 3 more"],
  ['$error("no %0d more", q);', "$error", "no 3 more"],
] as const;

/** A counter that calls something once it is 3, which is on line 8 + `what`. */
const counter = `// What users write.
module top(input clk, input [3:0] what, output reg [7:0] q, output half);
  real level;
  initial begin q = 0; level = 0.0; $write("%0d", q); end
  always @(posedge clk) begin
    q <= q + 1;
    level = level + 0.5;
    if (q == 3) case (what)
${calls.map(([statement], i) => `      ${i + 1}: ${statement}`).join("\n")}
      default: begin $write("=%h end 5 ", q); $write("\\n=7"); $warning("w"); end
    endcase
  end
  assign half = level > 1.4;
  always @(negedge clk) $write("%0d", q);
endmodule
`;
const steps: Command[] = [
  { kind: "step", cycles: 3 },
  { kind: "peek", port: "half" },
  { kind: "step", cycles: 2 },
  { kind: "peek", port: "q" },
];

describe.each(["verilator", "icarus"] as const)("on %s", (engine) => {
  it("what ends a simulation is read, and ends it with its file and line; messages without the end of a line change no value", async () => {
    const design = await load(counter);
    expect(await run(engine, design, steps)).toEqual([[], [1n], [], [5n]]);
    for (const [i, [, call, said]] of calls.entries()) {
      const program = [{ kind: "poke", port: "what", value: i + 1 } as const, ...steps];
      const starts = engine === "verilator" && i % 2 === 0 ? [{}, { transport: "in-process" } as const] : [{}];
      for (const start of starts) {
        const error = await failure(run(engine, design, program, start));
        expect(error.details.code).toBe("design-ended");
        expect(error.details.where).toMatch(new RegExp(`top\\.v:${9 + i}$`));
        const message = `the design called ${call} at ${error.details.where}${said === undefined ? "" : `: ${said}`} `;
        expect(error.message).toContain(`${engine}: top: ${message}`);
        expect(error.exitStatus).toBe(1);
      }
    }
  });

  it("delays pass before anything is read", async () => {
    const chain = Array.from({ length: 40 }, (_, i) => `  not #(3, 5) g${i}(n[${i + 1}], n[${i}]);`).join("\n");
    const text = `module top(input clk, input [7:0] a, input s, output reg [7:0] q, output [7:0] y, output t);
  wire [40:0] n;
  assign n[0] = s;
${chain}
  assign t = n[40];
  assign #2 y = ~a;
  always @(posedge clk) q <= #1 a + y[0];
endmodule
`;
    for (const scale of engine === "icarus" ? ["", "`timescale 1ns / 1ps\n", "`timescale 10us/1ns\n"] : [""]) {
      const design = await load(scale + text);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.nat(255), fc.nat(1)), { minLength: 2 }), async (rows) => {
          const program: Command[] = [
            { kind: "batch", inputs: ["a", "s"], rows, outputs: ["y", "t"] },
            { kind: "peek", port: "q" },
          ];
          const [values, [last]] = await run(engine, design, program);
          expect(values).toEqual(rows.flatMap(([a, s]) => [BigInt(255 - a), BigInt(s)]));
          const [a] = rows.at(-1) ?? [0];
          expect(last).toBe(BigInt((a + (~a & 1)) & 255));
        }),
        { numRuns: 3 },
      );
    }
  });

  it("ticks of a femtosecond do not run out", async () => {
    const text = `\`timescale 1ns / 1fs\nmodule top(input clk, output reg [15:0] q);\n  initial q = 0;\n  always @(posedge clk) q <= q + 1;\nendmodule\n`;
    expect(
      await results(engine, text, [
        { kind: "step", cycles: 30_000 },
        { kind: "peek", port: "q" },
      ]),
    ).toEqual([[], [30_000n]]);
  });

  it("parameters of any width, with their sign", async () => {
    const text =
      "module top #(parameter N = 1, parameter [99:0] W = 0)(output [99:0] n, w, output negative);\n  assign n = N;\n  assign w = W;\n  assign negative = N < 0;\nendmodule\n";
    const wide = fc.bigInt({ min: -(2n ** 99n), max: 2n ** 99n - 1n });
    await fc.assert(
      fc.asyncProperty(fc.oneof(wide, fc.bigInt({ min: -(2n ** 33n), max: 2n ** 33n })), wide, async (n, w) => {
        const values = await results(
          engine,
          text,
          ["n", "w", "negative"].map((port) => ({ kind: "peek", port })),
          { parameters: { N: n, W: BigInt.asUintN(100, w) } },
        );
        expect(values.flat()).toEqual([BigInt.asUintN(100, n), BigInt.asUintN(100, w), n < 0n ? 1n : 0n]);
      }),
      // The same values in every run: each is a model, and models come from the cache.
      { numRuns: engine === "icarus" ? 8 : 1, seed: 1, examples: [[-(2n ** 31n) - 1n, 2n ** 99n]] },
    );
  });
});

it("a primitive of the user, which Icarus alone simulates", async () => {
  const text =
    "primitive either(o, a, b);\n  output o; input a, b;\n  table 1 ? : 1; ? 1 : 1; 0 0 : 0; endtable\nendprimitive\nmodule top(input a, b, output c);\n  either u(c, a, b);\nendmodule\n";
  const rows = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const program = [{ kind: "batch", inputs: ["a", "b"], rows, outputs: ["c"] }] as const;
  expect(await results("icarus", text, program)).toEqual([[0n, 1n, 1n, 1n]]);
  expect((await failure(results("verilator", text, program))).details.found).toMatch(/top\.v:3.*Unsupported/);
});
