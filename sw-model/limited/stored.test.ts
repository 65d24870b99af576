import { describe, expect, it } from "vitest";
import { loadMnist } from "../data/mnist.ts";
import { type LimitedPlan, limitedPlans, type NumberKind, numbersNamed, type PlanName } from "./plan.ts";
import { storedCurves } from "./stored.ts";
import { Training } from "./train.ts";

const all = (Object.keys(limitedPlans) as PlanName[]).flatMap(storedCurves);

describe("the stored curves", () => {
  it("are whole: an epoch after another, each ended after the one before", () => {
    expect(all.length).toBeGreaterThan(0);
    for (const { points } of all) {
      expect(points.map(({ epoch }) => epoch)).toEqual(points.map((_, i) => i + 1));
      const times = points.map(({ finished }) => Date.parse(finished));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it.each(["float", "stochastic-8-8", "nearest-8-8"])("of %s begin as training does now", (numbers) => {
    const stored = storedCurves("small").find((curve) => curve.numbers === numbers && curve.seed === 1);
    if (!stored) throw new Error(`no stored curve of ${numbers}`);
    const plan: LimitedPlan = { ...limitedPlans.small, ...stored.settings };
    const { train, test } = loadMnist();
    const training = new Training(plan, numbersNamed(numbers, plan) as NumberKind, stored.seed);
    expect(stored.points[0]).toMatchObject(training.run(train, test));
  });
});
