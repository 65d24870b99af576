import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenBcnn } from "../bcnn/golden.ts";
import { packBits } from "../binary/bits.ts";
import { goldenBnn } from "../bnn/golden.ts";
import { Random } from "../random.ts";
import { firstWhere, foldSign, toBinaryLayers, withWindows } from "./fold.ts";
import { foldLevels, goldenInteger, levelOfSum, toIntegerNetwork } from "./integer.ts";
import { type ActivationKind, levelOf, type WeightKind } from "./kinds.ts";
import { Network } from "./network.ts";
import type { NetworkShape } from "./shape.ts";

const real = fc.oneof(
  fc.constantFrom(0, -0, 1, -1),
  fc.integer({ min: -20, max: 20 }),
  fc.float({ min: -50, max: 50, noNaN: true }),
  fc.constantFrom(2 ** -120, -(2 ** -120)),
);
/** Columns of a normalisation, many of which put a sum exactly on zero. */
const column = fc.oneof(
  fc.record({ mean: real, scale: real, offset: real }),
  fc.record({ mean: fc.integer({ min: -12, max: 12 }), scale: real, offset: fc.constant(0) }),
);

describe("firstWhere", () => {
  it("finds the first, or one beyond", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.nat(60),
        fc.integer({ min: -60, max: 120 }),
        (low, length, at) => {
          const high = low + length;
          expect(firstWhere(low, high, (value) => value >= at)).toBe(Math.min(Math.max(at, low), high + 1));
        },
      ),
    );
  });
});

