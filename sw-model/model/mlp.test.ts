import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import { argmax, createMlp, type Mlp, Pass } from "./mlp.ts";

/** The same network by the textbook, in doubles; returns the loss for one labelled sample. */
function lossOf(
  { sizes, weights }: { sizes: readonly number[]; weights: readonly Float64Array[] },
  x: number[],
  label: number,
) {
  let values = x;
  weights.forEach((w, layer) => {
    const outputs = sizes[layer + 1];
    const next = Array.from({ length: outputs }, (_, o) =>
      [...values, 1].reduce((sum, value, i) => sum + value * w[i * outputs + o], 0),
    );
    values = layer + 1 < weights.length ? next.map((value) => Math.max(0, value)) : next;
  });
  return Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0)) - values[label];
}

const doubles = ({ sizes, weights }: Mlp) => ({ sizes, weights: weights.map((w) => Float64Array.from(w)) });

describe("Pass", () => {
  it("has the gradient of the loss, by central differences on every weight", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2), (seed, label) => {
        const random = new Random(seed);
        const mlp = createMlp([5, 6, 4, 3], random);
        const x = Array.from({ length: 5 }, (_, i) => (i === 2 ? 0 : Math.fround(random.normal())));
        const gradients = mlp.weights.map(({ length }) => new Float32Array(length));
        const loss = new Pass(mlp).backward(x, label, gradients);
        const exact = doubles(mlp);
        expect(loss).toBeCloseTo(lossOf(exact, x, label), 5);
        exact.weights.forEach((w, layer) => {
          w.forEach((value, i) => {
            const step = 1e-6;
            w[i] = value + step;
            const up = lossOf(exact, x, label);
            w[i] = value - step;
            const down = lossOf(exact, x, label);
            w[i] = value;
            expect(Math.abs(gradients[layer][i] - (up - down) / (2 * step))).toBeLessThan(1e-4);
          });
        });
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it("adds gradients up and keeps them apart by sample", () => {
    const mlp = createMlp([2, 3, 2], new Random(1));
    const pass = new Pass(mlp);
    const zeros = () => mlp.weights.map(({ length }) => new Float32Array(length));
    const [first, second, both] = [zeros(), zeros(), zeros()];
    pass.backward([1, 2], 0, first);
    pass.backward([-1, 0.5], 1, second);
    pass.backward([1, 2], 0, both);
    pass.backward([-1, 0.5], 1, both);
    both.forEach((g, k) => {
      g.forEach((value, i) => {
        expect(value).toBeCloseTo(first[k][i] + second[k][i], 5);
      });
    });
  });
});

describe("argmax", () => {
  it("takes the first of equals", () => {
    expect(argmax([1, 3, 3])).toBe(1);
    expect(argmax([-5, -7])).toBe(0);
  });
});
