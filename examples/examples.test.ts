import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Circuit, elaborate, emitVerilog } from "../hdl/index.ts";
import { designOf } from "../testbench/design.ts";
import { startSimulation } from "../testbench/engine.ts";
import type { Command } from "../testbench/simulation.ts";
import { alu, operation } from "./alu.ts";
import { complexMac } from "./complex-mac.ts";
import { histogram } from "./histogram.ts";
import { mac } from "./mac.ts";
import { sender } from "./sender.ts";
import { vote } from "./vote.ts";

async function run(circuit: Circuit, commands: readonly Command[]): Promise<number[][]> {
  const simulation = await startSimulation("icarus", designOf(circuit));
  try {
    return (await simulation.execute(commands)).map((values) => values.map(Number));
  } finally {
    await simulation.close();
  }
}

describe("the examples do what they say", () => {
  it("mac adds products, stops at the limit and clears", async () => {
    const rows = [
      [0, 1, 3, 5],
      [0, 0, 3, 5],
      [0, 1, 0xff, 2],
      [0, 1, 100, 100],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ];
    const [sums] = await run(elaborate(mac, { width: 8, accWidth: 12 }), [
      { kind: "batch", inputs: ["clear", "enable", "a", "b"], rows, outputs: ["sum"] },
    ]);
    expect(sums).toEqual([0, 15, 15, 13, 2047, 0]);
  });

  it("complex mac keeps the parts apart and shares the module", async () => {
    const circuit = elaborate(complexMac, { width: 8, accWidth: 20 });
    expect(circuit.modules.map(({ name }) => name)).toEqual(["mac", "complex_mac"]);
    const rows = [
      [1, 2, 3, 4],
      [1, 5, 6, 7],
      [0, 0, 0, 0],
    ];
    const [sums] = await run(circuit, [
      {
        kind: "batch",
        inputs: ["enable", "value_re", "value_im", "factor"],
        rows,
        outputs: ["sum_re", "sum_im"],
      },
    ]);
    expect(sums.slice(-2)).toEqual([2 * 4 + 5 * 7, 3 * 4 + 6 * 7]);
  });

  it("histogram counts", async () => {
    const samples = [1, 3, 3, 2, 3];
    const results = await run(elaborate(histogram, { bins: 4, countBits: 8 }), [
      { kind: "poke", port: "clear", value: 1 },
      { kind: "step", cycles: 4 },
      { kind: "poke", port: "clear", value: 0 },
      {
        kind: "push",
        valid: "sample_valid",
        ready: "sample_ready",
        data: ["sample_data"],
        rows: samples.map((sample) => [sample]),
        limit: 10,
      },
      { kind: "batch", inputs: ["bin"], rows: [[0], [1], [2], [3]], outputs: ["count"] },
    ]);
    expect(results.at(-1)).toEqual([0, 1, 1, 3]);
  });

  it("alu does what the operation says, and names it in Verilog", async () => {
    const circuit = elaborate(alu, { width: 8 });
    const rows = operation.values.map((_, i) => [i, 12, 10]);
    const [results] = await run(circuit, [
      { kind: "batch", inputs: ["operation", "a", "b"], rows, outputs: ["result"] },
    ]);
    expect(results).toEqual([22, 2, 8, 12]);
    expect(emitVerilog(circuit).text).toContain("(operation == OPERATION_SUBTRACT) ? a - b :");
  });

  it("vote counts, finds the first and takes the mean; an index beyond the end means the last", async () => {
    const names = ["inFavour", "weights_0", "weights_1", "weights_2", "first", "second"];
    const rows = [
      [0b110, 10, 20, 31, 0, 1],
      [0b100, 10, 20, 31, 2, 3],
    ];
    const [values] = await run(elaborate(vote, { voters: 3, width: 5 }), [
      { kind: "batch", inputs: names, rows, outputs: ["ayes", "carried", "winner", "mean"] },
    ]);
    expect(values).toEqual([2, 1, 0b010, 15, 1, 0, 0b100, 31]);
  });

  it("sender frames each word", async () => {
    const rows = [0, ...Array.from({ length: 9 }, () => 1)].map((_, i) => [i === 0 ? 1 : 0, 0b1011]);
    const [values] = await run(elaborate(sender, { bits: 4 }), [
      { kind: "batch", inputs: ["word_valid", "word_data"], rows, outputs: ["line", "idle"] },
    ]);
    const every = (from: number) => values.filter((_, i) => i % 2 === from);
    expect(every(0)).toEqual([1, 0, 1, 1, 0, 1, 1, 1, 1, 1]);
    expect(every(1)).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  });
});

it("the README shows mac as it is, and the Verilog that it becomes", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  const source = readFileSync(join(import.meta.dirname, "mac.ts"), "utf8");
  expect(readme).toContain(source.slice(source.indexOf("/** Multiply-accumulate")));
  expect(readme).toContain(emitVerilog(elaborate(mac, { width: 8, accWidth: 32 })).text);
});