describe("foldSign", () => {
  it("is the sign of the normalised dot product at every popcount, sign(0) = +1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), column, (cols, c) => {
        const { t, flip } = foldSign(cols, c);
        expect(t).toBeGreaterThanOrEqual(0);
        expect(t).toBeLessThanOrEqual(cols + 1);
        for (let popcount = 0; popcount <= cols; popcount++) {
          const z = Math.fround((2 * popcount - cols - c.mean) * c.scale + c.offset);
          expect(popcount >= t !== flip).toBe(z >= 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("takes a tie for +1, with either sign of gamma", () => {
    expect(foldSign(4, { mean: 2, scale: 0.5, offset: 0 })).toEqual({ t: 3, flip: false });
    // z = 0 at the dot product 2: +1 up to a popcount of 3.
    expect(foldSign(4, { mean: 2, scale: -0.5, offset: 0 })).toEqual({ t: 4, flip: true });
  });
});

describe("foldLevels", () => {
  it("is the level of the normalised sum at every sum", () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }), (c, bits, reach) => {
        const steps = foldLevels({ kind: "uniform", bits }, c, 1, reach);
        for (let sum = -reach; sum <= reach; sum++) {
          const z = Math.fround((sum - c.mean) * c.scale + c.offset);
          expect(levelOfSum(steps, sum)).toBe(levelOf(z, 2 ** bits - 1));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A network with random weights and normalisation, as training could leave it. */
function randomNetwork(
  sizes: number[],
  weights: WeightKind,
  activations: ActivationKind,
  seed: number,
  convolutions?: NetworkShape["convolutions"],
): Network {
  const random = new Random(seed);
  const shape: NetworkShape = {
    sizes,
    ...(convolutions ? { convolutions } : {}),
    weights,
    activations,
    normalisation: seed % 2 === 0 ? "exact" : "shift",
    scores: { scale: 1 },
    loss: "cross-entropy",
  };
  const network = new Network(shape, 8, 1, random);
  for (const { norm, scales } of network.layers) {
    scales.set([random.between(0.2, 2), random.between(0.2, 2)]);
    for (let c = 0; c < norm.gamma.length; c++) {
      norm.gamma[c] = random.normal();
      // Halves and integers, so that sums meet them exactly.
      norm.mean[c] = Math.round(4 * random.normal()) / 2;
      norm.beta[c] = c % 3 === 0 ? 0 : random.normal() / 2;
      norm.variance[c] = random.between(0.1, 20);
    }
  }
  network.restrict();
  return network;
}

/** The network's own scores, in floating point. */
function floatScores(network: Network, rows: readonly (readonly number[])[]): number[][] {
  const { inputs, batch } = network;
  return rows.flatMap((_, first) => {
    if (first % batch !== 0) return [];
    const some = rows.slice(first, first + batch);
    some.forEach((row, r) => {
      inputs.data.set(row, r * inputs.stride);
    });
    const { data, stride, cols } = network.evaluate();
    return some.map((_, r) => Array.from(data.subarray(r * stride, r * stride + cols)));
  });
}

describe("a network in integers", () => {
  const every = Array.from({ length: 2 ** 10 }, (_, word) => Array.from({ length: 10 }, (_, i) => (word >> i) & 1));
  const bipolar = every.map((bits) => bits.map((bit) => 2 * bit - 1));

  it("gives the same scores as the float network for all inputs: binary layers", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const binary = { kind: "binary", stochastic: false } as const;
        const network = randomNetwork([10, 9, 12, 4], binary, binary, seed);
        const expected = floatScores(network, bipolar);
        expect(goldenBnn({ layers: toBinaryLayers(network), inputs: packBits(every) })).toEqual({ dot: expected });
        const integers = toIntegerNetwork(network, 1);
        expect(bipolar.map((x) => goldenInteger(integers, x))).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  const weightKinds: WeightKind[] = [
    { kind: "binary", stochastic: false },
    { kind: "uniform", bits: 2 },
    { kind: "uniform", bits: 5 },
    { kind: "ternary", threshold: 0.05 },
  ];
  const activationKinds: ActivationKind[] = [
    { kind: "binary", stochastic: false },
    { kind: "uniform", bits: 1 },
    { kind: "uniform", bits: 3 },
  ];
  it.each(weightKinds.flatMap((weights) => activationKinds.map((activations) => [weights, activations] as const)))(
    "gives the same scores as the float network, weights %j, activations %j",
    (weights, activations) => {
      fc.assert(
        fc.property(fc.nat(1e6), (seed) => {
          const network = randomNetwork([6, 9, 7, 3], weights, activations, seed);
          const random = new Random(seed, 1);
          const rows = Array.from({ length: 40 }, () =>
            Array.from({ length: 6 }, () => Math.floor(random.between(0, 256))),
          );
          const unit = weights.kind === "ternary" ? 2 ** -8 : 1;
          const integers = toIntegerNetwork(network, 255);
          const golden = rows.map((x) => goldenInteger(integers, x).map((sum) => sum * unit));
          expect(golden).toEqual(floatScores(network, rows));
        }),
        { numRuns: 10 },
      );
    },
  );

  it("gives the same scores as the float network: binary convolutions, pooled behind the threshold", () => {
    const input = { width: 9, height: 8, channels: 2 };
    const binary = { kind: "binary", stochastic: false } as const;
    const convolution = { kernel: 3, stride: 1, pool: 2 };
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(1, 2), (seed, stride) => {
        const layers = [convolution, { kernel: 2, stride, pool: 1 }];
        const network = randomNetwork([144, 8, 16, 5, 3], binary, binary, seed, { input, layers });
        const random = new Random(seed, 1);
        const bits = Array.from({ length: 10 }, () =>
          Array.from({ length: 144 }, () => Number(random.uniform() < 0.5)),
        );
        const expected = floatScores(
          network,
          bits.map((row) => row.map((bit) => 2 * bit - 1)),
        );
        const inputs = bits.map((row) =>
          Array.from({ length: 8 }, (_, y) =>
            Array.from({ length: 9 }, (_, x) => row.slice((y * 9 + x) * 2, (y * 9 + x) * 2 + 2)),
          ),
        );
        const folded = withWindows(network.shape, toBinaryLayers(network));
        expect(goldenBcnn({ layers: folded, shape: input, inputs })).toEqual({ dot: expected });
        expect(() => toIntegerNetwork(network, 1)).toThrow(/only dense layers/);
      }),
      { numRuns: 10 },
    );
  });

  it("refuses what is not binary", () => {
    const network = randomNetwork([4, 3, 2], { kind: "uniform", bits: 2 }, { kind: "binary", stochastic: false }, 1);
    expect(() => toBinaryLayers(network)).toThrow(/only a network of binary weights/);
  });
});
