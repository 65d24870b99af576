/** How deep the logic between two registers of a pipelined count is, in the netlist that Yosys makes of it. */
import { describe, expect, it } from "vitest";
import { levelsWithin } from "../generators/popcount/depth.ts";
import { type PopcountParameters, pipelinedXnorPopcount } from "../generators/popcount/popcount.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { findYosys, runYosys } from "../platform/yosys.ts";

/** What maps a design to the cells of a target. */
const flows = {
  gates: (top: string) => ["read_verilog design.v", `synth -flatten -top ${top}`, "abc -g NAND", "opt_clean"],
  ice40: (top: string) => ["read_verilog design.v", `synth_ice40 -top ${top}`],
  xc7: (top: string) => [
    "read_verilog -lib +/xilinx/cells_sim.v",
    "read_verilog design.v",
    `synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -top ${top}`,
  ],
};

/** Gates and tables count one; carries, and the multiplexers and inverters inside a slice, nothing. */
const counts = /^(\$_NAND_|\$_NOT_|LUT\d(_2)?|SB_LUT4)$/;
const passes = /^(CARRY4|MUXF[78]|INV|SB_CARRY|\$_BUF_)$/;
const registers = /^(\$_S?DFFE?_.*|FD.E|SRL.*|SB_DFF.*)$/;

interface Cell {
  readonly type: string;
  readonly port_directions: Readonly<Record<string, "input" | "output">>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}

async function depthOf(p: PopcountParameters, target: keyof typeof flows): Promise<number> {
  const { text, top } = emitVerilog(elaborate(pipelinedXnorPopcount, p));
  const script = [...flows[target](top), "write_json mapped.json"].join("\n");
  const output = await runYosys(await findYosys(), script, { "design.v": text }, ["mapped.json"], 120_000);
  const { modules } = JSON.parse(output["mapped.json"]) as { modules: Record<string, { cells: Record<string, Cell> }> };
  return longest(Object.values(modules[top].cells));
}

/** Cells that count on the longest way between registers or ports. */
function longest(cells: readonly Cell[]): number {
  const ends = (cell: Cell, direction: string) =>
    Object.entries(cell.connections).flatMap(([port, bits]) => (cell.port_directions[port] === direction ? bits : []));
  const sources = new Map<number | string, Cell>();
  for (const cell of cells) {
    if (registers.test(cell.type)) continue;
    expect(cell.type).toMatch(new RegExp(`${counts.source}|${passes.source}`));
    for (const bit of ends(cell, "output")) sources.set(bit, cell);
  }
  const known = new Map<Cell, number>();
  const depth = (cell: Cell): number => {
    const before = known.get(cell);
    if (before !== undefined) return before;
    const inputs = ends(cell, "input").map((bit) => sources.get(bit));
    const deepest = Math.max(0, ...inputs.map((source) => (source ? depth(source) : 0)));
    const value = deepest + (counts.test(cell.type) ? 1 : 0);
    known.set(cell, value);
    return value;
  };
  return Math.max(0, ...[...sources.values()].map(depth));
}

describe("between two registers, a count of lanes that agree is as deep as it was asked to be", () => {
  it.each([
    ["full-adders", "gates", 64, 9],
    ["full-adders", "gates", 64, 20],
    ["full-adders", "gates", 200, 15],
    ["full-adders", "gates", 200, 26],
    ["adders", "ice40", 16, 2],
    ["adders", "ice40", 64, 1],
    ["adders", "ice40", 200, 3],
    ["carry-counters", "xc7", 64, 1],
    ["carry-counters", "xc7", 200, 2],
    ["dual-tables", "xc7", 64, 2],
    ["dual-tables", "xc7", 200, 3],
  ] as const)("%s on %s, %i lanes, %i cells", async (structure, target, bits, depth) => {
    const levels = levelsWithin(structure, depth);
    const found = await depthOf({ bits, structure, levels }, target);
    expect(found).toBeLessThanOrEqual(depth);
    // Another level would not fit.
    expect(found).toBeGreaterThan(depth - (structure === "full-adders" ? 6 : 1));
  });

  it("is refused where a level is deeper", () => {
    expect(() => levelsWithin("full-adders", 8)).toThrow(/level of full-adders is deeper than 8/);
    expect(() => levelsWithin("adders", 0)).toThrow(/deeper than 0/);
  });
});
