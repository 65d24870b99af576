import { describe, expect, it } from "vitest";
import { loadMnist, pick } from "../data/mnist.ts";
import { goldenSystolic } from "../systolic/golden.ts";
import { checkpointText, parseCheckpoint } from "./checkpoint.ts";
import { newCurve } from "./curve.ts";
import { type LimitedPlan, limitedPlans, type NumberKind, numbersNamed } from "./plan.ts";
import { type ReplayedProduct, recordedSteps } from "./recording.ts";
import { Training } from "./train.ts";

const plan: LimitedPlan = {
  ...limitedPlans.small,
  shape: { kind: "dense", sizes: [784, 12, 9, 10] },
  deviation: 0.1,
  descent: { epochs: 2, batch: 30, rate: 0.2, slowing: 0.9, momentum: 0.5, decay: 1e-3 },
};
const { train, test } = loadMnist();
const some = pick(
  train,
  Array.from({ length: 90 }, (_, i) => i),
);
const few = pick(
  test,
  Array.from({ length: 40 }, (_, i) => i),
);
const numbers = (name: string) => numbersNamed(name, plan) as NumberKind;

describe("Training", () => {
  it.each(["float", "stochastic-8-8", "nearest-2-14"])("in %s resumes to the bit", (name) => {
    const straight = new Training(plan, numbers(name), 5);
    const first = [straight.run(some, few)];
    const text = checkpointText({ curve: newCurve(plan, name, 5), state: straight.state });
    first.push(straight.run(some, few));
    const resumed = new Training(plan, numbers(name), 5);
    resumed.resume(parseCheckpoint(JSON.parse(text), resumed.state).state, 1);
    expect(resumed.run(some, few)).toEqual(first[1]);
    expect(resumed.state).toEqual(straight.state);
  });

  it.each([
    [8, 8],
    [28, 28],
  ])("makes every product of ten steps an operation of an array of %d x %d", (rows, cols) => {
    const kind = numbers("stochastic-4-12") as Extract<NumberKind, { kind: "fixed" }>;
    const recorded = recordedSteps(plan, { ...kind, array: { ...kind.array, rows, cols } }, 1, some);
    const weights: number[][][] = [];
    for (let step = 0; step < 10; step++) {
      const products = recorded.next().value as ReplayedProduct[];
      // Forward three, backward two, updates three.
      expect(products.map((product) => product.kind)).toEqual([
        ...["activations", "activations", "activations"],
        ...["errors", "weightStep", "errors", "weightStep", "weightStep"],
      ]);
      for (const { parameters, operation, c } of products) {
        expect(parameters).toMatchObject({ rows, cols, accWidth: 48, rounding: "stochastic" });
        expect(c).toEqual(goldenSystolic(parameters, operation).c.map((row) => row.map(Number)));
      }
      weights.push(products[0].operation.b.map((row) => [...row]));
    }
    // Each step starts from the weights that the one before left.
    expect(weights[9]).not.toEqual(weights[0]);
  });

  it.each(["stochastic-2-14", "nearest-2-14"])("with %s stays near float for a few steps", (name) => {
    const gentle = { ...plan, descent: { ...plan.descent, rate: 0.5, momentum: 0, decay: 0 } };
    const [float, fixed] = [new Training(gentle, { kind: "float" }, 2), new Training(gentle, numbers(name), 2)];
    float.run(some, few);
    fixed.run(some, few);
    fixed.state.forEach(({ weights }, layer) => {
      const reals = float.state[layer].weights;
      let [moved, apart] = [0, 0];
      const start = new Training(gentle, { kind: "float" }, 2).state[layer].weights;
      weights.forEach((raw, i) => {
        moved += Math.abs(reals[i] - start[i]);
        apart += Math.abs(raw / 2 ** 14 - reals[i]);
      });
      // The first weights and three steps are rounded, and activations to 10 fraction bits.
      expect(apart / weights.length).toBeLessThan(6 * 2 ** -14);
      expect(moved).toBeGreaterThan(4 * apart);
    });
  });

  it("with nearest at <8, 8> loses updates below half a unit, which stochastic rounding keeps on average", () => {
    const gentle = { ...plan, descent: { ...plan.descent, rate: 0.01, momentum: 0, decay: 0 } };
    const moved = (name: string) => {
      const [before, after] = [new Training(gentle, numbers(name), 3), new Training(gentle, numbers(name), 3)];
      after.run(some, few);
      return after.state[0].weights.filter((raw, i) => raw !== before.state[0].weights[i]).length;
    };
    expect(moved("nearest-8-8")).toBe(0);
    expect(moved("stochastic-8-8")).toBeGreaterThan(20);
  });
});
