import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eseRegisters } from "../generators/ese/axi-registers.ts";
import { loadSpaces } from "../generators/ese/geometry.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { layersOf } from "../sw-model/ese/operation.ts";
import { eseAxiSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { esePoints } from "../testbench/cases/ese-points.ts";
import { designOf } from "../testbench/design.ts";
import { EseHost } from "../testbench/drivers/ese.ts";
import { refused } from "../testbench/drivers/ese-axi-limits.ts";
import { EseAxiPort } from "../testbench/drivers/ese-axi-port.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import { RegisterAccess } from "../testbench/drivers/register-access.ts";
import { startSimulation } from "../testbench/engine.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { check } from "./check.ts";
import { eseAxiGenerator } from "./eseaxi.ts";
import { startGenerator } from "./execute.ts";

const given = (sets: readonly string[]) => resolveParameters(eseAxiSpec, { sets });

async function checked(sets: readonly string[], engine: string, cases: number) {
  const report = await check(eseAxiGenerator, given(sets), { engine, cases, seed: 8, reproduce: "" });
  expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
}

describe("the engine behind AXI equals its golden model in results and cycles", () => {
  it.each([
    ["wasm", 20, ["pes=1", "peephole=true"]],
    ["wasm", 20, ["pes=3", "layers=3", "channels=2", "projection=4"]],
    ["wasm", 20, ["pes=3", "cell=gru", "layers=2", "channels=2"]],
    ["wasm", 20, ["pes=5", "weights=stream", "weightQueueDepth=3", "peephole=true", "projection=6"]],
    ["wasm", 20, ["pes=6", "counts=stream", "countWords=3", "countQueueDepth=2", "layers=2"]],
    ["wasm", 10, ["pes=4", "counts=stream", "countWords=2", "weights=stream", "channels=2", "projection=6"]],
    ["icarus", 2, ["pes=2", "layers=2", "weights=stream"]],
    ["icarus", 2, ["pes=2", "layers=2", "counts=stream", "countWords=2"]],
  ])("on %s, %i cases: %s", async (engine, cases, sets) => {
    await checked(sets, engine, cases);
  });

  const samples = fc.sample(esePoints, { numRuns: 3, seed: 21 });
  it.each(samples.map((sets) => JSON.stringify(sets)))("random array: %s", async (text) => {
    await checked(
      Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}=${value}`),
      "wasm",
      8,
    );
  });
});

const stackedSets = ["pes=3", "layers=3", "channels=2", "projection=4"];
const parameters = eseAxiGenerator.cases.parameters(given(stackedSets).parameters, new Set());
const registers = new RegisterAccess(eseRegisters(parameters));
/** Of two layers at least, with results that are not all 0. */
const operation = fc
  .sample(eseAxiGenerator.cases.arbitrary(parameters), { numRuns: 60, seed: 5 })
  .filter((one) => layersOf(one).length > 1 && one.sequences[0].x.length > 1)
  .find((one) => JSON.stringify(eseAxiGenerator.golden(parameters, one).result.y).match(/[1-9]/));
if (!operation) throw new Error("no operation of two layers was drawn");
const golden = eseAxiGenerator.golden(parameters, operation);

it("gives the same results however all its streams hesitate", async () => {
  const queues = ["weightQueueDepth=3", "queueDepth=2", "countQueueDepth=1"];
  const base = given(["pes=4", "weights=stream", "counts=stream", ...queues, "projection=6", "channels=2"]);
  const streaming = eseAxiGenerator.cases.parameters(base.parameters, new Set());
  const simulation = await startGenerator(eseAxiGenerator, { ...streaming }, "wasm");
  const stalls = fc.record({ seed: fc.integer({ min: 1, max: 1e9 }), push: fc.nat(255), pull: fc.nat(230) });
  const cases = fc.sample(fc.tuple(eseAxiGenerator.cases.arbitrary(streaming), stalls), { numRuns: 20, seed: 4 });
  for (const [one, hesitation] of cases) {
    const result = await eseAxiGenerator.driveStalled?.(simulation, streaming, one, hesitation);
    expect(result).toEqual(eseAxiGenerator.golden(streaming, one).result);
  }
  await simulation.close();
});

type Writes = readonly (readonly [string, Record<string, number>])[];

/** Writes registers one after another; what the last one is answered. */
async function answer(simulation: Simulation, writes: Writes): Promise<number> {
  const replies = await simulation.execute(writes.map(([name, fields]) => registers.write(name, fields)));
  return Number(replies[replies.length - 1][1]);
}

async function statusOf(simulation: Simulation): Promise<number> {
  const [values] = await simulation.execute([registers.read("STATUS")]);
  return Number(values[values.length - 1]);
}

const whole = { INPUTS: 3, OUTPUTS: 4, CELLS: 5, OUTPUT_ROWS: 2, LAYER: 0 } as const;
const names = { INPUTS: "inputs", OUTPUTS: "outputs", CELLS: "cells", OUTPUT_ROWS: "outputRows", LAYER: "layer" };
/** A run whose registers are all right but for these. */
const runWith = (other: Partial<Record<keyof typeof whole, number>>): Writes => [
  ...Object.entries({ ...whole, ...other }).map(
    ([name, value]) => [name, { [names[name as keyof typeof names]]: value }] as const,
  ),
  ["RUN", { run: 1 }],
];

describe.each(["wasm", "icarus"])("commands on %s", (engine) => {
  it("that cannot be carried out are answered with SLVERR and change nothing", async () => {
    const simulation = await startGenerator(eseAxiGenerator, { ...parameters }, engine);
    const { result, cycles } = await eseAxiGenerator.drive(simulation, parameters, operation);
    expect({ result, cycles }).toEqual(golden);
    for (const { name: what, writes } of refused(parameters)) {
      expect([what, await answer(simulation, writes)]).toEqual([what, 2]);
      expect([what, await statusOf(simulation)]).toEqual([what, 0b0101]);
    }
    const host = new EseHost(parameters, layersOf(operation), new EseAxiPort(parameters));
    const [y] = await perform(simulation, [host.read(0, false)]);
    const { y: steps } = golden.result;
    expect([y]).toEqual((operation.batched ? steps[0] : steps).slice(-1));
    await simulation.close();
  });

  it("go layer by layer, not while one is carried out, and not amid a packet", async () => {
    const simulation = await startGenerator(eseAxiGenerator, { ...parameters }, engine);
    await eseAxiGenerator.drive(simulation, parameters, operation);
    expect(await answer(simulation, runWith({}))).toBe(0);
    expect(await answer(simulation, [["RUN", { run: 1 }]])).toBe(2);
    await simulation.execute([{ kind: "until", port: "irq", value: 1, limit: 5000 }]);
    expect(await answer(simulation, runWith({ LAYER: 1, INPUTS: 4 }))).toBe(0);
    await simulation.execute([{ kind: "until", port: "irq", value: 1, limit: 5000 }]);
    expect(await answer(simulation, [["RUN", { run: 1 }]])).toBe(2);

    const [push] = new EseAxiPort(parameters).load([[loadSpaces.inputs, 0, 0, 0, 0]]).commands;
    if (push.kind !== "push") throw new Error("packets are pushed");
    const [[header], [word]] = push.rows;
    await simulation.execute([{ ...push, rows: [[header, 0]] }]);
    expect(await answer(simulation, runWith({}))).toBe(2);
    await simulation.execute([{ ...push, rows: [[word, 1]] }]);
    expect(await answer(simulation, runWith({}))).toBe(0);
    await simulation.close();
  });

  it("drop words that have no place, and tell of them", async () => {
    const simulation = await startGenerator(eseAxiGenerator, { ...parameters }, engine);
    const last = parameters.columnDepth - 1;
    for (const words of [
      [[loadSpaces.run, 0, 0, 0, 0]],
      [[loadSpaces.counts, 3, 0, 0, 0]],
      [[loadSpaces.inputs, 0, 0, parameters.inputDepth, 0]],
      [
        [loadSpaces.counts, 0, 0, last, 0],
        [loadSpaces.counts, 0, 0, last + 1, 0],
      ],
    ] as const) {
      await perform(simulation, [new EseAxiPort(parameters).load(words)]);
      expect((await statusOf(simulation)) & 0b1010).toBe(0b1000);
      expect(await answer(simulation, [["CONTROL", { clearBadLoad: 1 }]])).toBe(0);
    }
    await simulation.execute([{ kind: "step", cycles: 200 }]);
    expect(await statusOf(simulation)).toBe(0b0001);
    const { result } = await eseAxiGenerator.drive(simulation, parameters, operation);
    expect(result).toEqual(golden.result);
    await simulation.close();
  });
});

describe("a fault in the AXI view is caught", () => {
  const circuit = elaborate(eseAxiGenerator.module, parameters);
  it.each([
    ["elements stay on one PE", /if \(lastPe\) pe <= [^;]*;/, "if (lastPe) pe <= pe;"],
    ["the channel of a packet is lost", /\bchannel <= packets[^;]*;/, "channel <= 1'b0;"],
    ["the last word is not marked", /assign m_axis_tlast = [^;]*;/, "assign m_axis_tlast = 1'b0;"],
    ["layers cannot follow one another", /layersRun <= [^;]*\+[^;]*;/, "layersRun <= 5'd0;"],
    ["cycles are not counted", "if (running && busy) cycles", "if (running && !busy) cycles"],
  ])("%s", async (_, from, to) => {
    const emitted = emitVerilog(circuit);
    const text = emitted.text.replace(from, to);
    expect(text).not.toBe(emitted.text);
    const simulation = await startSimulation("icarus", designOf(circuit, { ...emitted, text }), { timeoutMs: 60_000 });
    const twoChannels = { ...operation, batched: true, sequences: [operation.sequences[0], operation.sequences[0]] };
    const outcome = await eseAxiGenerator.drive(simulation, parameters, twoChannels).catch(() => undefined);
    const sound = eseAxiGenerator.golden(parameters, twoChannels);
    expect({ result: outcome?.result, cycles: outcome?.cycles }).not.toEqual(sound);
    await simulation.close();
  });
});
