import fc from "fast-check";
import type { BcnnOperation, CnnLayer } from "../../sw-model/bcnn/golden.ts";
import { type BcnnParameters, layersOf } from "../../sw-model/bcnn/spec.ts";
import type { BinaryLayer } from "../../sw-model/binary/layer.ts";
import type { BinaryMap } from "../../sw-model/conv/windows.ts";
import { binaryLayer, checkered, uniform } from "./binary.ts";
import type { DirectedCase } from "./case.ts";

/** Pixels of maps in one operation, so that large ones simulate quickly. */
const mostPixels = 1600;

/** Layers of the hardware's sizes, their weights and thresholds from `make`. */
function layersFrom<T>(p: BcnnParameters, make: (rows: number, cols: number, thresholded: boolean) => T) {
  const plans = layersOf(p);
  return plans.map(({ kernel, stride, padding, pool, outputs, items, itemBits }, i) => {
    const thresholded = i < plans.length - 1 || p.results === "bits";
    // As an operation says it: a dense layer has neither.
    const sizes = kernel === 0 ? { kernel, stride: 1, padding: 0, pool } : { kernel, stride, padding, pool };
    return { sizes, layer: make(outputs, items * itemBits, thresholded) };
  });
}

const shapeOf = ({ width, height, channels }: BcnnParameters) => ({ width, height, channels });

/** Random operations of the hardware's sizes. */
export function arbitrary(p: BcnnParameters): fc.Arbitrary<BcnnOperation> {
  const list = <T>(item: fc.Arbitrary<T>, length: number) => fc.array(item, { minLength: length, maxLength: length });
  const layers = layersFrom(p, binaryLayer).map(({ sizes, layer }) =>
    layer.map((weighted): CnnLayer => ({ ...sizes, ...weighted })),
  );
  const map = list(list(list(fc.nat(1), p.channels), p.width), p.height);
  const maps = fc.array(map, { maxLength: Math.max(1, Math.min(3, Math.floor(mostPixels / (p.width * p.height)))) });
  return fc.record({ layers: fc.tuple(...layers), shape: fc.constant(shapeOf(p)), inputs: maps });
}

/** Maps by a rule for the bit of a channel of a pixel. */
function mapOf(p: BcnnParameters, bit: (y: number, x: number, channel: number) => boolean): BinaryMap {
  return Array.from({ length: p.height }, (_, y) =>
    Array.from({ length: p.width }, (_, x) =>
      Array.from({ length: p.channels }, (_, channel) => (bit(y, x, channel) ? 1 : 0)),
    ),
  );
}

/** Corners: all alike, alternating, a single pixel in each corner, no maps, several maps. */
export function directed(p: BcnnParameters): DirectedCase<BcnnOperation>[] {
  const thresholds = (rows: number, t: (row: number) => number) =>
    Array.from({ length: rows }, (_, row) => ({ t: t(row), flip: row % 3 === 2 }));
  const agreeing = (rows: number, cols: number, thresholded: boolean): BinaryLayer => ({
    weights: uniform(rows, cols, 1),
    ...(thresholded ? { thresholds: thresholds(rows, () => cols) } : {}),
  });
  const alternating = (rows: number, cols: number, thresholded: boolean): BinaryLayer => ({
    weights: checkered(rows, cols),
    ...(thresholded ? { thresholds: thresholds(rows, (row) => (row % 2 ? (row * 5) % (cols + 2) : cols >> 1)) } : {}),
  });
  const operation = (make: typeof agreeing, inputs: readonly BinaryMap[]): BcnnOperation => ({
    layers: layersFrom(p, make).map(({ sizes, layer }) => ({ ...sizes, ...layer })),
    shape: shapeOf(p),
    inputs,
  });
  const [ones, zeros] = [mapOf(p, () => true), mapOf(p, () => false)];
  const [right, bottom] = [p.width - 1, p.height - 1];
  return [
    { name: "everything agrees", operation: operation(agreeing, [ones]) },
    { name: "nothing agrees", operation: operation(agreeing, [zeros]) },
    { name: "maps of ones and of zeros in turn", operation: operation(alternating, [ones, zeros, ones]) },
    { name: "alternating pixels", operation: operation(alternating, [mapOf(p, (y, x, c) => (x + y + c) % 2 === 1)]) },
    {
      name: "a pixel in each corner",
      operation: operation(alternating, [
        mapOf(p, (y, x) => (y === 0 || y === bottom) && (x === 0 || x === right)),
        mapOf(p, (y, x) => y === bottom && x === right),
      ]),
    },
    { name: "no maps", operation: operation(alternating, []) },
  ];
}
