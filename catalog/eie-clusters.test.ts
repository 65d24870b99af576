import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { chainCycles, layerCycles } from "../sw-model/eie/array-cycles.ts";
import { chainEvents } from "../sw-model/eie/counts.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { type EieOperation, matrixOf } from "../sw-model/eie/operation.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { goldenChain, networkCase } from "../testbench/cases/eie-network.ts";
import { crossCheck } from "../testbench/crosscheck.ts";
import { designOf } from "../testbench/design.ts";
import { LoadedNetwork } from "../testbench/drivers/eie.ts";
import { EieHost } from "../testbench/drivers/eie-host.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import { startSimulation } from "../testbench/engine.ts";
import { casesOf, judge, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { eieGenerator } from "./eie.ts";
import { worksOf } from "./eie-chains.ts";

const parametersOf = (sets: readonly string[]) => {
  const { parameters, explicit } = resolveParameters(eieSpec, { sets: [...sets] });
  return eieGenerator.cases.parameters(parameters, explicit);
};
const trialOf = (sets: readonly string[], random: number) => {
  const parameters = parametersOf(sets);
  return {
    circuit: elaborate(eieGenerator.module, parameters),
    operations: casesOf(eieGenerator.cases, parameters, random),
    run: (simulation: Simulation, one: EieOperation) => eieGenerator.drive(simulation, parameters, one),
    golden: (one: EieOperation) => eieGenerator.golden(parameters, one),
  };
};

describe("an array of clusters", () => {
  it.each([
    [["pes=2", "clusterPes=1", "queueDepth=1"]],
    [["pes=5", "clusterPes=2", "queueDepth=2", "balance=true"]],
    [["pes=12", "clusterPes=3", "queueDepth=1", "productStages=2", "indexBits=2"]],
    [["pes=16", "clusterPes=1", "queueDepth=3"]],
  ])("gives golden results in the cycles of the model, %s", async (sets) => {
    const { circuit, ...trial } = trialOf(sets, 60);
    const start = () => startSimulation("wasm", designOf(circuit));
    const about = { name: circuit.top, parameters: {}, seed: 0, reproduce: "" };
    const { mismatches, first } = await crossCheck({ ...about, start, ...trial });
    expect({ mismatches, first }).toEqual({ mismatches: 0, first: undefined });
  });

  it.each([
    [["pes=3", "clusterPes=2", "queueDepth=1"]],
    [["pes=8", "clusterPes=2", "queueDepth=1", "balance=true", "accWidth=31", "dropBits=13"]],
  ])("runs chains with a bias back to back and counts as the models do, %s", async (sets) => {
    const parameters = parametersOf(["counters=true", "layers=5", ...sets]);
    const simulation = await startSimulation("wasm", designOf(elaborate(eieGenerator.module, parameters)));
    try {
      for (const network of fc.sample(networkCase(parameters), { numRuns: 30, seed: 8 })) {
        const { layers, bias, x } = network;
        const host = new EieHost(parameters);
        const loaded = await LoadedNetwork.load(simulation, host, layers, bias);
        const { outputs, cycles } = await loaded.run(x, { everyLayer: false });
        const chain = goldenChain(parameters, network);
        expect(outputs[0]).toEqual(chain[chain.length - 1].y);
        const works = worksOf(parameters, network);
        expect(cycles).toBe(chainCycles(parameters, works).reduce((sum, layer) => sum + layer.cycles, 0));
        for (const [i, events] of chainEvents(parameters, works).entries()) {
          const [counts] = await perform(simulation, [host.counts(i)]);
          expect(counts).toMatchObject(events);
        }
      }
    } finally {
      await simulation.close();
    }
  });

  const small = trialOf(["pes=5", "clusterPes=2", "queueDepth=1", "balance=true"], 20);
  it.each([
    [
      "a broadcast that overruns a buffer",
      "wire clustersHaveRoom = room_0 && room_1 && room_2;",
      "wire clustersHaveRoom = 1'b1;",
    ],
    [
      "one that waits for one cluster alone",
      "wire clustersHaveRoom = room_0 && room_1 && room_2;",
      "wire clustersHaveRoom = room_0;",
    ],
    [
      "an end that does not wait for clusters",
      "wire pipelineIdle = !(firstValid || sentBefore || working);",
      "wire pipelineIdle = !(firstValid || sentBefore);",
    ],
    ["an end that misses a column on its way", "sentBefore <= sending;", "sentBefore <= 1'b0;"],
    ["the first cluster always first", /wire first_0_0 = [^;]*;/, "wire first_0_0 = !data_0_end;"],
    [
      "an end mark before the last nonzero",
      "nonzero_valid = ending || (scanning && lnzd_any)",
      "nonzero_valid = ending || scanDone || (scanning && lnzd_any)",
    ],
    ["columns of another cluster", /pointerBase <= [^;]*;/, "pointerBase <= scanStart_pointerBase;"],
    [
      "a layer that ends before its last row is kept",
      "else if (settling) state <= STATE_IDLE;",
      "else if (rowsEnd) state <= STATE_IDLE;",
    ],
  ])("a fault is caught: %s", async (_, from, to) => {
    expect(await judge(small, replacing(from, to))).toBe("caught");
  });
});

it("an array of up to clusterPes PEs has no cluster and takes the cycles that it took", () => {
  const operation: EieOperation = {
    ...{ rows: 8, cols: 8, codebook: [0, 1], relu: false, x: [1, 0, 1, 1, 0, 0, 1, 1] },
    entries: Array.from({ length: 8 }, (_, i) => [i, i, 1] as const),
  };
  const cycles = (sets: string[]) => {
    const parameters = parametersOf(["pes=4", ...sets]);
    const columns = encodeCsc(matrixOf(operation), parameters);
    return layerCycles(parameters, { columns, activations: operation.x, bias: false, outputs: 8 }).cycles;
  };
  expect(cycles(["clusterPes=4"])).toBe(cycles([]));
  // An edge each for the start, the buffer of the scan, the end mark, the merge, the buffer of broadcasts, the end of work, and write-back.
  expect(cycles(["clusterPes=2"])).toBe(cycles([]) + 7);
});
