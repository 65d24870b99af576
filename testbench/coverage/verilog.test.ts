import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startSimulation } from "../engine.ts";
import { writeVerilog } from "../fixtures/verilog-files.ts";
import { importVerilog } from "../foreign/import.ts";
import { type CoverageData, readCoverage } from "./data.ts";
import { CoverageDatabase } from "./database.ts";
import { lcovOf, writeCoverage } from "./folder.ts";
import { untoggled } from "./holes.ts";
import { mergeCoverage } from "./merge.ts";
import { readVerilatorData } from "./verilator-data.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-coverage-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = `module step(input clk, input rst, input [1:0] by, output reg [3:0] at);
  reg [1:0] last [0:1];
  always @(posedge clk)
    if (rst) begin
      at <= 4'd0;
    end else begin
      case (by)
        2'd0: ;
        2'd1: at <= at + 4'd1;
        default: at <= at + 4'd2;
      endcase
      last[by[0]] <= by;
    end
endmodule
`;

describe("coverage of Verilog from elsewhere", () => {
  // Verilator quotes what is beyond ASCII in the names of files.
  const written = (source: string) => writeVerilog({ "größe.v": source });
  const covered = async (values: readonly number[], source = text) => {
    const coverage = new CoverageDatabase();
    const design = await importVerilog(written(source), "step");
    const simulation = await startSimulation("verilator", design, { coverage });
    await simulation.execute([{ kind: "batch", inputs: ["by"], rows: values.map((by) => [by]), outputs: ["at"] }]);
    await simulation.close();
    return coverage.data;
  };

  it("stays on its own lines", async () => {
    const { verilog, typescript } = await covered([0, 1, 1]);
    expect(typescript).toEqual([]);
    expect(verilog.map(({ name, made }) => [name, made])).toEqual([[written(text)[0], false]]);
    expect(verilog[0].text).toBe(text);
    const cases = verilog[0].points.filter(({ what }) => what === "case");
    expect(cases.map(({ line, count }) => [text.split("\n")[line - 1].trim(), count])).toEqual([
      ["2'd0: ;", 1],
      ["2'd1: at <= at + 4'd1;", 2],
      ["default: at <= at + 4'd2;", 0],
    ]);
    // Reset is held for two edges.
    expect(verilog[0].points.find(({ what, lines }) => what !== "block" && lines.includes(5))?.count).toBe(2);
  });

  it("tells bits that never changed, in words of memories too", async () => {
    const { signals } = (await covered([2, 2, 0])).verilog[0];
    const never = Object.fromEntries(signals.map((signal) => [signal.name, untoggled(signal)]));
    expect(never.by).toEqual(["[0]"]);
    // 0 2 4
    expect(never.at).toEqual(["[3]", "[0]"]);
    expect(never.last).toContain("[1][1:0]");
    expect(never.rst).toEqual([]);
  });

  it("adds the bits of several runs up", async () => {
    const runs = [await covered([1]), await covered([2])];
    const at = (data: CoverageData) => data.verilog[0].signals.find(({ name }) => name === "at")?.bits;
    expect(runs.map(at)).toEqual([
      { "[0]": 1, "[1]": 0, "[2]": 0, "[3]": 0 },
      { "[0]": 0, "[1]": 1, "[2]": 0, "[3]": 0 },
    ]);
    expect(at(mergeCoverage(runs))).toEqual({ "[0]": 1, "[1]": 1, "[2]": 0, "[3]": 0 });
    expect(at(mergeCoverage([runs[0], runs[0]]))).toMatchObject({ "[0]": 2 });
  });

  it("is on the lines of each text, though comments differ alone", async () => {
    for (const comment of ["/* a */", "/* a\n b\n c */"]) {
      const moved = `${comment}\n${text}`;
      const { verilog } = await covered([1], moved);
      const [first] = verilog[0].points.filter(({ what }) => what === "case");
      expect(moved.split("\n")[first.line - 1]).toContain("2'd0: ;");
    }
  });

  it("goes into lcov and the page by the name of its file", async () => {
    const data = await covered([0, 1, 1]);
    expect(lcovOf(data)).toContain(`SF:${written(text)[0]}\n`);
    expect(lcovOf(data)).toContain("DA:10,0\n");
    writeCoverage(join(folder, "out"), data);
    expect(readCoverage(join(folder, "out", "coverage.json"))).toEqual(data);
  });
});

describe("data of Verilator", () => {
  const head = "# SystemC::Coverage-3\n";
  const point =
    "C '\u0001f\u0002a.v\u0001l\u00027\u0001n\u00025\u0001page\u0002v_branch/m\u0001o\u0002else\u0001S\u00028,10-12\u0001h\u0002TOP' 41\n";

  it("is read point by point", () => {
    const other = "C '\u0001f\u0002a.v\u0001l\u00027\u0001page\u0002v_user/m' 3\n";
    expect(readVerilatorData(`${head}${point}${other}# end\n`, "x.dat")).toEqual([
      { kind: "line", module: "m", file: "a.v", line: 7, column: 5, what: "else", lines: [8, 10, 11, 12], count: 41 },
    ]);
  });

  it.each([
    ["nothing", "", 1],
    ["something else", "hello\n", 1],
    ["a file that was not written whole", `${head}${point}`, 3],
    ["half a line", `${head}${point.slice(0, 30)}\n# end\n`, 2],
    ["a count that is none", `${head}${point.replace("41", "x")}# end\n`, 2],
    ["a point without a place", `${head}C '\u0001o\u0002if' 4\n# end\n`, 2],
  ])("is refused where it is %s", (_, broken, line) => {
    expect(() => readVerilatorData(broken, "x.dat")).toThrow(
      `x.dat, line ${line}: this is no coverage data of Verilator`,
    );
  });
});
