import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { drawOperation } from "../sw-model/ese/fixture.ts";
import { eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { esePoints } from "../testbench/cases/ese-points.ts";
import { crossCheck } from "../testbench/crosscheck.ts";
import { designOf } from "../testbench/design.ts";
import { driveEseWith } from "../testbench/drivers/ese.ts";
import { startSimulation } from "../testbench/engine.ts";
import { check } from "./check.ts";
import { eseGenerator } from "./ese.ts";
import { generate } from "./generate.ts";

async function checked(sets: readonly string[], engine: string, cases: number, seed: number) {
  const given = resolveParameters(eseSpec, { sets });
  const report = await check(eseGenerator, given, { engine, cases, seed, reproduce: `ese ${sets.join(" ")}` });
  expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
  expect(report.compared).toBeGreaterThan(0);
}

describe("RTL equals golden model in results and cycles", () => {
  const samples = fc.sample(esePoints, { numRuns: 40, seed: 1612 });
  it.each(samples.map((sets, i) => [i, JSON.stringify(sets)] as const))("random array %i: %s", async (i, text) => {
    const sets = Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}=${value}`);
    await checked(sets, "wasm", 25, i);
    if (i % 8 === 0) await checked(sets, "icarus", 2, i);
  });

  // A model of 32 in C++ takes half a minute to compile, without showing more than one of 3.
  it("of 32 PEs, and of 3 in Verilator, with everything", async () => {
    const sets = ["peephole=true", "projection=20", "channels=2"];
    await checked(["pes=32", ...sets], "wasm", 30, 32);
    await checked(["pes=3", ...sets], "verilator", 30, 32);
  });

  it("of 32 PEs, and of 3 in Verilator, with a GRU of three layers", async () => {
    const sets = ["cell=gru", "layers=3", "channels=2", "weights=stream"];
    await checked(["pes=32", ...sets], "wasm", 30, 33);
    await checked(["pes=3", ...sets], "verilator", 30, 33);
  });

  it("in memories that hold next to nothing", async () => {
    const sets = ["rowDepth=4", "inputDepth=1", "columnDepth=5", "entryDepth=9", "blocks=1", "pes=3"];
    await checked(sets, "wasm", 200, 5);
  });
});

it("carries the state over hundreds of steps, on any number of PEs", async () => {
  const random = new Random(16);
  const drawing = {
    ...{ inputs: 13, cells: 24, steps: 300, density: 0.3 },
    largest: { x: 2 ** 13, weight: 1500, bias: 2 ** 12, c: 2 ** 13, y: 2 ** 12 },
  };
  for (const sets of [
    ["pes=1"],
    ["pes=4", "channels=2", "peephole=true"],
    ["pes=32", "projection=9", "peephole=true"],
    ["pes=4", "cell=gru", "stateFraction=14", "channels=2"],
  ]) {
    const { parameters } = resolveParameters(eseSpec, { sets });
    const one = drawOperation(parameters, drawing, () => random.uniform());
    const sequences = Array.from({ length: parameters.channels }, (_, channel) => {
      const [{ x, state }] = one.sequences;
      return { x: channel === 0 ? x : [...x].reverse(), state };
    });
    const operation = { ...one, sequences, batched: sequences.length > 1 };
    const fitted = fitEse(parameters, new Set(), operation);
    const simulation = await startSimulation("wasm", designOf(elaborate(eseGenerator.module, fitted)));
    const { result, cycles } = await eseGenerator.drive(simulation, fitted, operation);
    await simulation.close();
    expect(result).toEqual(eseGenerator.golden(fitted, operation).result);
    expect(cycles).toBe(eseGenerator.golden(fitted, operation).cycles);
  }
});

it("gives the same results however the stream of weights hesitates", async () => {
  const { parameters: base } = resolveParameters(eseSpec, {
    sets: ["pes=4", "weights=stream", "weightQueueDepth=3", "queueDepth=2", "projection=6", "channels=2"],
  });
  const parameters = eseGenerator.cases.parameters(base, new Set());
  const simulation = await startSimulation("wasm", designOf(elaborate(eseGenerator.module, parameters)));
  const stalls = fc.record({ seed: fc.integer({ min: 1, max: 1e9 }), push: fc.nat(255), pull: fc.constant(0) });
  const cases = fc.sample(fc.tuple(eseGenerator.cases.arbitrary(parameters), stalls), { numRuns: 60, seed: 4 });
  for (const [operation, hesitation] of cases) {
    const { result, cycles } = await driveEseWith(simulation, parameters, operation, hesitation);
    const golden = eseGenerator.golden(parameters, operation);
    expect(result).toEqual(golden.result);
    expect(cycles).toBeGreaterThanOrEqual(golden.cycles);
  }
  await simulation.close();
});

it("states its formats in the manifest", async () => {
  const folder = mkdtempSync(join(tmpdir(), "whittle-ese-"));
  try {
    const { parameters } = resolveParameters(eseSpec, { preset: "small" });
    await generate(eseGenerator, parameters, folder, { positions: false });
    const { formats } = JSON.parse(readFileSync(join(folder, "ese.manifest.json"), "utf8"));
    expect(formats.signals.c).toEqual({ width: 16, fraction: 11, min: -16, max: 16 - 2 ** -11 });
    expect(formats.lookups.indexShift).toEqual({ gateSums: 8, c: 8 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("runs stacked layers over hundreds of steps, and one that is not taken is caught", async () => {
  const { parameters: base } = resolveParameters(eseSpec, { sets: ["pes=3", "layers=3", "channels=2"] });
  const parameters = eseGenerator.cases.parameters(base, new Set());
  const random = new Random(17);
  const largest = { x: 2 ** 13, weight: 1500, bias: 2 ** 12, c: 2 ** 13, y: 2 ** 12 };
  const drawn = [7, 12, 5].map((inputs, layer) => {
    const cells = [12, 5, 9][layer];
    return drawOperation(parameters, { inputs, cells, steps: 200, density: 0.4, largest }, () => random.uniform());
  });
  const [{ network, sequences }, ...rest] = drawn;
  const operation = {
    ...{ network, above: rest.map((layer) => layer.network), batched: false },
    sequences: [{ ...sequences[0], above: rest.map((layer) => layer.sequences[0].state) }],
  };
  const circuit = elaborate(eseGenerator.module, parameters);
  const simulation = await startSimulation("wasm", designOf(circuit));
  const { result, cycles } = await eseGenerator.drive(simulation, parameters, operation);
  await simulation.close();
  const golden = eseGenerator.golden(parameters, operation);
  expect({ result, cycles }).toEqual(golden);

  const verilog = emitVerilog(circuit);
  const short = { ...operation, sequences: [{ ...operation.sequences[0], x: sequences[0].x.slice(0, 2) }] };
  for (const [find, put] of [
    ["below ? SOURCE_OUTPUTS : source", "source"],
    ["if (firstLayer) column", "if (takeRun) column"],
    [".rewind(control_rewind)", ".rewind(control_start)"],
    ["cursor}", "cursor & 6'd1}"],
  ]) {
    expect(verilog.text).toContain(find);
    const text = verilog.text.replaceAll(find, put);
    const broken = await startSimulation("icarus", designOf(circuit, { ...verilog, text }), { timeoutMs: 60_000 });
    const outcome = await eseGenerator.drive(broken, parameters, short).catch(() => undefined);
    await broken.close();
    expect(outcome?.result).not.toEqual(eseGenerator.golden(parameters, short).result);
  }
});

type Fault = readonly [what: string, find: string, put: string];

describe.each([
  [
    "an LSTM",
    ["pes=3", "queueDepth=2", "peephole=true", "projection=4", "channels=2"],
    [
      ["the sum in flight is not seen", "if (bypass) operand <= sum;", "if (1'b0) operand <= sum;"],
      ["products with y are scaled as those with x", "operandSource == SOURCE_INPUTS", "1'b1"],
      ["relative indices run on over segments", "if (first) offset <= skip;", "if (1'b0) offset <= skip;"],
      ["sigmoid mirrors like tanh", "16'sd32768 - positive", "16'sd0 - positive"],
      [
        "sums stay after a step",
        "control_scan_clear || (control_scan_valid",
        "control_scan_clear || (1'b0 && control_scan_valid",
      ],
      ["the output gate sees the old state", "peepholeo7 * newState7", "peepholeo7 * oldState5"],
      ["a queue that blocks is not waited for", ".blocked(|{", ".blocked(1'b0 & |{"],
    ],
  ],
  [
    "a GRU",
    ["cell=gru", "pes=3", "layers=2", "stateBits=18", "stateFraction=15"],
    [
      ["the candidate's parts are one sum", "(gate == 2'd2) && (source == SOURCE_OUTPUTS)", "1'b0"],
      ["y of the layer below is taken for y", "below ? SOURCE_BELOW : source", "below ? SOURCE_OUTPUTS : source"],
      ["the reset gate is another cell's", "lookupR_value * q5", "lookupR_value * q4"],
      ["the bias of the recurrent part is not reset", "sumhr1[31], sumhr1} +", "sumhr1[31], sumhr1} + 33'sd4096 +"],
      ["the update gate is another cell's", "z10 * apart10", "z9 * apart10"],
      ["y is cut from the state", "cellOutput = rounded12;", "cellOutput = {newState12[17], newState12[17:3]};"],
    ],
  ],
  [
    "counts from outside",
    ["pes=4", "queueDepth=2", "projection=4", "counts=stream", "countWords=2", "countQueueDepth=2"],
    [
      ["a column is there with its first group", "there = countQueue_1_pop_valid", "there = countQueue_0_pop_valid"],
      ["a group has another one's counts", "counts_2 = countQueue_1_pop_data", "counts_2 = countQueue_0_pop_data"],
      ["counts do not wait for a column that is blocked", "if (counts_read) columnCounts", "columnCounts"],
      ["the first word is the last group's", "if (reset) group <= 1'b0;", "if (reset) group <= 1'b1;"],
    ],
  ],
] as const)("a fault in %s is caught", (_, sets, faults: readonly Fault[]) => {
  const { parameters: base } = resolveParameters(eseSpec, { sets });
  const parameters = eseGenerator.cases.parameters(base, new Set());
  const circuit = elaborate(eseGenerator.module, parameters);
  const verilog = emitVerilog(circuit);
  const random = fc.sample(eseGenerator.cases.arbitrary(parameters), { numRuns: 25, seed: 6 });

  async function mismatches(text: string): Promise<number> {
    const design = designOf(circuit, { ...verilog, text });
    const report = await crossCheck({
      name: "ese",
      parameters,
      start: () => startSimulation("icarus", design, { timeoutMs: 60_000 }),
      run: (simulation, operation) => eseGenerator.drive(simulation, parameters, operation),
      golden: (operation) => eseGenerator.golden(parameters, operation),
      operations: [...eseGenerator.cases.directed(parameters), ...random.map((operation) => ({ operation }))],
      seed: 6,
      reproduce: "",
    });
    return report.mismatches;
  }

  it("and none where there is none", async () => {
    expect(await mismatches(verilog.text)).toBe(0);
  });

  it.each(faults)("%s", async (_what, find, put) => {
    expect(verilog.text).toContain(find);
    expect(await mismatches(verilog.text.replaceAll(find, put))).toBeGreaterThan(0);
  });
});
