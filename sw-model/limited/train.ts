import { type Digits, imageOf, pixels } from "../data/mnist.ts";
import { argmax } from "../model/mlp.ts";
import { Random } from "../random.ts";
import type { Arithmetic, Pace } from "./arithmetic.ts";
import { FixedArithmetic, type RecordedProduct } from "./fixed.ts";
import { FloatArithmetic } from "./float.ts";
import type { Layer } from "./layers.ts";
import { backward, createLayers, crossEntropy, forward } from "./network.ts";
import type { Descent, LimitedPlan, NumberKind } from "./plan.ts";
import type { Numbers } from "./tensor.ts";

const classes = 10;

/** Random streams of one seed: the first weights, and for each epoch the order of the digits and the roundings. */
const streams = { weights: 0, order: 1_000, roundings: 1_000_000, test: 2_000_000 } as const;

/** What an epoch came to. */
export interface EpochResult {
  readonly epoch: number;
  /** Mean cross-entropy of the training digits while training, in nats. */
  readonly loss: number;
  /** Share of the test digits that are not recognised. */
  readonly testError: number;
}

/** Weights and velocities of every layer that has them, as they are: raw in fixed point. */
export type TrainingState = readonly { readonly weights: Numbers; readonly velocity: Numbers }[];

/** One training, an epoch at a time. The same plan, numbers, seed and digits give the same weights, resumed or not. */
export class Training {
  readonly #plan: LimitedPlan;
  readonly #seed: number;
  readonly #arithmetic: (FixedArithmetic | FloatArithmetic) & { pace: Pace };
  readonly #layers: Layer[];
  epoch = 0;

  constructor(plan: LimitedPlan, numbers: NumberKind, seed: number, record?: (product: RecordedProduct) => void) {
    this.#plan = plan;
    this.#seed = seed;
    const pace = paceOf(plan.descent, 0);
    this.#arithmetic =
      numbers.kind === "float"
        ? new FloatArithmetic(pace)
        : new FixedArithmetic(numbers.formats, numbers.array, pace, record);
    this.#drawFrom(streams.roundings - 1);
    this.#layers = createLayers(plan.shape, this.#arithmetic, new Random(seed, streams.weights), plan.deviation);
  }

  /** Trains for an epoch, then tests. */
  run(train: Digits, test: Digits): EpochResult {
    let loss = 0;
    for (const step of this.steps(train)) loss += step;
    return { epoch: this.epoch, loss: loss / train.count, testError: this.#errorOf(test) };
  }

  /** The steps of the next epoch; each gives its summed loss. */
  *steps(train: Digits): Generator<number> {
    const { descent } = this.#plan;
    this.#arithmetic.pace = paceOf(descent, this.epoch);
    this.#drawFrom(streams.roundings + this.epoch);
    const order = new Random(this.#seed, streams.order + this.epoch).permutation(train.count);
    for (let from = 0; from < train.count; from += descent.batch) {
      yield this.#step(train, order.subarray(from, from + descent.batch));
    }
    this.epoch++;
  }

  get state(): TrainingState {
    return this.#layers.flatMap(({ parameters }) =>
      parameters ? [{ weights: parameters.weights.data, velocity: parameters.velocity.data }] : [],
    );
  }

  /** Goes on from a state after some epochs. */
  resume(state: TrainingState, epoch: number): void {
    this.state.forEach(({ weights, velocity }, i) => {
      weights.set(state[i].weights);
      velocity.set(state[i].velocity);
    });
    this.epoch = epoch;
  }

  #step(train: Digits, members: Uint32Array): number {
    const scores = forward(this.#layers, this.#inputs(train, members));
    const labels = Array.from(members, (index) => train.labels[index]);
    const { gradient, loss } = crossEntropy(this.#arithmetic.realActivations(scores), labels, classes);
    backward(this.#layers, this.#arithmetic.asErrors(gradient, members.length, classes));
    return loss;
  }

  #errorOf(digits: Digits): number {
    this.#drawFrom(streams.test + this.epoch);
    const order = Uint32Array.from({ length: digits.count }, (_, i) => i);
    let wrong = 0;
    for (let from = 0; from < digits.count; from += this.#plan.descent.batch) {
      const members = order.subarray(from, from + this.#plan.descent.batch);
      const scores = forward(this.#layers, this.#inputs(digits, members)).data;
      members.forEach((index, i) => {
        if (argmax(scores.subarray(i * classes, (i + 1) * classes)) !== digits.labels[index]) wrong++;
      });
    }
    return wrong / digits.count;
  }

  #inputs(digits: Digits, members: Uint32Array) {
    const values = new Float64Array(members.length * pixels);
    members.forEach((index, i) => {
      values.set(imageOf(digits, index), i * pixels);
    });
    return (this.#arithmetic as Arithmetic).asActivations(values, members.length, pixels);
  }

  #drawFrom(stream: number): void {
    if (this.#arithmetic instanceof FixedArithmetic) this.#arithmetic.random = new Random(this.#seed, stream);
  }
}

function paceOf({ rate, slowing, batch, momentum, decay }: Descent, epoch: number): Pace {
  return { rate: rate * slowing ** epoch, batch, momentum, decay };
}
