import { expect, it } from "vitest";
import { denseFloat } from "../ese/dense-float.ts";
import { floatStep } from "../ese/float.ts";
import { Random } from "../random.ts";
import { lstmOf } from "./dense.ts";
import { LstmLearner } from "./learner.ts";

const shape = { inputs: 3, cells: 5, steps: 4, classes: 3 };
const batch = 8;

function drawn(random: Random) {
  const sequences = Array.from({ length: batch }, () =>
    Float32Array.from({ length: shape.steps * shape.inputs }, () => random.normal()),
  );
  return { sequences, labels: Uint8Array.from({ length: batch }, (_, i) => i % shape.classes) };
}

it("gradients are those of finite differences", () => {
  const random = new Random(1);
  const learner = new LstmLearner(shape, batch, random);
  const { sequences, labels } = drawn(random);
  learner.learn(sequences, labels);
  for (const [values, gradients] of [
    [learner.gates.data, learner.gateGradients.data.slice()],
    [learner.head, learner.headGradients.slice()],
  ]) {
    for (let at = 0; at < values.length; at += 7) {
      const step = 1e-2;
      const kept = values[at];
      const loss = (value: number) => {
        values[at] = value;
        return learner.learn(sequences, labels);
      };
      const slope = (loss(kept + step) - loss(kept - step)) / (2 * step);
      values[at] = kept;
      expect(Math.abs(slope - gradients[at])).toBeLessThan(1e-3 + 1e-2 * Math.abs(slope));
    }
  }
});

it("classifies as the LSTM in real numbers does", () => {
  const random = new Random(2);
  const learner = new LstmLearner(shape, batch, random);
  const { sequences } = drawn(random);
  const network = denseFloat(lstmOf(learner));
  const expected = sequences.map((sequence) => {
    let state: { c: readonly number[]; y: readonly number[] } = { c: new Array(5).fill(0), y: new Array(5).fill(0) };
    for (let step = 0; step < shape.steps; step++) {
      state = floatStep(network, Array.from(sequence.slice(step * 3, step * 3 + 3)), state);
    }
    const scores = Array.from({ length: shape.classes }, (_, k) =>
      state.y.reduce((sum, y, j) => sum + y * learner.head[k * 6 + j], learner.head[k * 6 + 5]),
    );
    return scores.indexOf(Math.max(...scores));
  });
  expect(learner.classify(sequences)).toEqual(expected);
});
