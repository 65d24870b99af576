import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { bnnCycles } from "../sw-model/bnn/cycles.ts";
import { type BnnOperation, goldenBnn } from "../sw-model/bnn/golden.ts";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { streamBnn } from "../testbench/drivers/bnn.ts";
import { judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { bnnGenerator } from "./bnn.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";

const list = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: 2, maxLength: 2 });
const point = fc
  .record({
    pes: list(1, 8),
    lanes: list(1, 12),
    weightDepth: list(1, 40),
    rowDepth: list(1, 9),
    inputDepth: list(4, 50),
    inputBits: fc.integer({ min: 2, max: 8 }),
    structure: fc.constantFrom("carry-counters", "full-adders"),
    popcountLevels: fc.nat(2),
  })
  .filter(({ pes, lanes }) => pes[0] % lanes[1] === 0 || lanes[1] % pes[0] === 0)
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));

describe("a chained network of numbers of several bits equals its golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 20, seed: 2016 }).map((sets, i) => [i, sets] as const))(
    "random pipeline %i: %s",
    async (i, sets) => {
      const given = resolveParameters(bnnSpec, { sets });
      for (const [engine, cases] of [["wasm", 60] as const, ["icarus", 3] as const]) {
        const report = await check(bnnGenerator, given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});

const { parameters } = resolveParameters(bnnSpec, {
  sets: ["pes=2,3", "lanes=3,2", "inputBits=4", "weightDepth=30", "rowDepth=6", "inputDepth=40"],
});
const pixelCases = bnnGenerator.cases.arbitrary(parameters).filter(({ inputBits = 1 }) => inputBits > 1);

describe("streams of several bits", () => {
  it("give the same results with random stalls", async () => {
    const simulation = await startGenerator(bnnGenerator, parameters, "wasm");
    const share = fc.constantFrom(0, 50, 150, 230);
    const stalls = fc.record({ seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }), push: share, pull: share });
    for (const [operation, pauses] of fc.sample(fc.tuple(pixelCases, stalls), { numRuns: 100, seed: 3 })) {
      const { result, cycles } = await streamBnn(simulation, parameters, operation, pauses);
      expect(result).toEqual(goldenBnn(operation));
      const { layers, inputs, inputBits = 1 } = operation;
      const shapes = layers.map(({ weights }) => weights);
      expect(cycles).toBeGreaterThanOrEqual(bnnCycles(parameters, shapes, inputs.rows / inputBits, inputBits));
    }
    await simulation.close();
  });
});

describe("a fault in the planes of the first layer is caught", () => {
  const trial = {
    circuit: elaborate(bnnGenerator.module, parameters),
    operations: fc.sample(pixelCases, { numRuns: 25, seed: 5 }).map((operation) => ({ operation })),
    run: (simulation: Simulation, operation: BnnOperation) => streamBnn(simulation, parameters, operation),
    golden: (operation: BnnOperation) => bnnGenerator.golden(parameters, operation),
  };

  it("without a fault all agree", async () => expect(await judge(trial, noFault)).toBe("equal"));

  it.each([
    ["planes count alike", /wire (\[\d+:0\]) kept = .*/, "wire $1 kept = total;"],
    ["a plane is not ended", "wire lastWord = lastColumn && (plane == folds_lastPlane)", "wire lastWord = lastColumn"],
    ["a plane meets the next weights", /address <= address - .*;/, "address <= address + 5'd1;"],
    [
      "the sum starts with every plane",
      "wire firstWord = firstColumn && (plane == 2'd0)",
      "wire firstWord = firstColumn",
    ],
  ])("%s", async (_, from, to) => {
    expect(await judge(trial, replacing(from, to))).toBe("caught");
  });
});
