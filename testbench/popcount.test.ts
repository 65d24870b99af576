/** Counts by instances of LUT6_2, and by pipelined counters, through every engine and with faults. */
import { describe, expect, it } from "vitest";
import { type PopcountParameters, pipelinedXnorPopcount, popcountLatency } from "../generators/popcount/popcount.ts";
import { elaborate } from "../hdl/index.ts";
import { Random } from "../sw-model/random.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";
import { judge, noFault, replacing } from "./fixtures/judge.ts";
import type { Simulation } from "./simulation.ts";

const bits = 29;
const random = new Random(1);
const lanes = Array.from({ length: 300 }, () => [0, 1].map(() => Math.floor(random.uniform() * 2 ** bits)));
const agree = lanes.map(([a, b]) => bits - [...((a ^ b) >>> 0).toString(2)].filter((digit) => digit === "1").length);
const inputs = ["enable", "activations", "weights"];

it.each(["dual-tables", "carry-counters"] as const)("%s count the same on every engine", async (structure) => {
  const parameters = { bits, structure, levels: 2 };
  const latency = popcountLatency(parameters, 2);
  const design = designOf(elaborate(pipelinedXnorPopcount, parameters));
  const rows = lanes.map((pair) => [1, ...pair]);
  for (const engine of ["wasm", "icarus", "verilator"]) {
    const simulation = await startSimulation(engine, design);
    try {
      // The registers have no reset.
      const [, counts] = await simulation.execute([
        { kind: "batch", inputs, rows: rows.slice(0, latency), outputs: [] },
        { kind: "batch", inputs, rows: rows.slice(latency), outputs: ["count"] },
      ]);
      expect(counts.map(Number), engine).toEqual(agree.slice(0, agree.length - latency));
    } finally {
      await simulation.close();
    }
  }
});

describe("a fault in a pipelined count of lanes is caught", () => {
  /** Words one after another, every third edge without enable; what is seen at each enabled edge. */
  const trialOf = (structure: PopcountParameters["structure"]) => {
    const parameters = { bits, structure, levels: 2 };
    const latency = popcountLatency(parameters, 2);
    return {
      circuit: elaborate(pipelinedXnorPopcount, parameters),
      operations: [{ operation: lanes }],
      run: async (simulation: Simulation, pairs: readonly number[][]) => {
        // While not enabled, other words stand at the inputs.
        const rows = pairs.flatMap((pair, i) =>
          i % 2 === 0
            ? [
                [1, ...pair],
                [0, i, i],
              ]
            : [[1, ...pair]],
        );
        const warm = rows.findIndex((_, i) => rows.slice(0, i).filter(([enable]) => enable === 1).length === latency);
        const [, values] = await simulation.execute([
          { kind: "batch", inputs, rows: rows.slice(0, warm), outputs: [] },
          { kind: "batch", inputs, rows: rows.slice(warm), outputs: ["count"] },
        ]);
        const result = values.map(Number).filter((_, i) => rows[warm + i][0] === 1);
        return { result, cycles: rows.length, ioCycles: 0 };
      },
      golden: () => ({ result: agree.slice(0, agree.length - latency) }),
    };
  };

  it.each([
    [
      "full-adders",
      "lanes that differ are counted",
      "agree = ~(activations ^ weights)",
      "agree = activations ^ weights",
    ],
    ["full-adders", "a carry is forgotten", /(wire weight0_0_carry) = [^;]*/, "$1 = 1'b0"],
    ["full-adders", "registers do not wait", "if (enable)", "if (1'b1)"],
    ["adders", "a carry in is forgotten", /(wire \[3:0] weight0_2_total = [^;]*?)agree\[4]/, "$11'b0"],
    ["adders", "a register is left out", "agree_stage1[0]", "agree[7]"],
    ["adders", "registers do not wait", "if (enable)", "if (1'b1)"],
    ["carry-counters", "there always is a carry in", "{addend, carryIn}", "{addend, ~carryIn}"],
    ["carry-counters", "a difference instead of a sum", "first - ~second", "first - second"],
    ["carry-counters", "registers do not wait", "if (enable)", "if (1'b1)"],
    ["dual-tables", "an entry of a table is wrong", /(o6\w* = 64'h)96696996/, "$116696996"],
    [
      "dual-tables",
      "the second halves of lanes are lost",
      "weights_stage1 <= weights",
      "weights_stage1 <= 14'd1 & weights",
    ],
    ["dual-tables", "registers do not wait", "if (enable)", "if (1'b1)"],
  ] as const)("%s: %s", async (structure, _, from, to) => {
    const trial = trialOf(structure);
    expect(await judge(trial, noFault)).toBe("equal");
    expect(await judge(trial, replacing(from, to))).toBe("caught");
  });
});
