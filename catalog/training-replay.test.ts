/** Whole training steps on the systolic array, forward, errors and updates, to the bit. */
import { describe, expect, it } from "vitest";
import { loadMnist } from "../sw-model/data/mnist.ts";
import { type LimitedPlan, limitedPlans, type NumberKind, numbersNamed } from "../sw-model/limited/plan.ts";
import { recordedSteps } from "../sw-model/limited/recording.ts";
import { replaySteps } from "./training-replay.ts";

const plan: LimitedPlan = {
  ...limitedPlans.small,
  shape: { kind: "dense", sizes: [784, 30, 20, 10] },
  descent: { ...limitedPlans.small.descent, batch: 20 },
};
const { train } = loadMnist();

describe.each([
  [8, 8],
  [28, 28],
])("an array of %d x %d", (rows, cols) => {
  it.each(["stochastic-8-8", "nearest-2-14"])("computes ten training steps in %s to the bit", async (name) => {
    const numbers = numbersNamed(name, plan) as Extract<NumberKind, { kind: "fixed" }>;
    const steps = recordedSteps(plan, { ...numbers, array: { ...numbers.array, rows, cols } }, 1, train);
    const replay = await replaySteps(steps, 10, "wasm");
    expect(replay).toMatchObject({ steps: 10, products: 80, mismatches: 0 });
    expect(replay.compared).toBe(265_800);
  });
});

it("tells when the array gives another result", async () => {
  const numbers = numbersNamed("stochastic-4-12", plan) as Extract<NumberKind, { kind: "fixed" }>;
  const small = { ...numbers, array: { ...numbers.array, rows: 8, cols: 8 } };
  const [first] = recordedSteps(plan, small, 1, train);
  const wrong = first.map((product, i) =>
    i === 3 ? { ...product, c: [...product.c.slice(1), product.c[0]] } : product,
  );
  const replay = await replaySteps([wrong].values(), 1, "wasm");
  expect(replay.mismatches).toBeGreaterThan(0);
  expect(replay.first).toMatchObject({ step: 0, kind: first[3].kind });
});
