/** Many cases in one run of Icarus Verilog. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "../../platform/temporary.ts";
import { requireTool } from "../../platform/tools.ts";
import { runTool } from "../../testbench/compile.ts";
import { clocksOf, type FuzzCase, outputsOf } from "../case.ts";
import { type Trace, widthOf } from "../trace.ts";
import { designVerilog, inputBits, rowsOf, wrapperVerilog } from "./bench-verilog.ts";

export function runIcarus(cases: readonly FuzzCase[]): Promise<Trace[]> {
  return simulateVerilog(cases, (fuzzCase, prefix) => designVerilog(fuzzCase.circuit, prefix));
}

/** Runs whatever Verilog is given for each case. `libraries` are more files to read, and options for reading them. */
export async function simulateVerilog(
  cases: readonly FuzzCase[],
  verilogOf: (fuzzCase: FuzzCase, prefix: string, index: number) => string,
  libraries: readonly string[] = [],
): Promise<Trace[]> {
  const [iverilog, vvp] = [requireTool("iverilog"), requireTool("vvp")];
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-fuzz-${randomBytes(8).toString("hex")}`));
  const folder = temporary.path;
  try {
    const texts = cases.flatMap((fuzzCase, i) => {
      const prefix = `c${i}_`;
      return [verilogOf(fuzzCase, prefix, i), wrapperVerilog(fuzzCase, i, prefix), benchVerilog(fuzzCase, i)];
    });
    const benches = cases.map((_, i) => `  bench${i} b${i}();\n`).join("");
    await writeFile(join(folder, "fuzz.v"), `${texts.join("\n")}\nmodule fuzz;\n${benches}endmodule\n`);
    await Promise.all(
      cases.map((fuzzCase, i) => {
        const digits = Math.ceil(inputBits(fuzzCase) / 4);
        const rows = rowsOf(fuzzCase).map(
          ({ clocks, inputs }) => `${clocks.toString(16)}${inputs.padStart(digits, "0")}`,
        );
        return writeFile(join(folder, `rows${i}.hex`), `${rows.join("\n")}\n`);
      }),
    );
    const run = (tool: string, path: string, args: readonly string[]) =>
      runTool({ tool, path, arguments: args, folder, keptOnFailure: folder });
    await run("iverilog", iverilog, ["-g2005", "-s", "fuzz", "-o", "fuzz.vvp", "fuzz.v", ...libraries]);
    const lines = (await run("vvp", vvp, ["-n", "fuzz.vvp"])).split("\n");
    const outputs = cases.map((): string[] => []);
    for (const line of lines) {
      const found = /^case (\d+) ([0-9a-fxzXZ]+)$/.exec(line);
      if (found) outputs[Number(found[1])].push(found[2]);
    }
    return outputs.map((seen) => ({ outputs: seen }));
  } finally {
    await temporary.remove();
  }
}

/** Puts the rows of a file on the inputs one after the other, prints the outputs, and lets the clocks of the row rise. */
function benchVerilog(fuzzCase: FuzzCase, number: number): string {
  const width = inputBits(fuzzCase);
  const clocks = clocksOf(fuzzCase.circuit);
  // The clocks lie above the digits of the inputs.
  const base = 4 * Math.ceil(width / 4);
  const count = fuzzCase.cycles.length;
  return `module bench${number};
  reg [3:0] clocks;
  reg [${width - 1}:0] in;
  wire [${widthOf(outputsOf(fuzzCase.circuit)) - 1}:0] out;
  reg [${base + 3}:0] rows [0:${count - 1}];
  reg [${base + 3}:0] row;
  integer i;
  wrapper${number} dut(${clocks.map((_, i) => `.k${i}(clocks[${i}]), `).join("")}.in(in), .out(out));
  initial begin
    $readmemh("rows${number}.hex", rows);
    clocks = 0;
    in = 0;
    #1;
    for (i = 0; i < ${count}; i = i + 1) begin
      row = rows[i];
      in = row[${width - 1}:0];
      #1 $display("case ${number} %h", out);
      clocks = row[${base + 3}:${base}];
      #1 clocks = 0;
      #1;
    end
  end
endmodule
`;
}
