import fc from "fast-check";
import type { BcnnOperation, CnnLayer } from "../../sw-model/bcnn/golden.ts";
import { type BcnnParameters, layersOf } from "../../sw-model/bcnn/spec.ts";
import { bitAt } from "../../sw-model/binary/bits.ts";
import type { BinaryLayer } from "../../sw-model/binary/layer.ts";
import type { BinaryMap } from "../../sw-model/conv/windows.ts";
import { binaryLayer, checkered, scattered, uniform } from "./binary.ts";
import type { DirectedCase } from "./case.ts";

/** Pixels of maps in one operation, so that large ones simulate quickly. */
const mostPixels = 1600;

type MakeLayer<T> = (rows: number, cols: number, thresholded: boolean, pool: number) => T;

/** Layers of the hardware's sizes, their weights and thresholds from `make`. */
function layersFrom<T>(p: BcnnParameters, make: MakeLayer<T>) {
  const plans = layersOf(p);
  return plans.map(({ kernel, stride, padding, pool, outputs, items, itemBits }, i) => {
    const thresholded = i < plans.length - 1 || p.results === "bits";
    // As an operation says it: a dense layer has neither.
    const sizes = kernel === 0 ? { kernel, stride: 1, padding: 0, pool } : { kernel, stride, padding, pool };
    return { sizes, layer: make(outputs, items * itemBits, thresholded, pool) };
  });
}

const shapeOf = ({ width, height, channels }: BcnnParameters) => ({ width, height, channels });

const mostMaps = (p: BcnnParameters, most: number) =>
  Math.max(1, Math.min(most, Math.floor(mostPixels / (p.width * p.height))));

/** Random operations of the hardware's sizes. */
export function arbitrary(p: BcnnParameters): fc.Arbitrary<BcnnOperation> {
  const list = <T>(item: fc.Arbitrary<T>, length: number) => fc.array(item, { minLength: length, maxLength: length });
  const layers = layersFrom(p, binaryLayer).map(({ sizes, layer }) =>
    layer.map((weighted): CnnLayer => ({ ...sizes, ...weighted })),
  );
  const map = list(list(list(fc.nat(1), p.channels), p.width), p.height);
  const maps = fc.array(map, { maxLength: mostMaps(p, 3) });
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

/** Maps of bits without a pattern, more than the layers hold where maps are small. */
function mixedMaps(p: BcnnParameters): BinaryMap[] {
  return Array.from({ length: mostMaps(p, 12) }, (_, map) => {
    const bits = scattered(p.height * p.width, p.channels, map);
    return mapOf(p, (y, x, channel) => bitAt(bits, y * p.width + x, channel) === 1);
  });
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
  // About as many ones as zeros behind the pooling, so that a wrong bit in front of it is seen; in every third row nothing, which
  // the threshold of any other row would change.
  const mixed = (rows: number, cols: number, thresholded: boolean, pool: number): BinaryLayer => {
    const t = Math.min(cols, Math.ceil(cols / 2 + Math.sqrt((cols * Math.log(pool)) / 2)));
    const all = thresholds(rows, () => t).map(({ flip }) => ({ t: flip ? cols + 1 : t, flip: false }));
    return { weights: scattered(rows, cols, 1), ...(thresholded ? { thresholds: all } : {}) };
  };
  const operation = (make: MakeLayer<BinaryLayer>, inputs: readonly BinaryMap[]): BcnnOperation => ({
    layers: layersFrom(p, make).map(({ sizes, layer }) => ({ ...sizes, ...layer })),
    shape: shapeOf(p),
    inputs,
  });
  const [ones, zeros] = [mapOf(p, () => true), mapOf(p, () => false)];
  const [right, bottom] = [p.width - 1, p.height - 1];
  return [
    // First, where a check lets results wait the longest: layers stop one after the other, with windows before the first one.
    { name: "maps that fill the rings of words", operation: operation(mixed, mixedMaps(p)) },
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
