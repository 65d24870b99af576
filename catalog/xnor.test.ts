import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layerParameters } from "../generators/bcnn/geometry.ts";
import { layerUnits } from "../generators/bnn/geometry.ts";
import { countRegisters } from "../generators/xnor/geometry.ts";
import { arrayOf } from "../generators/xnor/xnor.ts";
import { elaborate } from "../hdl/index.ts";
import { bcnnSpec } from "../sw-model/bcnn/spec.ts";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { xnorCycles } from "../sw-model/xnor/cycles.ts";
import { foldsOf } from "../sw-model/xnor/folding.ts";
import { goldenXnor, type XnorOperation } from "../sw-model/xnor/golden.ts";
import { type XnorParameters, xnorSpec } from "../sw-model/xnor/spec.ts";
import { streamXnor } from "../testbench/drivers/xnor.ts";
import { casesOf, type Fault, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import { xnorGenerator } from "./xnor.ts";

const parametersOf = (sets: readonly string[]) => resolveParameters(xnorSpec, { sets }).parameters;

const point = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    lanes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(31, 32, 33, 64, 70)),
    weightDepth: fc.integer({ min: 1, max: 40 }),
    rowDepth: fc.integer({ min: 1, max: 9 }),
    inputDepth: fc.integer({ min: 4, max: 20 }),
    results: fc.constantFrom("both", "bits", "dots"),
    structure: fc.constantFrom("carry-counters", "adders", "full-adders", "dual-tables"),
    popcountLevels: fc.nat(3),
  })
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));

describe("the XNOR array equals its golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 40, seed: 2017 }).map((sets, i) => [i, sets] as const))(
    "random array %i: %s",
    async (i, sets) => {
      const given = resolveParameters(xnorSpec, { sets });
      for (const [engine, cases] of [["wasm", 60] as const, ["icarus", 3] as const]) {
        const report = await check(xnorGenerator, given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});

describe("a structure that is named by its target", () => {
  it.each([
    ["xc7", "carry-counters"],
    ["ice40", "carry-counters"],
    ["gates", "full-adders"],
  ] as const)("%s makes arrays of %s", (target, structure) => {
    const units = (choice: typeof target | typeof structure) => {
      const { parameters: xnor } = resolveParameters(xnorSpec, { sets: [`structure=${choice}`] });
      const { parameters: bnn } = resolveParameters(bnnSpec, { sets: [`structure=${choice}`] });
      const { parameters: bcnn } = resolveParameters(bcnnSpec, { sets: [`structure=${choice}`] });
      return [arrayOf(xnor), ...layerUnits(bnn), ...layerParameters(bcnn)];
    };
    expect(units(target)).toEqual(units(structure));
    expect(units(target).map((unit) => unit.structure)).toEqual(new Array(7).fill(structure));
    const { parameters } = resolveParameters(xnorSpec, { preset: "small", sets: [`structure=${target}`] });
    expect(() => elaborate(xnorGenerator.module, parameters)).not.toThrow();
  });
});

describe("streams of the XNOR array", () => {
  const parameters = parametersOf(["rows=3", "lanes=5", "weightDepth=24", "rowDepth=6", "inputDepth=12"]);
  const stalls = fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    push: fc.constantFrom(0, 50, 150, 230),
    pull: fc.constantFrom(0, 50, 150, 230),
  });

  it.each(["wasm", "verilator"])("random stalls change no result on %s", async (engine) => {
    const simulation = await startGenerator(xnorGenerator, { ...parameters }, engine);
    const cases = fc.sample(fc.tuple(xnorGenerator.cases.arbitrary(parameters), stalls), { numRuns: 150, seed: 3 });
    for (const [operation, pauses] of cases) {
      const { result, cycles } = await streamXnor(simulation, parameters, operation, pauses);
      expect(result).toEqual(goldenXnor(operation));
      expect(cycles).toBeGreaterThanOrEqual(xnorCycles(parameters, operation));
    }
    await simulation.close();
  });

  it("with registers inside the popcounts too, which wait with the rest", async () => {
    const deep = parametersOf([
      ...["rows=3", "lanes=40", "weightDepth=24", "rowDepth=6", "inputDepth=12"],
      ...["structure=full-adders", "popcountLevels=2"],
    ]);
    expect(countRegisters(arrayOf(deep))).toBeGreaterThanOrEqual(2);
    const simulation = await startGenerator(xnorGenerator, { ...deep }, "wasm");
    const cases = fc.sample(fc.tuple(xnorGenerator.cases.arbitrary(deep), stalls), { numRuns: 100, seed: 3 });
    for (const [operation, pauses] of cases) {
      const { result } = await streamXnor(simulation, deep, operation, pauses);
      expect(result).toEqual(goldenXnor(operation));
    }
    await simulation.close();
  });

  it("a vector takes row folds times column folds cycles, whatever came before", async () => {
    const simulation = await startGenerator(xnorGenerator, { ...parameters }, "wasm");
    const arbitrary = xnorGenerator.cases.arbitrary(parameters).filter(({ inputs }) => inputs.rows === 4);
    for (const operation of fc.sample(arbitrary, { numRuns: 60, seed: 4 })) {
      const one = { ...operation.inputs, rows: 1 };
      const { cycles: many } = await streamXnor(simulation, parameters, operation);
      const { cycles: single } = await streamXnor(simulation, parameters, { ...operation, inputs: one });
      const { rowFolds, columnFolds } = foldsOf(operation.weights, { pes: parameters.rows, lanes: parameters.lanes });
      expect(many - single).toBe(3 * rowFolds * columnFolds);
    }
    await simulation.close();
  });
});

