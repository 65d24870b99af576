import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { networkCase } from "../testbench/cases/eie-network.ts";
import { designOf } from "../testbench/design.ts";
import { EieAxiHost } from "../testbench/drivers/eie-axi-host.ts";
import { type EieConnection, EieHost } from "../testbench/drivers/eie-host.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import { startSimulation } from "../testbench/engine.ts";
import { eieGenerator } from "./eie.ts";
import { goldenCounts } from "./eie-chains.ts";
import { eieAxiGenerator } from "./eieaxi.ts";

// Accumulators and results so narrow that both saturate often.
const sets = ["counters=true", "pes=3", "queueDepth=1", "indexBits=2", "accWidth=31", "dropBits=13", "layers=5"];
const parameters = eieGenerator.cases.parameters(resolveParameters(eieSpec, { sets }).parameters, new Set());
/** The array by its own ports and behind AXI. */
const ways = {
  ports: { circuit: elaborate(eieGenerator.module, parameters), connect: () => new EieHost(parameters) },
  axi: { circuit: elaborate(eieAxiGenerator.module, parameters), connect: () => new EieAxiHost(parameters) },
};
const networks = fc.sample(networkCase(parameters), { numRuns: 40, seed: 8 });

/** What the array counts of each layer, all layers back to back. */
async function counted(
  way: keyof typeof ways,
  engine: string,
  fault: (verilog: string) => string = (verilog) => verilog,
) {
  const { circuit, connect } = ways[way];
  const emitted = emitVerilog(circuit);
  const design = designOf(circuit, { ...emitted, text: fault(emitted.text) });
  const simulation = await startSimulation(engine, design);
  const host: EieConnection = connect();
  const found = [];
  try {
    for (const { layers, bias, x } of networks) {
      await perform(simulation, [...host.loadLayers(layers, { activation: bias }), host.loadActivations(x)]);
      await perform(simulation, [host.run(0, layers.length - 1)]);
      found.push(
        await perform(
          simulation,
          layers.map((_, i) => host.counts(i)),
        ),
      );
    }
  } finally {
    await simulation.close();
  }
  return found;
}

describe("counters of the EIE array", () => {
  const wanted = networks.map((network) => goldenCounts(parameters, network));

  it.each([
    ["ports", "wasm"],
    ["ports", "verilator"],
    ["axi", "wasm"],
    ["axi", "icarus"],
  ] as const)("by %s agree with the models layer by layer, and each of them counts, on %s", async (way, engine) => {
    const found = await counted(way, engine);
    expect(found).toEqual(wanted);
    for (const name of Object.keys(wanted[0][0]) as (keyof (typeof found)[0][0])[]) {
      expect(Math.max(...found.flat().map((counts) => counts[name]))).toBeGreaterThan(0);
    }
  });

  it("a layer that now keeps its sums has none of the clipped results that it had before", async () => {
    const network = networks[wanted.findIndex((counts) => counts[0].clipped > 0)];
    const { layers, bias, x } = network;
    const simulation = await startSimulation("wasm", designOf(ways.ports.circuit));
    const host = new EieHost(parameters);
    const clipped: number[] = [];
    try {
      for (const hold of [false, true]) {
        const load = host.loadLayers([{ ...layers[0], hold }], { activation: bias });
        await perform(simulation, [...load, host.loadActivations(x), host.run(0, 0)]);
        const [counts] = await perform(simulation, [host.counts(0)]);
        clipped.push(counts.clipped);
      }
    } finally {
      await simulation.close();
    }
    expect(clipped[0]).toBeGreaterThan(0);
    expect(clipped[1]).toBe(0);
  });

  it.each([
    ["padding that counts every entry", /assign padding = [^;]*;/, "assign padding = issued;"],
    [
      "a count that goes on into the next layer",
      "if (restart) issuedTotal",
      "if (restart && !finishedSum) issuedTotal",
    ],
    ["counts from before the first layer", "restart = finishedSum || !countingSum;", "restart = finishedSum;"],
    ["words that a column's start does not read", /assign wordRead = [^;]*;/, "assign wordRead = readWord && !first;"],
    [
      "starved PEs counted while the last results are written back",
      /assign feeding = [^;]*;/,
      "assign feeding = computing;",
    ],
    ["a PE that is starved beside a queued column", /assign starved = [^;]*;/, "assign starved = take;"],
    ["a set under the next layer's number", /layerSum <= layerNow;/, "layerSum <= layer;"],
  ])("a fault is seen: %s", async (_, from, to) => {
    const found = await counted("ports", "icarus", (verilog) => {
      const broken = verilog.replace(from, to);
      expect(broken).not.toBe(verilog);
      return broken;
    }).catch(() => []);
    expect(found).not.toEqual(wanted);
  });
});
