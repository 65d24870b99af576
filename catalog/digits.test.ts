import { describe, expect, it } from "vitest";
import { loadModel } from "../sw-model/model/store.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { generatorNamed } from "./index.ts";
import { run } from "./run.ts";

describe("LeNet-300-100 on EIE", () => {
  it.each([4, 16, 64])(
    "500 unseen digits on %i PEs: every value of every layer and every cycle as predicted",
    async (pes) => {
      const generator = generatorNamed("eie");
      const given = resolveParameters(generator.spec, { sets: [`pes=${pes}`] });
      const report = await run(generator, given, loadModel("lenet-300-100"), {
        engine: "verilator",
        samples: 500,
        reproduce: "",
      });
      expect({ mismatches: report.mismatches, first: report.first }).toEqual({ mismatches: 0, first: undefined });
      expect(report.compared).toBe(500 * (410 + 10));
      expect(report.accuracy).toBe(report.goldenAccuracy);
    },
  );

  it("loses less than a point on all 2,000 test digits, with at most an eighth of the large layers' weights", async () => {
    const generator = generatorNamed("eie");
    const report = await run(generator, resolveParameters(generator.spec, {}), loadModel("lenet-300-100"), {
      engine: "golden",
      samples: 2000,
      reproduce: "",
    });
    expect(report.floatAccuracy).toBeGreaterThan(0.95);
    expect((report.floatAccuracy ?? 0) - report.goldenAccuracy).toBeLessThan(0.01);
    expect(report.keptShares[0]).toBeLessThanOrEqual(0.125);
    expect(report.keptShares[1]).toBeLessThanOrEqual(0.125);
  });
});
