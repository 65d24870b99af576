/** Counts by instances of LUT6_2, and by pipelined counters, through every engine. */
import { expect, it } from "vitest";
import { pipelinedXnorPopcount, popcountLatency } from "../generators/popcount/popcount.ts";
import { elaborate } from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

const bits = 29;

it.each(["dual-tables", "carry-counters"] as const)("%s count the same on every engine", async (structure) => {
  const parameters = { bits, structure, levels: 2 };
  const latency = popcountLatency(parameters, 2);
  const design = designOf(elaborate(pipelinedXnorPopcount, parameters));
  const words = Array.from({ length: 300 }, (_, i) => (i * 0x9e3779b1) % 2 ** bits);
  const rows = words.map((word, i) => [1, word, words[(i * 7 + 3) % words.length]]);
  const agree = rows.map(([, a, b]) => bits - [...((a ^ b) >>> 0).toString(2)].filter((digit) => digit === "1").length);
  for (const engine of ["wasm", "icarus", "verilator"]) {
    const simulation = await startSimulation(engine, design);
    try {
      const inputs = ["enable", "activations", "weights"];
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
