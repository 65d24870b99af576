import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { initiationInterval } from "../sw-model/bnn/cycles.ts";
import { type BnnOperation, goldenBnn } from "../sw-model/bnn/golden.ts";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { checkered } from "../testbench/cases/binary.ts";
import { streamBnn } from "../testbench/drivers/bnn.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import { nextNoise } from "../testbench/program.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { bnnGenerator } from "./bnn.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";

const parametersOf = (sets: readonly string[]) => resolveParameters(bnnSpec, { sets }).parameters;

/** Pipelines of one to four layers whose widths are gathered, split, or passed on. */
const point = fc
  .integer({ min: 1, max: 4 })
  .chain((layers) => {
    const list = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: layers, maxLength: layers });
    return fc.record({
      pes: list(1, 12),
      lanes: list(1, 12),
      weightDepth: list(1, 40),
      rowDepth: list(1, 9),
      inputDepth: list(4, 20),
      results: fc.constantFrom("both", "bits", "dots"),
      structure: fc.constantFrom("carry-counters", "full-adders"),
      popcountLevels: fc.nat(3),
    });
  })
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`))
  .filter((sets) => {
    try {
      return parametersOf(sets).pes.length > 0;
    } catch {
      return false;
    }
  });

describe("the chained network equals its golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 30, seed: 2018 }).map((sets, i) => [i, sets] as const))(
    "random pipeline %i: %s",
    async (i, sets) => {
      const given = resolveParameters(bnnSpec, { sets });
      for (const [engine, cases] of [["wasm", 40] as const, ["icarus", 3] as const]) {
        const report = await check(bnnGenerator, given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});

/** A network of these sizes without thresholds in the last layer. */
function network(sizes: readonly number[], vectors: number): BnnOperation {
  const layers = sizes.slice(1).map((rows, i) => {
    const cols = sizes[i];
    const thresholds = Array.from({ length: rows }, (_, r) => ({ t: (7 * r) % (cols + 2), flip: r % 2 === 0 }));
    return { weights: checkered(rows, cols), ...(i < sizes.length - 2 ? { thresholds } : {}) };
  });
  return { layers, inputs: checkered(vectors, sizes[0]) };
}

describe("streams of the chained network", () => {
  const pipelines: [sets: string[], sizes: number[]][] = [
    [
      ["pes=4,4,2", "lanes=8,4,8"],
      [64, 32, 32, 10],
    ],
    [
      ["pes=8,2,4", "lanes=16,2,1"],
      [50, 33, 20, 9],
    ],
    [
      ["pes=1,6,3", "lanes=5,4,2"],
      [23, 11, 30, 3],
    ],
  ];

  it.each(pipelines)(
    "%j sustains its initiation interval, and loses no more than its ends hesitate",
    async (sets, sizes) => {
      const given = resolveParameters(bnnSpec, { sets });
      const operation = network(sizes, 30);
      const parameters = bnnGenerator.operation.fit(given.parameters, given.explicit, operation);
      const interval = initiationInterval(
        parameters,
        operation.layers.map(({ weights }) => weights),
      );
      const simulation = await startGenerator(bnnGenerator, { ...parameters }, "wasm");
      const expected = goldenBnn(operation);
      const many = await streamBnn(simulation, parameters, operation);
      const few = await streamBnn(simulation, parameters, network(sizes, 10));
      expect(many.result).toEqual(expected);
      expect(many.cycles - few.cycles).toBe(20 * interval);

      for (const [push, pull] of [
        [0, 0],
        [20, 0],
        [0, 20],
        [20, 20],
        [120, 0],
        [0, 120],
        [200, 200],
      ] as const) {
        for (const seed of [1, 99]) {
          const { result, cycles } = await streamBnn(simulation, parameters, operation, { seed, push, pull });
          expect(result).toEqual(expected);
          expect(cycles - many.cycles).toBeLessThanOrEqual(hesitations({ seed, push, pull }, cycles + interval));
          if (push === 0 && pull === 0) expect(cycles).toBe(many.cycles);
        }
      }
      await simulation.close();
    },
  );

  /** Edges at which one end or the other hesitates. */
  function hesitations({ seed, push, pull }: { seed: number; push: number; pull: number }, edges: number): number {
    let found = 0;
    for (let noise = nextNoise(seed), i = 0; i < edges; i++, noise = nextNoise(noise)) {
      if ((noise & 255) < push || ((noise >>> 8) & 255) < pull) found++;
    }
    return found;
  }

  it.each(["wasm", "verilator"])("random stalls change no result on %s", async (engine) => {
    const parameters = parametersOf(["pes=3,6,2", "lanes=7,1,3", "weightDepth=40", "inputDepth=20"]);
    const simulation = await startGenerator(bnnGenerator, { ...parameters }, engine);
    const share = fc.constantFrom(0, 50, 150, 230);
    const stalls = fc.record({ seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }), push: share, pull: share });
    const cases = fc.sample(fc.tuple(bnnGenerator.cases.arbitrary(parameters), stalls), { numRuns: 80, seed: 3 });
    for (const [operation, pauses] of cases) {
      const { result } = await streamBnn(simulation, parameters, operation, pauses);
      expect(result).toEqual(goldenBnn(operation));
    }
    await simulation.close();
  });
});

describe("a fault in the chained network is caught", () => {
  // The first two layers' results are gathered, those of the third are split.
  const parameters = parametersOf(["pes=2,2,6,3", "lanes=3,4,4,3", "weightDepth=30", "rowDepth=6", "inputDepth=14"]);

  const trial = {
    circuit: elaborate(bnnGenerator.module, parameters),
    operations: casesOf(bnnGenerator.cases, parameters, 15),
    run: (simulation: Simulation, operation: BnnOperation) => streamBnn(simulation, parameters, operation),
    golden: (operation: BnnOperation) => bnnGenerator.golden(parameters, operation),
  };
  /** What the ports promise beside results. */
  const promises = {
    ...trial,
    run: (simulation: Simulation, operation: BnnOperation) =>
      streamBnn(simulation, parameters, operation, { seed: 7, push: 60, pull: 160 }, true),
    golden: (operation: BnnOperation) => ({ result: goldenBnn(operation) }),
  };

  it.each([trial, promises])("without a fault all agree", async (each) =>
    expect(await judge(each, noFault)).toBe("equal"),
  );

  it.each([
    ["loads while vectors are under way", "assign load_ready = !working;", "assign load_ready = 1'b1;"],
    ["loads what is not valid", "loaded <= load_valid && load_ready;", "loaded <= load_ready;"],
    ["idle with vectors under way", "assign busy = working;", "assign busy = 1'b0;"],
    [
      "no result ends a vector",
      "assign results_data_last = layer_3_results_data_last;",
      "assign results_data_last = 1'b0;",
    ],
    ["scales that are not there are thresholds", "load_space == 2'd1", "load_space[0]"],
  ])("%s", async (_, from, to) => {
    expect(await judge(promises, replacing(from, to))).toBe("caught");
  });

  it.each([
    ["a part is overwritten", "assign push_ready = !held || (pop_ready && wordEnds);", "assign push_ready = 1'b1;"],
    ["the end of a vector completes no word", "wire complete = push_data_last || ", "wire complete = "],
    [
      "words beyond the vector are sent on",
      "wire wordEnds = (part == 1'b1) || vectorEnds;",
      "wire wordEnds = part == 1'b1;",
    ],
    ["words go to the wrong layer", "loaded && (taken_layer == 2'd2)", "loaded && (taken_layer == 2'd1)"],
  ])("%s", async (_, from, to) => {
    expect(await judge(trial, replacing(from, to))).toBe("caught");
  });
});
