import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { type BcnnOperation, goldenBcnn } from "../sw-model/bcnn/golden.ts";
import { type BcnnParameters, bcnnSpec, layersOf } from "../sw-model/bcnn/spec.ts";
import { packBits } from "../sw-model/binary/bits.ts";
import { imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { Random } from "../sw-model/random.ts";
import { streamBcnn } from "../testbench/drivers/bcnn.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { bcnnGenerator } from "./bcnn.ts";
import { startGenerator } from "./execute.ts";

const parametersOf = (sets: readonly string[]) => resolveParameters(bcnnSpec, { sets }).parameters;
/** Every piece is there: windows with padding and stride, words gathered and split, channels gathered, pooling, dense layers. */
const chain = parametersOf([
  ...["width=9", "height=8", "channels=2", "kernel=3,2,0,0", "stride=1,1,1,1", "padding=1,0,0,0", "outputs=4,5,6,3"],
  ...["pool=2,1,1,1", "pes=2,5,3,2", "lanes=7,16,20,6"],
]);

describe("streams of the convolutional network", () => {
  it.each(["wasm", "verilator"])("random stalls change no result on %s", async (engine) => {
    const simulation = await startGenerator(bcnnGenerator, { ...chain }, engine);
    const share = fc.constantFrom(0, 50, 150, 230);
    const stalls = fc.record({ seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }), push: share, pull: share });
    const cases = fc.sample(fc.tuple(bcnnGenerator.cases.arbitrary(chain), stalls), { numRuns: 40, seed: 3 });
    for (const [operation, pauses] of cases) {
      const { result } = await streamBcnn(simulation, chain, operation, pauses);
      expect(result).toEqual(goldenBcnn(operation));
    }
    await simulation.close();
  });
});

/** A network of the hardware's sizes with weights from a seed, and thresholds in the middle. */
function randomNetwork(parameters: BcnnParameters, seed: number): Omit<BcnnOperation, "inputs"> {
  const random = new Random(seed);
  const plans = layersOf(parameters);
  const layers = plans.map(({ kernel, stride, padding, pool, outputs, items, itemBits }, i) => {
    const cols = items * itemBits;
    const row = () => Array.from({ length: cols }, () => (random.uniform() < 0.5 ? 0 : 1));
    const weights = packBits(Array.from({ length: outputs }, row));
    const threshold = () => ({ t: Math.round(cols / 2 + random.normal()), flip: random.uniform() < 0.5 });
    const thresholds = i < plans.length - 1 ? { thresholds: Array.from({ length: outputs }, threshold) } : {};
    return { weights, kernel, stride, padding, pool, ...thresholds };
  });
  const { width, height, channels } = parameters;
  return { layers, shape: { width, height, channels } };
}

describe("digits", () => {
  it("go through a network of random weights as through the golden model, in as many cycles", async () => {
    const { parameters } = resolveParameters(bcnnSpec, { preset: "digits" });
    const { test } = loadMnist();
    const inputs = Array.from({ length: 12 }, (_, i) => {
      const image = imageOf(test, i);
      return Array.from({ length: 28 }, (_, y) =>
        Array.from({ length: 28 }, (_, x) => [image[y * 28 + x] >= 0.5 ? 1 : 0]),
      );
    });
    const operation = { ...randomNetwork(parameters, 5), inputs };
    const golden = bcnnGenerator.golden(parameters, operation);
    expect(new Set((golden.result as { dot: number[][] }).dot.map(String)).size).toBe(inputs.length);
    const simulation = await startGenerator(bcnnGenerator, { ...parameters }, "wasm");
    const { result, cycles } = await bcnnGenerator.drive(simulation, parameters, operation);
    await simulation.close();
    expect({ result, cycles }).toEqual(golden);
  });
});

describe("docs/convolution.md", () => {
  it("shows an operation that gives what stands there, on the golden model and on the RTL", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "docs", "convolution.md"), "utf8");
    const [operation, result] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => JSON.parse(text));
    const { parameters } = resolveParameters(bcnnSpec);
    const parsed = bcnnGenerator.operation.parse(operation, parameters);
    const fitted = bcnnGenerator.operation.fit(parameters, new Set(), parsed);
    expect(bcnnGenerator.golden(fitted, parsed).result).toEqual(result);
    const simulation = await startGenerator(bcnnGenerator, { ...fitted }, "wasm");
    expect((await bcnnGenerator.drive(simulation, fitted, parsed)).result).toEqual(result);
    await simulation.close();
  });
});

describe("a fault in the convolutional network is caught", () => {
  /** A single layer, whose bits all are seen. */
  const single = resolveParameters(bcnnSpec, { preset: "small" }).parameters;

  const trialOf = (p: BcnnParameters) => ({
    circuit: elaborate(bcnnGenerator.module, p),
    operations: casesOf(bcnnGenerator.cases, p, 8),
    run: (simulation: Simulation, operation: BcnnOperation) =>
      streamBcnn(simulation, p, operation, { seed: 7, push: 0, pull: 200 }, true),
    golden: (operation: BcnnOperation) => ({ result: bcnnGenerator.golden(p, operation).result }),
  });

  it.each([chain, single])("without a fault all agree", async (p) => {
    expect(await judge(trialOf(p), noFault)).toBe("equal");
  });

  it.each([
    [chain, "the and of a square", "soFar_choice | ofRow", "soFar_choice & ofRow"],
    [chain, "a square begins with what was before", "(inRow == 1'b0) ?", "1'b0 ?"],
    [single, "padding is of +1", "entering = padded ? 2'd0", "entering = padded ? 2'd3"],
    [chain, "a window is overwritten", "wire free = !full || windows_ready;", "wire free = 1'b1;"],
    [single, "loads while maps are under way", "assign load_ready = !working;", "assign load_ready = 1'b1;"],
    [single, "loads what is not valid", "loaded <= load_valid && load_ready;", "loaded <= load_ready;"],
    [single, "idle with maps under way", "assign busy = working;", "assign busy = 1'b0;"],
    [single, "words for a layer that is not there count", "loaded && (taken_layer == 1'b0)", "loaded"],
    [chain, "words go to the wrong layer", "loaded && (taken_layer == 2'd2)", "loaded && (taken_layer == 2'd1)"],
  ] as const)("%#: $1", async (p, _, from, to) => {
    expect(await judge(trialOf(p), replacing(from, to))).toBe("caught");
  });
});
