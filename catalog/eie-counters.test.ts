import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { encodeCsc } from "../sw-model/eie/csc.ts";
import { eieCycles } from "../sw-model/eie/cycles.ts";
import { saturationsOf } from "../sw-model/eie/golden.ts";
import { type EieOperation, matrixOf } from "../sw-model/eie/operation.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { designOf } from "../testbench/design.ts";
import { EieHost } from "../testbench/drivers/eie.ts";
import { startSimulation } from "../testbench/engine.ts";
import { casesOf } from "../testbench/fixtures/judge.ts";
import { eieGenerator } from "./eie.ts";

// Accumulators and results so narrow that both saturate often.
const sets = ["counters=true", "pes=3", "queueDepth=1", "indexBits=2", "accWidth=34", "dropBits=14"];
const parameters = eieGenerator.cases.parameters(resolveParameters(eieSpec, { sets }).parameters, new Set());
const circuit = elaborate(eieGenerator.module, parameters);
const operations = casesOf(eieGenerator.cases, parameters, 40).map(({ operation }) => operation);

function expected(operation: EieOperation) {
  const { codebook, relu, x } = operation;
  const matrix = matrixOf(operation);
  const { cycles, entries } = eieCycles(parameters, operation);
  let padding = 0;
  for (const { codes, pointers } of encodeCsc(matrix, parameters)) {
    for (const [col, value] of x.entries()) {
      if (value !== 0) padding += codes.subarray(pointers[col], pointers[col + 1]).filter((code) => code === 0).length;
    }
  }
  return { cycles, issued: entries, padding, ...saturationsOf(parameters, { matrix, codebook, relu }, x) };
}

async function counted(engine: "wasm" | "icarus", fault: (verilog: string) => string = (verilog) => verilog) {
  const emitted = emitVerilog(circuit);
  const design = designOf(circuit, { ...emitted, text: fault(emitted.text) });
  const simulation = await startSimulation(engine, design);
  const host = new EieHost(parameters);
  const found = [];
  try {
    for (const operation of operations) {
      const { codebook, relu, x } = operation;
      await simulation.execute([
        host.loadLayers([{ matrix: matrixOf(operation), codebook, relu }]),
        host.loadActivations(x),
        ...host.run(0, 0),
      ]);
      found.push(host.countsOf(await simulation.execute(host.counts())));
    }
  } finally {
    await simulation.close();
  }
  return found;
}

describe("counters of the EIE array", () => {
  const wanted = operations.map(expected);

  it("agree with the models, and each of them counts in some operation", async () => {
    const found = await counted("wasm");
    expect(found.map(({ blocked: _, ...rest }) => rest)).toEqual(wanted);
    for (const name of ["cycles", "issued", "padding", "saturated", "clipped", "blocked"] as const) {
      expect(Math.max(...found.map((counts) => counts[name]))).toBeGreaterThan(0);
    }
    expect(found.every(({ blocked, cycles }) => blocked < cycles)).toBe(true);
  });

  it.each([
    ["padding that counts every entry", /assign padding = [^;]*;/, "assign padding = issued;"],
    ["a count that starts at one", /saturatedTotal <= 40'd0/, "saturatedTotal <= 40'd1"],
  ])("a fault is seen: %s", async (_, from, to) => {
    const found = await counted("icarus", (verilog) => {
      const broken = verilog.replace(from, to);
      expect(broken).not.toBe(verilog);
      return broken;
    });
    expect(found.map(({ blocked: _, ...rest }) => rest)).not.toEqual(wanted);
  });
});
