import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import type { Threshold } from "../binary/layer.ts";
import { goldenXnor } from "../xnor/golden.ts";
import { goldenBnn } from "./golden.ts";
import { planeRows } from "./pixel-layer.ts";

interface PlainLayer {
  readonly weights: number[][];
  readonly thresholds?: Threshold[];
}

const sign = (bit: number) => (bit === 1 ? 1 : -1);
const dot = (a: number[], b: number[]) => a.reduce((sum, bit, i) => sum + sign(bit) * sign(b[i]), 0);

/** A layer as sums of +1 and -1; a threshold on the number of agreements is one on the dot product. */
function plainLayer({ weights, thresholds }: PlainLayer, input: number[]): number[] {
  return weights.map((row, r) => {
    const sum = dot(row, input);
    if (!thresholds) return sum;
    const { t, flip } = thresholds[r];
    const above = sum >= 2 * t - row.length;
    return (flip ? !above : above) ? 1 : 0;
  });
}

const bitRows = (rows: number, cols: number) =>
  fc.array(fc.array(fc.nat(1), { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows });
const thresholdsFor = (rows: number, cols: number) =>
  fc.array(fc.record({ t: fc.nat(cols + 1), flip: fc.boolean() }), { minLength: rows, maxLength: rows });

const network = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 2, maxLength: 5 }),
    count: fc.integer({ min: 0, max: 4 }),
    lastIsBits: fc.boolean(),
  })
  .chain(({ sizes, count, lastIsBits }) =>
    fc.record({
      inputs: bitRows(count, sizes[0]),
      layers: fc.tuple(
        ...sizes.slice(1).map((rows, i): fc.Arbitrary<PlainLayer> => {
          const weights = bitRows(rows, sizes[i]);
          if (i === sizes.length - 2 && !lastIsBits) return fc.record({ weights });
          return fc.record({ weights, thresholds: thresholdsFor(rows, sizes[i]) });
        }),
      ),
    }),
  );

const packLayer = ({ weights, ...rest }: PlainLayer) => ({ weights: packBits(weights), ...rest });

describe("goldenBnn", () => {
  it("is the chain of sums of +1 and -1", () => {
    fc.assert(
      fc.property(network, ({ layers, inputs }) => {
        const operation = { layers: layers.map(packLayer), inputs: packBits(inputs, layers[0].weights[0].length) };
        const expected = inputs.map((input) => layers.reduce((values, layer) => plainLayer(layer, values), input));
        const key = layers.at(-1)?.thresholds ? "bits" : "dot";
        expect(goldenBnn(operation)).toEqual({ [key]: expected });
      }),
    );
  });

  it("is goldenXnor where there is one layer", () => {
    fc.assert(
      fc.property(network, ({ layers: [first], inputs }) => {
        const packed = packBits(inputs, first.weights[0].length);
        expect(goldenBnn({ layers: [packLayer(first)], inputs: packed })).toEqual(
          goldenXnor({ ...packLayer(first), inputs: packed }),
        );
      }),
    );
  });
});

describe("goldenXnor", () => {
  it("has thresholds that always and never fire", () => {
    const weights = packBits([
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 1],
    ]);
    const thresholds = [
      { t: 0, flip: false },
      { t: 0, flip: true },
      { t: 4, flip: false },
      { t: 4, flip: true },
    ];
    const inputs = packBits([
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect(goldenXnor({ weights, inputs })).toEqual({
      dot: [
        [3, 3, 3, 3],
        [-3, -3, -3, -3],
      ],
    });
    expect(goldenXnor({ weights, thresholds, inputs })).toEqual({
      bits: [
        [1, 0, 0, 1],
        [1, 0, 0, 1],
      ],
    });
  });
});

describe("a first layer of numbers of several bits", () => {
  const pixels = fc
    .record({ bits: fc.integer({ min: 1, max: 8 }), cols: fc.integer({ min: 1, max: 70 }) })
    .chain(({ bits, cols }) =>
      fc.record({
        bits: fc.constant(bits),
        weights: fc.integer({ min: 1, max: 5 }).chain((rows) => bitRows(rows, cols)),
        inputs: fc.array(fc.array(fc.nat(2 ** bits - 1), { minLength: cols, maxLength: cols }), { maxLength: 4 }),
        t: fc.integer({ min: -300, max: 300 }),
        flip: fc.boolean(),
      }),
    );

  it("is the sum of +a and -a, and bits where that reaches the threshold", () => {
    fc.assert(
      fc.property(pixels, ({ bits, weights, inputs, t, flip }) => {
        const cols = weights[0].length;
        const packed = packBits(planeRows(inputs, bits), cols);
        const sums = inputs.map((a) => weights.map((row) => row.reduce((sum, bit, c) => sum + sign(bit) * a[c], 0)));
        const layer = { weights: packBits(weights) };
        expect(goldenBnn({ layers: [layer], inputs: packed, inputBits: bits })).toEqual({ dot: sums });
        const outputs = sums.map((row) => row.map((sum) => ((sum >= t ? !flip : flip) ? 1 : 0)));
        const thresholds = weights.map(() => ({ t, flip }));
        expect(goldenBnn({ layers: [{ ...layer, thresholds }], inputs: packed, inputBits: bits })).toEqual({
          bits: outputs,
        });
        // What follows takes the bits.
        const next = { weights: packBits([outputs[0] ?? weights.map(() => 1)]) };
        const chained = goldenBnn({ layers: [{ ...layer, thresholds }, next], inputs: packed, inputBits: bits });
        expect(chained).toEqual(goldenXnor({ ...next, inputs: packBits(outputs, weights.length) }));
      }),
    );
  });
});
