import fc from "fast-check";
import type { BinaryLayer } from "../../sw-model/binary/layer.ts";
import type { BnnOperation } from "../../sw-model/bnn/golden.ts";
import type { Scale } from "../../sw-model/bnn/scaling.ts";
import { type BnnParameters, layerCount, perLayer } from "../../sw-model/bnn/spec.ts";
import { binaryLayer, bitMatrix, checkered, scattered, uniform } from "./binary.ts";
import type { DirectedCase } from "./case.ts";

/** What a layer can have, given what its memories hold and what simulates quickly. */
interface Limits {
  readonly pes: number;
  readonly rows: number;
  readonly cols: number;
}

function limitsOf(p: BnnParameters): Limits[] {
  const layers = layerCount(p);
  const of = (name: "pes" | "lanes" | "weightDepth" | "rowDepth" | "inputDepth") => perLayer(p[name], layers);
  const [pes, lanes, weightDepth, rowDepth, inputDepth] = [
    of("pes"),
    of("lanes"),
    of("weightDepth"),
    of("rowDepth"),
    of("inputDepth"),
  ];
  return pes.map((elements, i) => {
    // A square of folds, so that rows and columns can be chosen apart.
    const planes = i === 0 ? mostPlanes(p) : 1;
    const columns = Math.min(Math.floor(inputDepth[i] / 2 / planes), Math.ceil(Math.sqrt(weightDepth[i])), 8);
    const rows = Math.min(rowDepth[i], Math.floor(weightDepth[i] / columns), 8);
    return { pes: elements, rows: Math.min(rows * elements, 90), cols: Math.min(columns * lanes[i], 300) };
  });
}

/** The widest inputs of which the first layer's buffer holds two vectors. */
function mostPlanes({ inputBits, inputDepth }: BnnParameters): number {
  return Math.min(inputBits, Math.floor(inputDepth[0] / 2));
}

/** Layer sizes: the inputs, then the rows of each layer, which the next one must hold as columns. */
function sizesOf(limits: readonly Limits[]): number[] {
  return [limits[0].cols, ...limits.map(({ rows }, i) => Math.min(rows, limits[i + 1]?.cols ?? rows))];
}

const kinds = { both: [true, false], bits: [true], dots: [false] } as const;

/** Random operations that fit the parameters' memories as they are, with a layer for each unit. */
export function arbitrary(parameters: BnnParameters): fc.Arbitrary<BnnOperation> {
  const most = sizesOf(limitsOf(parameters));
  const bits = fc.integer({ min: 1, max: mostPlanes(parameters) });
  return fc
    .record({
      sizes: fc.tuple(...most.map((size) => fc.integer({ min: 1, max: size }))),
      vectors: fc.nat(6),
      thresholded: fc.constantFrom(...kinds[parameters.results]),
      inputBits: parameters.inputBits === 1 ? fc.constant(undefined) : fc.option(bits, { nil: undefined, freq: 5 }),
    })
    .chain(({ sizes, vectors, thresholded, inputBits }) => {
      const layers = sizes.slice(1).map((rows, i) => binaryLayer(rows, sizes[i], i < sizes.length - 2 || thresholded));
      if (inputBits !== undefined) layers[0] = layers[0].chain((layer) => pixelLayer(layer, inputBits));
      const scaled = parameters.scaling !== "none" && !thresholded;
      return fc.record({
        ...(scaled ? { scales: scalesFor(parameters, sizes[sizes.length - 1]) } : {}),
        layers: fc.tuple(...layers),
        inputs: bitMatrix(vectors * (inputBits ?? 1), sizes[0]),
        ...(inputBits === undefined ? {} : { inputBits: fc.constant(inputBits) }),
      });
    });
}

/** The layer with thresholds on dot products of unsigned numbers: near the middle, anywhere, or at the ends. */
function pixelLayer(layer: BinaryLayer, bits: number): fc.Arbitrary<BinaryLayer> {
  if (layer.thresholds === undefined) return fc.constant(layer);
  const largest = layer.weights.cols * (2 ** bits - 1);
  const t = fc.oneof(
    fc.integer({ min: -Math.ceil(largest / 4), max: Math.ceil(largest / 4) }),
    fc.integer({ min: -largest, max: largest + 1 }),
    fc.constantFrom(-largest, largest, largest + 1),
  );
  const count = { minLength: layer.weights.rows, maxLength: layer.weights.rows };
  const thresholds = fc.array(fc.record({ t, flip: fc.boolean() }), count);
  return thresholds.map((list) => ({ weights: layer.weights, thresholds: list }));
}

/** Factors and offsets of every size; of a factor that is shifted, powers of two and 0. */
function scalesFor({ scaling, scaleBits, offsetBits }: BnnParameters, rows: number): fc.Arbitrary<Scale[]> {
  const signed = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
  const positive = fc.nat(scaleBits - 2).map((power) => 2 ** power);
  const negative = fc.nat(scaleBits - 1).map((power) => -(2 ** power));
  const power = fc.oneof({ weight: 5, arbitrary: positive }, { weight: 5, arbitrary: negative }, fc.constant(0));
  const factor = scaling === "shift" ? power : signed(scaleBits);
  const scale = fc.record({ factor, offset: signed(offsetBits) });
  return fc.array(scale, { minLength: rows, maxLength: rows });
}

