import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { maxPool } from "../conv/pool.ts";
import { goldenBcnn } from "./golden.ts";

/** Convolution of real numbers, as the sum over a window stands in books; what is outside of the map is -1. */
function plainConvolution(
  map: readonly (readonly (readonly number[])[])[],
  kernel: readonly (readonly (readonly number[])[])[],
  stride: number,
  padding: number,
): number[][] {
  const [height, width, size] = [map.length, map[0].length, kernel.length];
  const result: number[][] = [];
  for (let y = 0; y * stride + size <= height + 2 * padding; y++) {
    result[y] = [];
    for (let x = 0; x * stride + size <= width + 2 * padding; x++) {
      let sum = 0;
      for (let ky = 0; ky < size; ky++) {
        for (let kx = 0; kx < size; kx++) {
          for (let c = 0; c < map[0][0].length; c++) {
            const value = map[y * stride + ky - padding]?.[x * stride + kx - padding]?.[c] ?? -1;
            sum += value * kernel[ky][kx][c];
          }
        }
      }
      result[y][x] = sum;
    }
  }
  return result;
}

const cube = (rows: number, columns: number, channels: number) => {
  const list = <T>(item: fc.Arbitrary<T>, length: number) => fc.array(item, { minLength: length, maxLength: length });
  return list(list(list(fc.nat(1), channels), columns), rows);
};

const oneLayer = fc
  .record({
    width: fc.integer({ min: 1, max: 8 }),
    height: fc.integer({ min: 1, max: 8 }),
    channels: fc.integer({ min: 1, max: 20 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 3 }),
  })
  .filter((s) => s.padding < s.kernel && s.kernel <= Math.min(s.width, s.height) + 2 * s.padding)
  .chain((s) => fc.tuple(fc.constant(s), cube(s.height, s.width, s.channels), cube(s.kernel, s.kernel, s.channels)));

const signed = (bits: readonly (readonly (readonly number[])[])[]) =>
  bits.map((row) => row.map((pixel) => pixel.map((bit) => 2 * bit - 1)));

describe("the golden model of binary convolution", () => {
  it("is convolution of +1 and -1, and batch normalisation's sign as a threshold", () => {
    fc.assert(
      fc.property(oneLayer, fc.nat(1000), fc.boolean(), ([s, map, kernel], at, flip) => {
        const { width, height, channels, stride, padding } = s;
        const weights = packBits([kernel.flat(2)]);
        const t = at % (weights.cols + 2);
        const layer = { weights, kernel: s.kernel, stride, padding, pool: 1 };
        const operation = { shape: { width, height, channels }, inputs: [map] };
        const expected = plainConvolution(signed(map), signed(kernel), stride, padding);
        const pixels = expected.map((row) => row.map((dot) => [dot]));
        expect(goldenBcnn({ ...operation, layers: [layer] })).toEqual({ dot: [pixels] });
        // Agreeing bits are at least t where the dot product is at least 2 t - n.
        const bits = pixels.map((row) => row.map(([dot]) => [dot >= 2 * t - weights.cols !== flip ? 1 : 0]));
        const thresholds = [{ t, flip }];
        expect(goldenBcnn({ ...operation, layers: [{ ...layer, thresholds }] })).toEqual({ bits: [bits] });
      }),
    );
  });

  it("pools to the maximum of +1 and -1", () => {
    const shapes = fc.record({ rows: fc.integer({ min: 1, max: 7 }), columns: fc.integer({ min: 1, max: 7 }) });
    const maps = shapes.chain(({ rows, columns }) => cube(rows, columns, 3));
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 3 }), (map, size) => {
        const pooled = maxPool(map, size);
        expect(pooled.length).toBe(Math.floor(map.length / size));
        pooled.forEach((row, y) => {
          expect(row.length).toBe(Math.floor(map[0].length / size));
          row.forEach((pixel, x) => {
            const largest = [-1, -1, -1];
            for (let dy = 0; dy < size; dy++) {
              for (let dx = 0; dx < size; dx++) {
                map[y * size + dy][x * size + dx].forEach((bit, c) => {
                  largest[c] = Math.max(largest[c], 2 * bit - 1);
                });
              }
            }
            expect(pixel.map((bit) => 2 * bit - 1)).toEqual(largest);
          });
        });
      }),
    );
  });
});
