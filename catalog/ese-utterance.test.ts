import { expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { drawOperation } from "../sw-model/ese/fixture.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import { eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { designOf } from "../testbench/design.ts";
import { driveEseWith } from "../testbench/drivers/ese.ts";
import { startSimulation } from "../testbench/engine.ts";
import { eseGenerator } from "./ese.ts";

const arrays = [1, 4, 32].flatMap((pes) => [1, 2].map((channels) => ({ pes, channels })));

it.each(arrays)("an utterance of 200 steps, its weights from a stream that hesitates: %o", async (array) => {
  const sets = ["weights=stream", "weightQueueDepth=2", "queueDepth=2", "peephole=true", "projection=9"];
  const own = Object.entries(array).map(([name, value]) => `${name}=${value}`);
  const { parameters: base } = resolveParameters(eseSpec, { sets: [...sets, ...own] });
  const random = new Random(41);
  const largest = { x: 2 ** 13, weight: 1500, bias: 2 ** 12, c: 2 ** 13, y: 2 ** 12 };
  const drawing = { inputs: 11, cells: 20, steps: 200, density: 0.3, largest };
  const drawn = Array.from({ length: array.channels }, () => drawOperation(base, drawing, () => random.uniform()));
  const operation = {
    ...drawn[0],
    sequences: drawn.flatMap(({ sequences }) => sequences),
    batched: array.channels > 1,
  };
  const parameters = fitEse(base, new Set(), operation);
  const simulation = await startSimulation("wasm", designOf(elaborate(eseGenerator.module, parameters)));
  const stalls = { seed: 1 + array.pes, push: 150, pull: 0 };
  const { result, cycles } = await driveEseWith(simulation, parameters, operation, stalls);
  await simulation.close();
  expect(result).toEqual(goldenEse(parameters, operation));
  // The stalls are felt: entries wait for the stream.
  expect(cycles).toBeGreaterThan(eseGenerator.golden(parameters, operation).cycles ?? Number.POSITIVE_INFINITY);
});
