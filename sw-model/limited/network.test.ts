import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { FloatArithmetic } from "./float.ts";
import { Convolution, Dense, type Layer, MaxPool, Relu } from "./layers.ts";
import { backward, crossEntropy, forward } from "./network.ts";

const rate = 1e-3;
const samples = 3;
const labels = [1, 0, 2];

/** A network, its loss, and the gradient that one step of training took: what the weights moved by, over the rate. */
function network(build: (arithmetic: Arithmetic, random: Random) => Layer[], inputs: number) {
  const pace = { rate, batch: 1, momentum: 0, decay: 0 };
  const arithmetic = new FloatArithmetic(pace);
  const layers = build(arithmetic, new Random(3));
  const random = new Random(4);
  const values = Float64Array.from({ length: samples * inputs }, () => random.normal());
  const input = arithmetic.asActivations(values, samples, inputs);
  const loss = () => crossEntropy(Float64Array.from(forward(layers, input).data), labels, 3);
  return { arithmetic, layers, loss };
}

const cases: Record<string, [build: (arithmetic: Arithmetic, random: Random) => Layer[], inputs: number]> = {
  "dense layers": [(a, r) => [new Dense(a, 5, 7, r, 0.7), new Relu(), new Dense(a, 7, 3, r, 0.7)], 5],
  "convolutions and pools": [
    (a, r) => [
      new Convolution(a, { side: 8, maps: 2 }, 3, 3, r, 0.5),
      new Relu(),
      new MaxPool({ side: 6, maps: 3 }),
      new Convolution(a, { side: 3, maps: 3 }, 2, 4, r, 0.5),
      new MaxPool({ side: 2, maps: 4 }),
      new Dense(a, 4, 3, r, 0.7),
    ],
    128,
  ],
};

describe.each(Object.entries(cases))("a network of %s", (_, [build, inputs]) => {
  it("moves every weight by the derivative of the loss, as differences show it", () => {
    const { arithmetic, layers, loss } = network(build, inputs);
    const own = layers.flatMap(({ parameters }) => parameters?.weights ?? []);
    const small = 1e-5;
    const differences = own.map(({ data }) =>
      Array.from(data, (value, i) => {
        data[i] = value + small;
        const above = loss().loss;
        data[i] = value - small;
        const below = loss().loss;
        data[i] = value;
        return (above - below) / (2 * small);
      }),
    );
    const before = own.map(({ data }) => Float64Array.from(data));
    const { gradient } = loss();
    backward(layers, arithmetic.asErrors(gradient, samples, 3));
    own.forEach(({ data }, layer) => {
      data.forEach((value, i) => {
        expect((before[layer][i] - value) / rate).toBeCloseTo(differences[layer][i], 5);
      });
    });
    expect(differences.every((layer) => layer.some((value) => Math.abs(value) > 1e-3))).toBe(true);
  });
});
