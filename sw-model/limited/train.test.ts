import { describe, expect, it } from "vitest";
import { loadMnist, pick } from "../data/mnist.ts";
import type { RawMatrix } from "../linear/exact.ts";
import { goldenSystolic } from "../systolic/golden.ts";
import { checkpointText, parseCheckpoint } from "./checkpoint.ts";
import { newCurve } from "./curve.ts";
import type { RecordedProduct } from "./fixed.ts";
import { type LimitedPlan, limitedPlans, type NumberKind, numbersNamed } from "./plan.ts";
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
const rowsOf = ({ rows, cols, data }: RawMatrix) =>
  Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * cols, (r + 1) * cols)));

describe("Training", () => {
  it.each(["float", "stochastic-8-8", "nearest-2-14"])("in %s resumes to the bit", (name) => {
    const straight = new Training(plan, numbers(name), 5);
    const first = [straight.run(some, few)];
    const text = checkpointText({ curve: newCurve(plan, name, 5), state: straight.state });
    first.push(straight.run(some, few));
    const resumed = new Training(plan, numbers(name), 5);
    resumed.resume(parseCheckpoint(JSON.parse(text)).state, 1);
    expect(resumed.run(some, few)).toEqual(first[1]);
    expect(resumed.state).toEqual(straight.state);
  });

  it("makes every product an operation of the array", () => {
    const products: RecordedProduct[] = [];
    const copy = ({ rows, cols, data }: RawMatrix) => ({ rows, cols, data: data.slice() });
    const training = new Training(plan, numbers("stochastic-4-12"), 1, (product) => {
      products.push({ ...product, a: copy(product.a), b: copy(product.b) });
    });
    training.steps(some).next();
    // Forward three, backward two, updates three.
    expect(products.map(({ kind }) => kind)).toEqual([
      ...["activations", "activations", "activations"],
      ...["errors", "weightStep", "errors", "weightStep", "weightStep"],
    ]);
    for (const { parameters, a, b, seed, c } of products) {
      const golden = goldenSystolic(parameters, { a: rowsOf(a), b: rowsOf(b), seed });
      expect(rowsOf(c)).toEqual(golden.c.map((row) => row.map(Number)));
    }
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
