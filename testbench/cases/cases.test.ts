import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countEntries } from "../../sw-model/eie/csc.ts";
import { fitEie } from "../../sw-model/eie/fit.ts";
import { goldenEie } from "../../sw-model/eie/golden.ts";
import { matrixOf, parseEieOperation } from "../../sw-model/eie/operation.ts";
import { type EieParameters, eieSpec } from "../../sw-model/eie/spec.ts";
import { rawToJson } from "../../sw-model/json.ts";
import { goldenLnzd } from "../../sw-model/lnzd/golden.ts";
import { type LnzdOperation, parseLnzdOperation } from "../../sw-model/lnzd/operation.ts";
import { lnzdSpec } from "../../sw-model/lnzd/spec.ts";
import { resolveParameters } from "../../sw-model/parameters.ts";
import * as eie from "./eie.ts";
import * as lnzd from "./lnzd.ts";

const defaults = resolveParameters(eieSpec).parameters;
const roomy = eie.caseParameters(defaults, new Set());

const parameterSets = fc
  .record({
    pes: fc.constantFrom(1, 2, 3, 4, 7, 64, 256),
    weightBits: fc.integer({ min: 1, max: 8 }),
    indexBits: fc.integer({ min: 1, max: 8 }),
    codebookBits: fc.integer({ min: 2, max: 32 }),
    activationBits: fc.integer({ min: 2, max: 32 }),
    accWidth: fc.integer({ min: 32, max: 64 }),
    productShift: fc.nat(3),
    dropBits: fc.nat(31),
    entryDepth: fc.constantFrom(8, 64, 4096),
    columnDepth: fc.constantFrom(2, 16, 1024),
    activationDepth: fc.constantFrom(1, 8, 64),
  })
  .map((changes): EieParameters => ({ ...defaults, ...changes }));

/** Fails unless the operation is valid for the parameters and fits their memories as they are. */
function check(parameters: EieParameters, operation: unknown): void {
  const parsed = parseEieOperation(JSON.parse(JSON.stringify(operation)), parameters);
  expect(parsed).toEqual(operation);
  expect(fitEie(parameters, new Set(Object.keys(parameters)), parsed)).toEqual(parameters);
}

describe("eie cases", () => {
  it("are valid and fit, for any parameters", () => {
    const both = parameterSets.chain((p) => eie.arbitrary(p).map((operation) => ({ p, operation })));
    fc.assert(
      fc.property(both, ({ p, operation }) => {
        check(p, operation);
      }),
    );
    fc.assert(
      fc.property(parameterSets, (p) => {
        for (const { operation } of eie.directed(p)) check(p, operation);
        for (const { operation } of eie.directed(eie.caseParameters(p, new Set()))) {
          expect(operation.entries.length).toBeLessThan(8192);
        }
      }),
    );
  });

  it("raise only memories that were not set by hand", () => {
    const small = resolveParameters(eieSpec, { preset: "small" }).parameters;
    expect(eie.caseParameters(small, new Set(["activationDepth", "entryDepth"]))).toEqual({
      ...small,
      columnDepth: 1024,
    });
  });

  it("cover at the defaults every corner by name", () => {
    expect(eie.directed(roomy).map(({ name }) => name)).toMatchSnapshot();
  });

  it("reach what they aim at", () => {
    const find = (name: string) =>
      eie.directed(roomy).find((item) => item.name === name)?.operation ?? expect.fail(name);
    const result = (name: string, change: Partial<EieParameters> = {}) =>
      goldenEie({ ...roomy, ...change }, find(name)).y;
    const ties = "ties at write-back";
    expect(result(ties)).toEqual([-3, -2, -1, 0, 1, 2]);
    expect(result(ties, { rounding: "nearest-even" })).toEqual([-2, -2, 0, 0, 2, 2]);
    expect(result("both ends of the result")).toEqual([32767, -32768]);
    // With room in accumulator and result the ends would differ.
    const free = { accWidth: 52, activationBits: 32, dropBits: 20 };
    for (const end of ["upper", "lower"]) {
      const name = `accumulator at its ${end} end and back`;
      expect(result(name, { ...free, accWidth: 40 })).not.toEqual(result(name, free));
    }
    const runs = matrixOf(find("zero runs at the reach of the index and beyond"));
    const counts = countEntries(runs, roomy);
    expect(counts[0]).toBe(5 + 0 + 1 + 1 + 2 + 3);
    expect(result("ReLU on negative, zero and positive results").every((y) => y >= 0)).toBe(true);
  });

  it("include, at random, padding, saturated results, zero and dense activations", () => {
    const seen = { padding: 0, saturated: 0, zero: 0, dense: 0, empty: 0, uneven: 0 };
    for (const operation of fc.sample(eie.arbitrary(roomy), { numRuns: 300, seed: 7 })) {
      const matrix = matrixOf(operation);
      const stored = countEntries(matrix, roomy).reduce((a, b) => a + b, 0);
      if (stored > operation.entries.length) seen.padding++;
      if (goldenEie(roomy, operation).y.some((y) => y === 32767 || y === -32768)) seen.saturated++;
      if (operation.x.every((x) => x === 0)) seen.zero++;
      if (operation.x.every((x) => x !== 0)) seen.dense++;
      if (operation.entries.length === 0) seen.empty++;
      if (operation.rows % roomy.pes !== 0) seen.uneven++;
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
  });
});

describe("lnzd cases", () => {
  const asJson = ({ vectors }: LnzdOperation) => ({ vectors: vectors.map((vector) => vector.map(rawToJson)) });
  const parameterSets = fc.record({
    inputs: fc.constantFrom(1, 2, 3, 16, 100, 1024),
    width: fc.integer({ min: 1, max: 64 }),
  });

  it("are valid for any parameters", () => {
    fc.assert(
      fc.property(parameterSets, (p) => {
        const random = fc.sample(lnzd.arbitrary(p), { numRuns: 3, seed: 1 });
        for (const operation of [...random, ...lnzd.directed(p).map((item) => item.operation)]) {
          expect(parseLnzdOperation(asJson(operation), p)).toEqual(operation);
        }
      }),
    );
  });

  it("have every position as the first nonzero one, and none", () => {
    const { parameters } = resolveParameters(lnzdSpec);
    const found = new Set(
      lnzd
        .directed(parameters)
        .flatMap(({ operation }) => goldenLnzd(parameters, operation).results.map(({ index }) => index)),
    );
    expect(found.size).toBe(parameters.inputs + 1);
    const random = fc.sample(lnzd.arbitrary(parameters), { numRuns: 200, seed: 1 });
    const hit = new Set(
      random.flatMap((operation) => goldenLnzd(parameters, operation).results.map(({ index }) => index)),
    );
    expect(hit.size).toBe(parameters.inputs + 1);
  });
});