describe("a fault in the XNOR array is caught", () => {
  const sets = ["rows=3", "lanes=5", "weightDepth=21", "rowDepth=5", "inputDepth=14"];
  const plain = parametersOf(sets);
  /** A register inside each popcount. */
  const staged = parametersOf([...sets, "structure=full-adders", "popcountLevels=2"]);

  /** As fast as it goes, then with random stalls. */
  async function judgeBoth(parameters: XnorParameters, fault: Fault): Promise<"equal" | "caught"> {
    const circuit = elaborate(xnorGenerator.module, parameters);
    const operations = casesOf(xnorGenerator.cases, parameters, 25);
    for (const stalls of [undefined, { seed: 7, push: 60, pull: 160 }]) {
      const run = async (simulation: Simulation, operation: XnorOperation) => {
        const outcome = await streamXnor(simulation, parameters, operation, stalls, stalls !== undefined);
        return stalls ? { ...outcome, cycles: 0 } : outcome;
      };
      const golden = (operation: XnorOperation) => ({
        result: goldenXnor(operation),
        cycles: stalls ? 0 : xnorCycles(parameters, operation, countRegisters(arrayOf(parameters))),
      });
      if ((await judge({ circuit, operations, run, golden }, fault)) === "caught") return "caught";
    }
    return "equal";
  }

  it.each([plain, staged])("without a fault all agree", async (parameters) =>
    expect(await judgeBoth(parameters, noFault)).toBe("equal"),
  );

  it.each([
    ["registers inside the popcount do not wait", "if (enable)", "if (1'b1)"],
    ["a sum begins a step early", ".first(counting_first)", ".first(inside_0_first)"],
    [
      "a result comes a step early",
      "done <= counting_valid && counting_last;",
      "done <= inside_0_valid && inside_0_last;",
    ],
  ])("with registers inside the popcounts: %s", async (_, from, to) => {
    expect(await judgeBoth(staged, replacing(from, to))).toBe("caught");
  });

  it.each([
    ["counts of other words", ".weights(weight)", ".weights(~weight)"],
    ["a sum is never started anew", "first ? 6'd0 : total", "total"],
    ["a threshold must be exceeded", "now_t <= count", "now_t < count"],
    ["no flip", "(now_t <= count) ^ now_flip", "now_t <= count"],
    ["the ring overflows", "assign words_ready = !full;", "assign words_ready = 1'b1;"],
    ["a word is used before it came", "assign available = (cursor != tail)", "assign available = 1'b1"],
    ["a vector is not read again from its start", "cursor <= start;", "cursor <= afterCursor;"],
    ["words leave with the first row fold", "wire released = read && lastRow;", "wire released = read && firstRow;"],
    ["a result does not wait", "assign advance = !done || counts_ready;", "assign advance = 1'b1;"],
    ["thresholds go on into the next vector", "following = counts_data_last ?", "following = 1'b0 ?"],
    ["every row fold ends a vector", "assign counts_data_last = doneLast;", "assign counts_data_last = 1'b1;"],
    ["nothing ends a vector", "assign counts_data_last = doneLast;", "assign counts_data_last = 1'b0;"],
    ["idle as a word waits", "assign busy = !(buffer_empty && firstColumn)", "assign busy = !firstColumn"],
    ["idle as a result waits", "firstColumn) || underWay || done;", "firstColumn) || underWay;"],
    ["loads while vectors are under way", "assign load_ready = !array_busy;", "assign load_ready = 1'b1;"],
    ["loads what is not valid", "loaded <= load_valid && load_ready;", "loaded <= load_ready;"],
    ["weights go on into the next vector", "if (lastRow) address <= 5'd0;", "if (lastRow) address <= address_plus_1;"],
  ])("%s", async (_, from, to) => {
    expect(await judgeBoth(plain, replacing(from, to))).toBe("caught");
  });
});
