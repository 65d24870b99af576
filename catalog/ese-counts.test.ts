/** Counts of columns that come from outside: by a stream of their own, in every step. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { eseRegisters } from "../generators/ese/axi-registers.ts";
import { loadSpaces } from "../generators/ese/geometry.ts";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { drawOperation } from "../sw-model/ese/fixture.ts";
import type { EseOperation } from "../sw-model/ese/operation.ts";
import { type EseParameters, eseAxiSpec, eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { designOf } from "../testbench/design.ts";
import { driveEseBy, driveEseWith } from "../testbench/drivers/ese.ts";
import { EseAxiPort } from "../testbench/drivers/ese-axi-port.ts";
import { driveEseOverlapped } from "../testbench/drivers/ese-overlapped.ts";
import { type CountWord, EseOwnPort } from "../testbench/drivers/ese-port.ts";
import { perform } from "../testbench/drivers/exchange.ts";
import { RegisterAccess } from "../testbench/drivers/register-access.ts";
import { startSimulation } from "../testbench/engine.ts";
import { eseGenerator } from "./ese.ts";
import { eseAxiGenerator } from "./eseaxi.ts";
import { startGenerator } from "./execute.ts";

const given = (sets: readonly string[]) => resolveParameters(eseSpec, { sets: ["counts=stream", ...sets] }).parameters;
const arrayOf = (sets: readonly string[]) => eseGenerator.cases.parameters(given(sets), new Set());
const start = (parameters: EseParameters) =>
  startSimulation("wasm", designOf(elaborate(eseGenerator.module, parameters)));

/** A network with columns of all lengths, and steps of it. */
function drawn(
  sets: readonly string[],
  steps: number,
  density = 0.3,
): { parameters: EseParameters; operation: EseOperation } {
  const base = given(sets);
  const random = new Random(6);
  const largest = { x: 2 ** 13, weight: 1500, bias: 2 ** 12, c: 2 ** 13, y: 2 ** 12 };
  const drawing = { inputs: 12, cells: 40, steps, density, largest };
  const operation = drawOperation(base, drawing, () => random.uniform());
  return { parameters: fitEse(base, new Set(), operation), operation };
}

it.each([
  [["pes=4", "countWords=2", "countQueueDepth=1", "queueDepth=2", "projection=6", "channels=2"]],
  [["pes=4", "countWords=4", "weights=stream", "weightQueueDepth=3", "queueDepth=2", "projection=6", "layers=2"]],
  [["pes=3", "weights=stream", "cell=gru"]],
])("gives the same results however the streams hesitate: %j", async (sets) => {
  const parameters = arrayOf(sets);
  const simulation = await start(parameters);
  const stalls = fc.record({ seed: fc.integer({ min: 1, max: 1e9 }), push: fc.nat(240), pull: fc.constant(0) });
  const cases = fc.sample(fc.tuple(eseGenerator.cases.arbitrary(parameters), stalls), { numRuns: 15, seed: 4 });
  for (const [operation, hesitation] of cases) {
    const { result, cycles } = await driveEseWith(simulation, parameters, operation, hesitation);
    const golden = eseGenerator.golden(parameters, operation);
    expect(result).toEqual(golden.result);
    expect(cycles).toBeGreaterThanOrEqual(golden.cycles ?? Number.POSITIVE_INFINITY);
  }
  await simulation.close();
});

it.each([1, 2, 3])("holds networks of any number of columns, the counts of %d of them ahead", async (depth) => {
  const sets = ["pes=4", "countWords=2", "columnDepth=2", "queueDepth=2", `countQueueDepth=${depth}`];
  // So few entries that columns soon wait for their counts, or do not, as some stand in the queue.
  const { parameters, operation } = drawn(sets, 3, 0.04);
  expect(parameters.columnDepth).toBe(2);
  const simulation = await start(parameters);
  const { result, cycles } = await eseGenerator.drive(simulation, parameters, operation);
  expect({ result, cycles }).toEqual(eseGenerator.golden(parameters, operation));
  await simulation.close();
});