/** Scales at the ends of their ranges, row by row. */
function extremeScales({ scaling, scaleBits, offsetBits }: BnnParameters, rows: number): Scale[] {
  const largest = scaling === "shift" ? 2 ** (scaleBits - 2) : 2 ** (scaleBits - 1) - 1;
  const offset = 2 ** (offsetBits - 1);
  const ends = [
    { factor: largest, offset: offset - 1 },
    { factor: -(2 ** (scaleBits - 1)), offset: -offset },
    { factor: 0, offset: -offset },
    { factor: -1, offset: 0 },
  ];
  return Array.from({ length: rows }, (_, row) => ends[row % ends.length]);
}

/**
 * Small vectors that come faster than the last layer, which folds its rows as often as it can, takes them: the input buffers of
 * all layers fill, from the last one to the first, and words wait before each.
 */
function crowd(p: BnnParameters): BnnOperation {
  const limits = limitsOf(p);
  const lanes = perLayer(p.lanes, limits.length);
  const inputDepth = perLayer(p.inputDepth, limits.length);
  const sizes = [
    Math.min(lanes[0], limits[0].cols),
    ...limits.map(({ pes, rows }, i) => (i + 1 < limits.length ? Math.min(pes, limits[i + 1].cols) : rows)),
  ];
  // Beside its buffer a layer holds a vector in each of its steps.
  const inside = 8;
  const vectors = limits.reduce(
    (sum, _, i) => sum + Math.floor(inputDepth[i] / Math.ceil(sizes[i] / lanes[i])) + inside,
    0,
  );
  const last = sizes[limits.length];
  const slowness = Math.max(2, Math.ceil(last / limits[limits.length - 1].pes));
  return {
    layers: limits.map((_, i): BinaryLayer => {
      const weights = scattered(sizes[i + 1], sizes[i], i);
      if (i === limits.length - 1 && p.results !== "bits") return { weights };
      const thresholds = Array.from({ length: sizes[i + 1] }, () => ({ t: Math.ceil(sizes[i] / 2), flip: false }));
      return { weights, thresholds };
    }),
    inputs: scattered(Math.min(Math.ceil((vectors * slowness) / (slowness - 1)), 300), sizes[0], limits.length),
  };
}

/** Corners: one of everything, the largest layers, alternating bits, no vectors, many vectors. */
export function directed(parameters: BnnParameters): DirectedCase<BnnOperation>[] {
  const most = sizesOf(limitsOf(parameters));
  const make = (sizes: readonly number[], vectors: number, thresholded: boolean): BnnOperation => {
    const layers = sizes.slice(1).map((rows, i): BinaryLayer => {
      const cols = sizes[i];
      const weights = checkered(rows, cols);
      if (i === sizes.length - 2 && !thresholded) return { weights };
      return {
        weights,
        thresholds: Array.from({ length: rows }, (_, r) => ({ t: r % (cols + 2), flip: r % 3 === 0 })),
      };
    });
    return { layers, inputs: checkered(vectors, sizes[0]) };
  };
  const uniformBits = (sizes: readonly number[], thresholded: boolean): BnnOperation => ({
    layers: sizes.slice(1).map((rows, i) => {
      const weights = uniform(rows, sizes[i], 1);
      const thresholds = Array.from({ length: rows }, () => ({ t: sizes[i], flip: false }));
      return i === sizes.length - 2 && !thresholded ? { weights } : { weights, thresholds };
    }),
    inputs: uniform(2, sizes[0], 1),
  });
  const ones = most.map(() => 1);
  const scaledAs = (operation: BnnOperation): BnnOperation => ({
    ...operation,
    scales: extremeScales(parameters, most[most.length - 1]),
  });
  const scaled = (name: string, operation: BnnOperation): DirectedCase<BnnOperation>[] =>
    parameters.scaling === "none" || operation.layers[operation.layers.length - 1].thresholds
      ? []
      : [{ name: `${name}, scales at their ends`, operation: scaledAs(operation) }];
  const plain = kinds[parameters.results].flatMap((thresholded): DirectedCase<BnnOperation>[] => {
    const kind = thresholded ? "bits" : "dots";
    return [
      { name: `one of everything, ${kind}`, operation: make(ones, 3, thresholded) },
      { name: `the largest layers, ${kind}`, operation: make(most, 2, thresholded) },
      { name: `everything agrees, ${kind}`, operation: uniformBits(most, thresholded) },
      ...scaled("the largest layers", make(most, 2, thresholded)),
      ...scaled("everything agrees", uniformBits(most, thresholded)),
      { name: `no vectors, ${kind}`, operation: make(ones, 0, thresholded) },
      { name: `many vectors through small layers, ${kind}`, operation: make(ones, 40, thresholded) },
      {
        name: `one less than the largest, ${kind}`,
        operation: make(
          most.map((size) => Math.max(1, size - 1)),
          5,
          thresholded,
        ),
      },
    ];
  });
  // Last: a testbench of limited length has the others first.
  return [...plain, { name: "vectors that fill the rings of inputs", operation: crowd(parameters) }];
}
