import type { CnnLayer } from "../bcnn/golden.ts";
import { outputOf } from "../bcnn/operation.ts";
import { mostKernel, mostPool, mostStride } from "../bcnn/spec.ts";
import { type MapShape, shapeOfLayer } from "../conv/spec.ts";
import { asArray, asInteger, asObject, inside, type Place, root, wrongShape } from "../shape.ts";
import { checkChecksum } from "./envelope.ts";
import type { ConvolutionalModel } from "./model.ts";
import { binaryFields, contentOf, layerContent, parseBinaryFacts, parseLayer } from "./parse-binary.ts";

export const convolutionalFormat = "whittle-binary-convolutional-model";

/** Checks and reads the JSON of a stored binary convolutional model; see `loadModel` for the errors. */
export function parseConvolutionalModel(value: unknown, file: string): ConvolutionalModel {
  const at = root(file);
  const fields = binaryFields(value, at, ["input"]);
  const facts = parseBinaryFacts(fields, at);
  const input = parseInput(fields.input, inside(at, "input"));
  const layersAt = inside(at, "layers");
  const layers = parseLayers(asArray(fields.layers, layersAt, "layers"), input, layersAt);
  checkChecksum(fields, at);
  return { kind: "binary-convolutional", ...facts, input, layers };
}

/** What `parseConvolutionalModel` reads, in the order in which it stands in the file. */
export function convolutionalContent(model: ConvolutionalModel): Readonly<Record<string, unknown>> {
  const layers = model.layers.map((layer) => {
    const { kernel, stride, padding, pool } = layer;
    return { ...(kernel > 0 ? { kernel, stride, padding, pool } : {}), ...layerContent(layer) };
  });
  return contentOf(model, { input: model.input, layers });
}

function parseInput(value: unknown, at: Place): MapShape {
  const { width, height, channels } = asObject(value, at, ["width", "height", "channels"]);
  return {
    width: asInteger(width, inside(at, "width"), 1, 256),
    height: asInteger(height, inside(at, "height"), 1, 256),
    channels: asInteger(channels, inside(at, "channels"), 1, 1024),
  };
}

/** Layers that chain: each has as many columns as the map before it gives. */
function parseLayers(values: readonly unknown[], shape: MapShape, at: Place): CnnLayer[] {
  if (values.length === 0) throw wrongShape(at, "at least one layer", "none");
  let input = shape;
  return values.map((value, i) => {
    const layerAt = inside(at, i);
    const hidden = i < values.length - 1;
    const isConvolution = typeof value === "object" && value !== null && Object.hasOwn(value, "kernel");
    if (isConvolution && !hidden) throw wrongShape(layerAt, "a dense layer, since it is the last", "a convolution");
    const layer = isConvolution ? parseConvolution(value, layerAt, input) : dense(value, layerAt, hidden);
    const { items, itemBits } = shapeOfLayer(input, { ...layer, outputs: layer.weights.rows });
    if (layer.weights.cols !== items * itemBits) {
      throw wrongShape(inside(layerAt, "cols"), `${items * itemBits}`, `${layer.weights.cols}`);
    }
    input = outputOf(input, layer);
    return layer;
  });
}

function dense(value: unknown, at: Place, hidden: boolean): CnnLayer {
  return { ...parseLayer(value, at, hidden), kernel: 0, stride: 1, padding: 0, pool: 1 };
}

function parseConvolution(value: unknown, at: Place, { width, height }: MapShape): CnnLayer {
  const layer = parseLayer(value, at, true, ["kernel", "stride", "padding", "pool"]);
  const fields = value as Record<string, unknown>;
  const integer = (name: string, least: number, most: number, what?: string) =>
    asInteger(fields[name], inside(at, name), least, most, what);
  const kernel = integer("kernel", 1, mostKernel);
  const stride = integer("stride", 1, mostStride);
  const padding = integer("padding", 0, kernel - 1, "below the kernel");
  const padded = { width: width + 2 * padding, height: height + 2 * padding };
  if (kernel > Math.min(padded.width, padded.height)) {
    throw wrongShape(inside(at, "kernel"), `at most the padded map, ${padded.width} x ${padded.height}`, `${kernel}`);
  }
  const places = (size: number) => Math.floor((size - kernel) / stride) + 1;
  const most = Math.min(mostPool, places(padded.width), places(padded.height));
  return { ...layer, kernel, stride, padding, pool: integer("pool", 1, most, "the map before pooling") };
}
