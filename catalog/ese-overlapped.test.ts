import fc from "fast-check";
import { expect, it } from "vitest";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { drawOperation } from "../sw-model/ese/fixture.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import { eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { esePoints } from "../testbench/cases/ese-points.ts";
import { designOf } from "../testbench/design.ts";
import { driveEseOverlapped } from "../testbench/drivers/ese-overlapped.ts";
import { startSimulation } from "../testbench/engine.ts";
import { eseGenerator } from "./ese.ts";

const arrayOf = (sets: readonly string[]) => {
  const { parameters } = resolveParameters(eseSpec, { sets });
  return eseGenerator.cases.parameters(parameters, new Set());
};
const share = fc.constantFrom(0, 0.1, 0.5, 0.9);
const hesitation = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  load: share,
  weights: share,
  counts: share,
  results: share,
});

const points = fc.sample(esePoints, { numRuns: 10, seed: 6 });
it.each(points.map((point, i) => [i, JSON.stringify(point)] as const))(
  "x comes and y leaves beside other steps, beside weights where they stream, however all hesitate: array %i: %s",
  async (i, text) => {
    const parameters = arrayOf(Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}=${value}`));
    const simulation = await startSimulation("wasm", designOf(elaborate(eseGenerator.module, parameters)));
    const cases = fc.sample(fc.tuple(eseGenerator.cases.arbitrary(parameters), fc.option(hesitation)), {
      numRuns: 4,
      seed: i,
    });
    for (const [operation, pauses] of cases) {
      const { result } = await driveEseOverlapped(simulation, parameters, operation, pauses ?? undefined);
      expect(result).toEqual(goldenEse(parameters, operation));
    }
    await simulation.close();
  },
);

/** Steps long enough to hide x and y behind. */
function long(sets: readonly string[], steps: number) {
  const { parameters: base } = resolveParameters(eseSpec, { sets: ["pes=4", ...sets] });
  const random = new Random(6);
  const largest = { x: 2 ** 13, weight: 1500, bias: 2 ** 12, c: 2 ** 13, y: 2 ** 12 };
  const drawing = { inputs: 12, cells: 40, steps, density: 0.5, largest };
  const [drawn, ...others] = Array.from({ length: base.channels }, () =>
    drawOperation(base, drawing, () => random.uniform()),
  );
  const all = { batched: true, sequences: [drawn, ...others].flatMap(({ sequences }) => sequences) };
  const operation = others.length > 0 ? { ...drawn, ...all } : drawn;
  return { parameters: fitEse(base, new Set(), operation), operation };
}

/** The edges of steps in a row. */
async function overlapped(sets: readonly string[], steps: number) {
  const { parameters, operation } = long(sets, steps);
  const simulation = await startSimulation("wasm", designOf(elaborate(eseGenerator.module, parameters)));
  const { result, cycles } = await driveEseOverlapped(simulation, parameters, operation);
  await simulation.close();
  const golden = eseGenerator.golden(parameters, operation);
  expect(result).toEqual(golden.result);
  return { cycles, operation, golden };
}

it.each([
  ["a projection", ["projection=18"]],
  ["no projection", ["queueDepth=1"]],
  ["a GRU", ["cell=gru", "stateFraction=14"]],
  ["three channels", ["channels=3", "projection=18"]],
] as const)("a step more costs its cycles and two edges for its commands, with %s", async (_, sets) => {
  const edges = async (steps: number) => {
    const { cycles, operation, golden } = await overlapped(sets, steps);
    return { cycles, alone: (golden.cycles ?? 0) / operation.sequences[0].x.length };
  };
  const [short, more] = [await edges(3), await edges(8)];
  expect((more.cycles - short.cycles) / 5).toBe(short.alone + 2);
});

it("weights of the next step come while this one ends, so a step more costs no more than by itself", async () => {
  const edges = async (steps: number) => await overlapped(["projection=18", "weights=stream", "channels=2"], steps);
  const [short, more] = [await edges(3), await edges(8)];
  expect((more.cycles - short.cycles) / 5).toBeLessThanOrEqual((short.golden.cycles ?? 0) / 3 + 2);
});

it.each([
  [
    "y is overwritten while it is read, with a projection",
    "projection=18",
    "pipelineIdle && !readsOut",
    "pipelineIdle",
  ],
  ["y is overwritten while it is read", "projection=0", "pipelineIdle && !readsOut", "pipelineIdle"],
  ["x is taken before the last one has been broadcast", "projection=18", "stepIdle || inputsTaken :", "1'b1 :"],
] as const)("caught: %s", async (_, sets, find, put) => {
  const { parameters, operation } = long([sets], 2);
  const circuit = elaborate(eseGenerator.module, parameters);
  const verilog = emitVerilog(circuit);
  expect(verilog.text).toContain(find);
  const text = verilog.text.replaceAll(find, put);
  const broken = await startSimulation("icarus", designOf(circuit, { ...verilog, text }), { timeoutMs: 60_000 });
  const slow = { seed: 9, load: 0, weights: 0, counts: 0, results: 0.99 };
  const outcome = await driveEseOverlapped(broken, parameters, operation, slow).catch(() => undefined);
  await broken.close();
  expect(outcome?.result).not.toEqual(goldenEse(parameters, operation));
});