it.each([["weights=memory"], ["weights=stream"]])(
  "counts of the next step come while this one ends, so a step more costs no more than by itself: %s",
  async (weights) => {
    const edges = async (steps: number) => {
      const { parameters, operation } = drawn(["pes=4", "projection=18", "countWords=2", weights], steps);
      const simulation = await start(parameters);
      const { result, cycles } = await driveEseOverlapped(simulation, parameters, operation);
      await simulation.close();
      const golden = eseGenerator.golden(parameters, operation);
      expect(result).toEqual(golden.result);
      return { cycles, alone: (golden.cycles ?? 0) / steps };
    };
    const [short, more] = [await edges(3), await edges(8)];
    expect((more.cycles - short.cycles) / 5).toBeLessThanOrEqual(short.alone + 2);
  },
);

it.each<[string, (words: readonly CountWord[]) => readonly CountWord[]]>([
  ["the groups of a column", (words) => words.map((_, i) => words[i ^ 1])],
  ["two columns of x", ([a, b, c, d, ...rest]) => [c, d, a, b, ...rest]],
  ["all columns", (words) => words.map((_, i) => words[words.length - 2 - (i & ~1) + (i & 1)])],
])("sees the order of the words: of %s", async (_, reordered) => {
  const { parameters, operation } = drawn(["pes=4", "countWords=2", "projection=18"], 2);
  class Port extends EseOwnPort {
    override counts(words: readonly CountWord[]) {
      return super.counts(reordered(words));
    }
  }
  const golden = eseGenerator.golden(parameters, operation).result;
  const simulation = await start(parameters);
  expect((await driveEseBy((p) => new EseOwnPort(p), simulation, parameters, operation)).result).toEqual(golden);
  expect((await driveEseBy((p) => new Port(p), simulation, parameters, operation)).result).not.toEqual(golden);
  await simulation.close();
});

it("a column that does not wait for its counts is caught", async () => {
  const { parameters, operation } = drawn(["pes=4", "countWords=2"], 1);
  const circuit = elaborate(eseGenerator.module, parameters);
  const verilog = emitVerilog(circuit);
  expect(verilog.text).toContain("sending && countsThere && advance");
  const text = verilog.text.replace("sending && countsThere && advance", "sending && advance");
  const broken = await startSimulation("icarus", designOf(circuit, { ...verilog, text }), { timeoutMs: 60_000 });
  const outcome = await eseGenerator.drive(broken, parameters, operation).catch(() => undefined);
  await broken.close();
  expect(outcome?.result).not.toEqual(eseGenerator.golden(parameters, operation).result);
});

it("behind AXI, counts in a packet have no place", async () => {
  const sets = ["counts=stream", "pes=2", "layers=2"];
  const base = resolveParameters(eseAxiSpec, { sets }).parameters;
  const parameters = eseAxiGenerator.cases.parameters(base, new Set());
  const simulation = await startGenerator(eseAxiGenerator, { ...parameters }, "wasm");
  const port = new EseAxiPort(parameters);
  await perform(simulation, [port.load([[loadSpaces.inputs, 0, 0, 0, 0]])]);
  const registers = new RegisterAccess(eseRegisters(parameters));
  const status = async () => Number((await simulation.execute([registers.read("STATUS")]))[0].at(-1));
  expect((await status()) & 0b1000).toBe(0);
  await perform(simulation, [port.load([[loadSpaces.counts, 0, 0, 0, 0]])]);
  expect((await status()) & 0b1000).toBe(0b1000);
  const { operation } = drawn(sets, 1);
  await expect(eseAxiGenerator.drive(simulation, parameters, operation)).resolves.toMatchObject({
    result: eseAxiGenerator.golden(parameters, operation).result,
  });
  await simulation.close();
});
