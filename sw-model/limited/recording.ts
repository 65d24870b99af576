import type { Digits } from "../data/mnist.ts";
import type { RawMatrix } from "../linear/exact.ts";
import type { SystolicOperation } from "../systolic/golden.ts";
import type { SystolicParameters } from "../systolic/spec.ts";
import type { RecordedProduct } from "./fixed.ts";
import type { LimitedPlan, NumberKind } from "./plan.ts";
import { Training } from "./train.ts";

/** A product of a training step as the hardware takes it, and what it must give. */
export interface ReplayedProduct {
  readonly kind: RecordedProduct["kind"];
  readonly parameters: SystolicParameters;
  readonly operation: SystolicOperation;
  /** Rows of raw values. */
  readonly c: number[][];
}

/**
 * The first steps of a training, each with all of its products in order: forward, and then, from the last layer back, the errors of
 * the layer before and the step of the weights. `rows` and `cols` of the array decide how it rounds, so a recording serves arrays
 * of that size.
 */
export function* recordedSteps(
  plan: LimitedPlan,
  numbers: Extract<NumberKind, { kind: "fixed" }>,
  seed: number,
  digits: Digits,
): Generator<readonly ReplayedProduct[]> {
  let products: ReplayedProduct[] = [];
  const training = new Training(plan, numbers, seed, (product) => {
    products.push(replayed(product));
  });
  for (;;) {
    for (const _ of training.steps(digits)) {
      yield products;
      products = [];
    }
  }
}

/** A copy, since weights move in place. */
function replayed({ kind, parameters, a, b, seed, c }: RecordedProduct): ReplayedProduct {
  return { kind, parameters, operation: { a: rowsOf(a), b: rowsOf(b), seed }, c: rowsOf(c) };
}

function rowsOf({ rows, cols, data }: RawMatrix): number[][] {
  return Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * cols, (r + 1) * cols)));
}
