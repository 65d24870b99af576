import { type BitMatrix, packBits, unpackBits } from "../binary/bits.ts";
import { type MapShape, shapeOfLayer } from "../conv/spec.ts";
import { UserError } from "../errors.ts";
import { asArray, asInteger, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import { parseBinaryLayer, parseBits } from "../xnor/operation.ts";
import type { BcnnOperation, CnnLayer } from "./golden.ts";
import { type BcnnParameters, mostKernel, mostPool, mostStride } from "./spec.ts";

/**
 * Reads a `bcnn` operation from parsed JSON: `{"layers": [convolution or dense, ...], "inputs": [map, ...]}`. A map is rows of
 * pixels, a pixel its channels, 0 or 1. A convolution is `{"kernels": [map, ...], "thresholds"?, "stride"?, "padding"?, "pool"?}`
 * with a square kernel an output channel; a dense layer is `{"weights": [[0/1, ...], ...], "thresholds"?}` with columns for all
 * pixels, row by row, and their channels. Without inputs the maps are taken to be of the parameters' size. Throws `UserError`
 * with the JSON path: wrong-shape (also where layers do not chain, or one that is not the last, or pools, has no thresholds),
 * value-out-of-range.
 */
export function parseBcnnOperation(value: unknown, parameters: BcnnParameters, source?: string): BcnnOperation {
  const at = root(source);
  const fields = asObject(value, at, ["layers", "inputs"]);
  const inputsAt = inside(at, "inputs");
  const maps = asArray(fields.inputs, inputsAt, "maps");
  const shape = maps.length > 0 ? shapeOf(maps[0], inside(inputsAt, 0)) : sizeOf(parameters);
  const layersAt = inside(at, "layers");
  const given = asArray(fields.layers, layersAt, "layers");
  if (given.length === 0) throw wrongShape(layersAt, "at least one layer", "none");
  const layers: CnnLayer[] = [];
  let input = shape;
  given.forEach((item, i) => {
    const layerAt = inside(layersAt, i);
    const layer = parseLayer(item, layerAt, input);
    if (layer.thresholds === undefined && (i < given.length - 1 || layer.pool > 1)) {
      const why = layer.pool > 1 ? "only bits are pooled" : "only the last layer may do without";
      throw wrongShape(inside(layerAt, "thresholds"), `thresholds, since ${why}`, "nothing");
    }
    layers.push(layer);
    input = outputOf(input, layer);
  });
  return { layers, shape, inputs: maps.map((map, i) => parseMap(map, inside(inputsAt, i), shape)) };
}

/** What leaves a layer that takes maps of this size. */
export function outputOf(input: MapShape, { weights, kernel, stride, padding, pool }: CnnLayer): MapShape {
  return shapeOfLayer(input, { kernel, stride, padding, pool, outputs: weights.rows }).output;
}

function sizeOf({ width, height, channels }: BcnnParameters): MapShape {
  return { width, height, channels };
}

/** The size of a map, judged by its first row and that row's first pixel. */
function shapeOf(value: unknown, at: Place): MapShape {
  const rows = nonEmpty(value, at, "rows of pixels");
  const pixels = nonEmpty(rows[0], inside(at, 0), "pixels");
  const channels = nonEmpty(pixels[0], inside(inside(at, 0), 0), "channels of a pixel");
  return { width: pixels.length, height: rows.length, channels: channels.length };
}

function nonEmpty(value: unknown, at: Place, what: string): readonly unknown[] {
  const list = asArray(value, at, what);
  if (list.length === 0) throw wrongShape(at, `at least one of ${what}`, "none");
  return list;
}

/** A map of just this size. */
function parseMap(value: unknown, at: Place, { width, height, channels }: MapShape): number[][][] {
  return asArray(value, at, "rows of pixels", height).map((row, y) => {
    const rowAt = inside(at, y);
    return unpackBits(parseBits(asArray(row, rowAt, "pixels", width), rowAt, channels));
  });
}

function parseLayer(value: unknown, at: Place, input: MapShape): CnnLayer {
  const isDense = typeof value === "object" && value !== null && Object.hasOwn(value, "weights");
  return isDense ? parseDense(value, at, input) : parseConvolution(value, at, input);
}

function parseDense(value: unknown, at: Place, { width, height, channels }: MapShape): CnnLayer {
  const { weights, thresholds } = asObject(value, at, ["weights"], ["thresholds"]);
  const layer = parseBinaryLayer({ weights, thresholds }, at);
  const columns = width * height * channels;
  if (layer.weights.cols !== columns) {
    const expected = `${columns} columns: ${width} x ${height} pixels of ${channels} channels`;
    throw wrongShape(inside(at, "weights"), expected, `${layer.weights.cols} columns`);
  }
  return { ...layer, kernel: 0, stride: 1, padding: 0, pool: 1 };
}

function parseConvolution(value: unknown, at: Place, input: MapShape): CnnLayer {
  const fields = asObject(value, at, ["kernels"], ["thresholds", "stride", "padding", "pool"]);
  const kernelsAt = inside(at, "kernels");
  const kernels = nonEmpty(fields.kernels, kernelsAt, "kernels");
  const kernel = nonEmpty(kernels[0], inside(kernelsAt, 0), "rows of a kernel").length;
  if (kernel > mostKernel) throw wrongShape(inside(kernelsAt, 0), `at most ${mostKernel} rows`, `${kernel} rows`);
  const weights = packKernels(kernels, kernelsAt, { width: kernel, height: kernel, channels: input.channels });
  const optional = (name: string, least: number, most: number, otherwise: number, what: string) =>
    fields[name] === undefined ? otherwise : asInteger(fields[name], inside(at, name), least, most, what);
  const stride = optional("stride", 1, mostStride, 1, "pixels from one window to the next");
  const padding = optional("padding", 0, kernel - 1, 0, "below the rows of a kernel");
  if (kernel > Math.min(input.width, input.height) + 2 * padding) {
    const expected = `kernels that are not larger than the maps, ${input.width} x ${input.height} and padding ${padding}`;
    throw wrongShape(kernelsAt, expected, `${kernel} x ${kernel}`);
  }
  const sizes = { weights, kernel, stride, padding };
  const map = outputOf(input, { ...sizes, pool: 1 });
  const mostHere = Math.min(mostPool, map.width, map.height);
  const pool = optional("pool", 1, mostHere, 1, `the map before pooling is ${map.width} x ${map.height}`);
  if (fields.thresholds === undefined) return { ...sizes, pool };
  // The columns of the weights say which thresholds there can be.
  const rows = unpackBits(weights);
  return { ...sizes, ...parseBinaryLayer({ weights: rows, thresholds: fields.thresholds }, at), pool };
}

function packKernels(kernels: readonly unknown[], at: Place, shape: MapShape): BitMatrix {
  return packBits(kernels.map((kernel, i) => parseMap(kernel, inside(at, i), shape).flat(2)));
}

/** Throws parameter-conflict where hardware that gives `results` cannot give what the operation's last layer asks for. */
export function checkGiven({ layers }: BcnnOperation, results: BcnnParameters["results"]): void {
  const wanted = layers[layers.length - 1].thresholds ? "bits" : "dots";
  if (wanted === results) return;
  throw new UserError({
    code: "parameter-conflict",
    message: `the operation asks for ${wanted}, but results = ${results}`,
    where: "results",
    expected: wanted,
    found: results,
    hint: `set results to ${wanted}, or leave it unset`,
  });
}
