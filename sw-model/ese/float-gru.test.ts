import { expect, it } from "vitest";
import { type FloatGru, floatGruStep } from "./float-gru.ts";

/** Two inputs, three cells; drawn once. Biases of x and of y as ONNX has them, those of z and r to be added up. */
const biasX = { z: [0.059, -0.777, 0.69], r: [0.104, 0.159, -0.218], h: [-0.409, 0.632, -0.597] };
const biasY = { z: [-0.448, -0.164, -0.291], r: [0.245, -0.2, -0.49], h: [-0.086, -0.531, 0.777] };
const network: FloatGru = {
  input: {
    z: [
      [0.776, -0.767],
      [0.986, -0.944],
      [0.814, -0.577],
    ],
    r: [
      [-0.152, 0.088],
      [0.918, -0.786],
      [0.448, 0.919],
    ],
    h: [
      [-0.678, 0.41],
      [0.084, 0.279],
      [-0.019, -0.595],
    ],
  },
  recurrent: {
    z: [
      [0.522, -0.41, -0.757],
      [-0.617, -0.38, -0.554],
      [0.953, 0.129, 0.867],
    ],
    r: [
      [-0.492, -0.678, -0.056],
      [-0.076, -0.96, 0.419],
      [-0.396, 0.769, 0.802],
    ],
    h: [
      [0.612, -0.133, -0.467],
      [0.524, -0.177, -0.537],
      [-0.378, -0.336, 0.92],
    ],
  },
  bias: {
    z: biasX.z.map((bias, cell) => bias + biasY.z[cell]),
    r: biasX.r.map((bias, cell) => bias + biasY.r[cell]),
    hx: biasX.h,
    hr: biasY.h,
  },
};
const x = [
  [0.829, -0.022],
  [-0.479, 0.027],
  [0.773, -0.716],
  [-0.891, -0.851],
];
const before = [-0.965, -0.092, 0.066];

/** What onnxruntime-web 1.30 gives for them: a graph of one GRU node with linear_before_reset = 1, in 32-bit floats. */
const reference = [
  [-0.9264476, -0.0801563, 0.0451405],
  [-0.5936636, 0.095515, -0.1037396],
  [-0.7102337, 0.0351066, -0.0448028],
  [-0.5374829, -0.0390561, 0.0408259],
];

it("the GRU in real numbers gives what ONNX Runtime gives", () => {
  let state: readonly number[] = before;
  x.forEach((input, t) => {
    state = floatGruStep(network, input, state);
    state.forEach((value, i) => {
      expect(value).toBeCloseTo(reference[t][i], 6);
    });
  });
});
