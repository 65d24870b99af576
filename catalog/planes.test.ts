import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { goldenPlanes } from "../sw-model/planes/golden.ts";
import { type PlanesOperation, parsePlanesOperation } from "../sw-model/planes/operation.ts";
import { planesSpec } from "../sw-model/planes/spec.ts";
import { driveStalledPlanes } from "../testbench/drivers/planes.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import { bothWays } from "./both-ways.ts";
import { check } from "./check.ts";
import { startGenerator } from "./execute.ts";
import { planesGenerator } from "./planes.ts";

const point = fc
  .record({
    rows: fc.integer({ min: 1, max: 5 }),
    cols: fc.integer({ min: 1, max: 5 }),
    lanes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(31, 32, 33, 64)),
    weightBits: fc.integer({ min: 1, max: 5 }),
    inputBits: fc.integer({ min: 1, max: 5 }),
    schedule: fc.constantFrom("serial", "parallel"),
    popcount: fc.constantFrom("full-adders", "adders", "carry-counters"),
    accWidth: fc.integer({ min: 14, max: 48 }),
    scaleBits: fc.integer({ min: 1, max: 8 }),
    weightDepth: fc.integer({ min: 5, max: 40 }),
    inputDepth: fc.integer({ min: 5, max: 40 }),
    rowDepth: fc.integer({ min: 1, max: 9 }),
  })
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));

describe("the bit-plane array equals its golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 24, seed: 2018 }).map((sets, i) => [i, sets] as const))(
    "random array %i: %s",
    async (i, sets) => {
      const given = resolveParameters(planesSpec, { sets });
      for (const [engine, cases] of [["wasm", 60] as const, ["icarus", 3] as const]) {
        const report = await check(planesGenerator, given, { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});

describe("docs/planes.md", () => {
  it("shows an operation that gives what stands there, on the golden model and on the RTL", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "docs", "planes.md"), "utf8");
    const [operation, result] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => JSON.parse(text));
    const { parameters } = resolveParameters(planesSpec);
    const parsed = parsePlanesOperation(operation, parameters);
    expect(goldenPlanes(parsed)).toEqual(result);
    const simulation = await startGenerator(planesGenerator, parameters, "wasm");
    expect((await planesGenerator.drive(simulation, parameters, parsed)).result).toEqual(result);
    await simulation.close();
  });
});

const small = (sets: readonly string[] = []) =>
  resolveParameters(planesSpec, { preset: "small", sets: [...sets, "lanes=5"] }).parameters;

describe("the load port of the bit-plane array", () => {
  it("takes the next inputs while a block computes, and never those of the half in use", async () => {
    const parameters = small();
    const simulation = await startGenerator(planesGenerator, parameters, "wasm");
    const operations = planesGenerator.cases.arbitrary(parameters).filter(({ inputs }) => inputs.rows.length > 2);
    for (const operation of fc.sample(operations, { numRuns: 150, seed: 5 })) {
      const stalls = { seed: 1 + operation.inputs.rows.length, push: 0, pull: 90 };
      const found = await driveStalledPlanes(simulation, parameters, operation, stalls);
      expect(found).toEqual(goldenPlanes(operation));
    }
    await simulation.close();
  });
});

describe("a fault in the bit-plane array is caught", () => {
  const trialOf = (...sets: string[]) => {
    const parameters = small(sets);
    return {
      circuit: elaborate(planesGenerator.module, parameters),
      operations: casesOf(planesGenerator.cases, parameters, 25),
      run: bothWays(planesGenerator, parameters),
      golden: (operation: PlanesOperation) => planesGenerator.golden(parameters, operation),
    };
  };

  it.each(["serial", "parallel"])("without a fault all agree: %s", async (schedule) =>
    expect(await judge(trialOf(`schedule=${schedule}`), noFault)).toBe("equal"),
  );

  it.each([
    ["or for and", "both = a & b;", "both = a | b;"],
    ["signs of one operand only", "weightNegative ^ inputNegative", "weightNegative"],
    ["a total is never started anew", "accumulate_first ? 32'sd0 :", ""],
    ["a total is not doubled", "accumulate_doubled ? doubled : accumulator", "accumulator"],
    [
      "a diagonal does not end at the highest weight plane",
      "lowestInput || (weightPlane == ",
      "1'b0 || (weightPlane == ",
    ],
    ["the next tile does not wait", "active && !(lastOfTile && finishing)", "active"],
    ["sums go on from vector to vector", "firstWord ? 32'sd0 :", ""],
    ["no correction of bipolar weights", "missing : 32'sd0", "32'sd0 : 32'sd0"],
    ["both rows of a pair scaled alike", "wire [15:0] scale = dots_pop_data[32] ?", "wire [15:0] scale = 1'b0 ?"],
    ["pairs added", "held - ", "held + "],
    ["inputs come for the half that is read", /wire reading = [^;]*;/, "wire reading = 1'b0;"],
    ["inputs come for the half whose sums are needed", /wire summing = [^;]*;/, "wire summing = 1'b0;"],
    ["weights come while they are read", "!(active || finishing);", "!finishing;"],
    ["offsets come while they are needed", "!(active || finishing);", "!active;"],
  ])("%s", async (_, from, to) => {
    expect(await judge(trialOf(), replacing(from, to))).toBe("caught");
  });
});
