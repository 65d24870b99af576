import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bcnnSpec } from "../sw-model/bcnn/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { bcnnGenerator } from "./bcnn.ts";
import { check } from "./check.ts";

const resolved = (sets: readonly string[]) => resolveParameters(bcnnSpec, { sets });

/** Networks of one to three layers, convolutions and dense ones, whose sizes go together. */
const point = fc
  .integer({ min: 1, max: 3 })
  .chain((layers) => {
    const list = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: layers, maxLength: layers });
    return fc.record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      channels: fc.integer({ min: 1, max: 5 }),
      kernel: list(0, 4),
      stride: list(1, 3),
      padding: list(0, 2),
      outputs: list(1, 9),
      pool: list(1, 3),
      pes: list(1, 6),
      lanes: fc.oneof(list(1, 12), list(8, 40)),
      popcountLevels: fc.nat(2),
      results: fc.constantFrom("bits", "dots"),
    });
  })
  .map((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`))
  .filter((sets) => {
    try {
      return resolved(sets).parameters.pes.length > 0;
    } catch {
      return false;
    }
  });

describe("the convolutional network equals its golden model in results and cycles", () => {
  it.each(fc.sample(point, { numRuns: 24, seed: 2017 }).map((sets, i) => [i, sets] as const))(
    "random network %i: %s",
    async (i, sets) => {
      for (const [engine, cases] of [["wasm", 30] as const, ["icarus", 2] as const]) {
        const report = await check(bcnnGenerator, resolved(sets), { engine, cases, seed: i, reproduce: "" });
        expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      }
    },
  );
});
