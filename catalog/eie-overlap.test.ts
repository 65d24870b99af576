import fc from "fast-check";
import { expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { type Entry, fromEntries } from "../sw-model/eie/sparse.ts";
import { type EieParameters, eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { type NetworkCase, networkCase } from "../testbench/cases/eie-network.ts";
import { crossCheck } from "../testbench/crosscheck.ts";
import { designOf } from "../testbench/design.ts";
import { EieHost } from "../testbench/drivers/eie-host.ts";
import { startSimulation } from "../testbench/engine.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { eieGenerator } from "./eie.ts";
import { eieChains } from "./eie-chains.ts";

const chains = eieChains((parameters) => new EieHost(parameters));

/** A layer of 40 rows of results, and one that is through with the first of them before the others are written back. */
function quick({ pes }: EieParameters): NetworkCase {
  const layer = (rows: number, entries: readonly Entry[]) => {
    const matrix = fromEntries(rows, pes + 1, entries);
    return { matrix, codebook: [0, 1], relu: false, skippedRows: 0, sourceRow: 0, resultRow: 0 };
  };
  return { layers: [layer(40 * pes, [[0, 0, 1]]), layer(1, [])], bias: 1, x: Array.from({ length: pes }, () => 1) };
}

// Write-back of many rows, so that the next layer's columns wait for it in the queues; layers without entries, which wait for nothing else.
it.each([
  [["pes=3", "queueDepth=1"]],
  [["pes=8", "queueDepth=3", "balance=true", "productStages=2"]],
  [["pes=12", "queueDepth=8", "activationBanks=2", "balance=true"]],
  [["pes=5", "queueDepth=2", "activationBanks=4", "productStages=2"]],
  [["pes=2", "clusterPes=1", "queueDepth=1"]],
  [["pes=9", "clusterPes=4", "queueDepth=2", "balance=true", "productStages=2"]],
  [["pes=6", "clusterPes=3", "queueDepth=4", "activationBanks=2"]],
])("layers back to back overlap as the cycle model says, %s", async (sets) => {
  const { parameters: given, explicit } = resolveParameters(eieSpec, {
    sets: ["counters=true", "layers=4", "codebooks=4", "activationDepth=64", ...sets],
  });
  const parameters = eieGenerator.cases.parameters(given, explicit);
  const tall = networkCase(parameters).filter(
    ({ layers }) => layers.length > 1 && layers[0].matrix.rows > 4 * parameters.pes * parameters.activationBanks,
  );
  const design = designOf(elaborate(eieGenerator.module, parameters));
  const networks = [quick(parameters), ...fc.sample(tall, { numRuns: 60, seed: 3 })];
  const { mismatches, first } = await crossCheck({
    ...{ name: design.top, parameters: {}, seed: 3, reproduce: "" },
    start: () => startSimulation("wasm", design),
    operations: networks.map((operation) => ({ operation })),
    run: (simulation: Simulation, network) => chains.run(simulation, parameters, network),
    golden: (network) => chains.golden(parameters, network),
  });
  expect({ mismatches, first }).toEqual({ mismatches: 0, first: undefined });
});
