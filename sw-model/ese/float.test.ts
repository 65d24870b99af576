import { describe, expect, it } from "vitest";
import { type FloatNetwork, floatStep } from "./float.ts";

/** Two inputs, three cells; drawn once. */
const network: FloatNetwork = {
  input: {
    i: [
      [0.31, -0.39],
      [0.265, 0.992],
      [0.359, 0.346],
    ],
    f: [
      [-0.655, 0.766],
      [0.415, 0.655],
      [0.479, -0.325],
    ],
    g: [
      [0.588, -0.616],
      [0.16, -0.532],
      [-0.582, 0.575],
    ],
    o: [
      [0.743, 0.688],
      [-0.777, -0.059],
      [0.463, -0.268],
    ],
  },
  recurrent: {
    i: [
      [-0.441, -0.263, 0.837],
      [0.742, -0.161, -0.143],
      [0.639, -0.655, -0.683],
    ],
    f: [
      [-0.364, -0.246, 0.009],
      [0.946, -0.065, 0.507],
      [-0.549, -0.128, 0.747],
    ],
    g: [
      [0.638, -0.384, 0.072],
      [693e-3, 0.4, -0.778],
      [0.178, -0.816, 0.382],
    ],
    o: [
      [-0.201, 0.399, -0.492],
      [-0.235, -0.199, -0.164],
      [0.888, -0.139, -0.954],
    ],
  },
  bias: {
    i: [-0.496, -0.734, 0.334],
    f: [-0.989, -0.427, -0.439],
    g: [-0.164, -0.564, 0.607],
    o: [-0.041, 0.076, 0.696],
  },
};
const peephole = { i: [0.227, 0.399, -0.958], f: [0.108, -0.103, 0.022], o: [0.327, -0.416, -0.024] };
const x = [
  [0.908, -0.597],
  [0.038, 0.813],
  [0.219, -0.972],
  [0.28, 0.298],
];
const state = { c: [-0.202, 0.609, 0.371], y: [-0.435, 0.585, 0.991] };

/** What onnxruntime-web 1.30 gives for them: a graph of one LSTM node, y of every step and the last c, in 32-bit floats. */
const reference = {
  plain: {
    y: [
      [0.0950055, 0.0399886, 0.0724738],
      [-0.0573006, -0.1546044, 0.318358],
      [0.0923872, -0.0732303, 0.2530763],
      [0.0275304, -0.1578509, 0.3358303],
    ],
    c: [0.0501176, -0.3679043, 0.5773998],
  },
  withPeephole: {
    y: [
      [0.0965645, 0.0281771, 0.0852407],
      [-0.059282, -0.1804696, 0.3068693],
      [0.0980802, -0.0787719, 0.2399634],
      [0.0292674, -0.1676115, 0.3050162],
    ],
    c: [0.0528012, -0.3596673, 0.5126137],
  },
};

describe("the LSTM in real numbers", () => {
  it.each([
    ["without peepholes", network, reference.plain],
    ["with peepholes", { ...network, peephole }, reference.withPeephole],
  ] as const)("%s gives what ONNX Runtime gives", (_, of, expected) => {
    let before: { c: readonly number[]; y: readonly number[] } = state;
    x.forEach((input, t) => {
      before = floatStep(of, input, before);
      before.y.forEach((value, i) => {
        expect(value).toBeCloseTo(expected.y[t][i], 6);
      });
    });
    before.c.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.c[i], 6);
    });
  });
});
