import { type BitMatrix, packBits } from "../binary/bits.ts";
import type { BinaryLayer, Threshold } from "../binary/layer.ts";
import {
  asArray,
  asInteger,
  asNumber,
  asObject,
  asString,
  describe,
  inside,
  outOfRange,
  type Place,
  root,
  wrongShape,
} from "../shape.ts";
import { asRecord, checkChecksum, parseAccuracies } from "./envelope.ts";
import { binaryFootprint } from "./footprint.ts";
import type { BinaryModel, ConvolutionalModel } from "./model.ts";
import { bytesOf } from "./packed.ts";

export const binaryFormat = "whittle-binary-model";

/** Thresholds are stored in 16 bits, and the largest is one beyond the columns. */
const mostColumns = 65534;

const required = ["format", "version", "name", "summary", "data", "training", "inputThreshold", "sizes", "layers"];

/** Checks and reads the JSON of a stored binary model; see `loadModel` for the errors. */
export function parseBinaryModel(value: unknown, file: string): BinaryModel {
  const at = root(file);
  const fields = binaryFields(value, at);
  const layersAt = inside(at, "layers");
  const layers = parseLayers(asArray(fields.layers, layersAt, "layers"), layersAt);
  const model: BinaryModel = { kind: "binary", ...parseBinaryFacts(fields, at), layers };
  checkChecksum(fields, at);
  return model;
}

/** The fields of a stored model of binary weights, `more` among them. */
export function binaryFields(value: unknown, at: Place, more: readonly string[] = []): Record<string, unknown> {
  return asObject(value, at, [...required, ...more, "sha256"], ["accuracy", "floatPredictions"]);
}

/** Everything but the layers. */
export function parseBinaryFacts(fields: Record<string, unknown>, at: Place): Omit<BinaryModel, "kind" | "layers"> {
  const { accuracy, floatPredictions } = fields;
  return {
    name: asString(fields.name, inside(at, "name")),
    summary: asString(fields.summary, inside(at, "summary")),
    data: asRecord(fields.data, inside(at, "data")),
    training: asRecord(fields.training, inside(at, "training")),
    inputThreshold: asNumber(fields.inputThreshold, inside(at, "inputThreshold")),
    ...(accuracy === undefined ? {} : { accuracy: parseAccuracies(accuracy, inside(at, "accuracy")) }),
    ...(floatPredictions === undefined
      ? {}
      : { floatPredictions: parseClasses(floatPredictions, inside(at, "floatPredictions")) }),
  };
}

/** What `parseBinaryModel` reads, in the order in which it stands in the file. */
export function binaryContent(model: BinaryModel): Readonly<Record<string, unknown>> {
  return contentOf(model, { layers: model.layers.map(layerContent) });
}

/** The content of a model of binary weights, with what is special to its kind. */
export function contentOf(
  model: BinaryModel | ConvolutionalModel,
  special: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { name, summary, data, training, accuracy, inputThreshold, layers, floatPredictions } = model;
  return {
    name,
    summary,
    data,
    training,
    ...(accuracy ? { accuracy } : {}),
    inputThreshold,
    sizes: binaryFootprint(layers),
    ...special,
    ...(floatPredictions ? { floatPredictions: floatPredictions.join("") } : {}),
  };
}

/** Weights row by row, a row in whole bytes, column c in bit c mod 8 of byte c / 8; thresholds 16 bits little-endian. */
export function layerContent({ weights, thresholds }: BinaryLayer): Readonly<Record<string, unknown>> {
  const { rows, cols } = weights;
  const shape = { rows, cols, weights: bytesOfBits(weights).toString("base64") };
  if (!thresholds) return shape;
  const levels = Buffer.alloc(2 * rows);
  thresholds.forEach(({ t }, row) => {
    levels.writeUInt16LE(t, 2 * row);
  });
  const flips = bytesOfBits(packBits([thresholds.map(({ flip }) => (flip ? 1 : 0))]));
  return { ...shape, thresholds: levels.toString("base64"), flips: flips.toString("base64") };
}

function bytesOfBits({ rows, cols, wordsPerRow, words }: BitMatrix): Buffer {
  const perRow = Math.ceil(cols / 8);
  const bytes = Buffer.alloc(rows * perRow);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < perRow; i++) bytes[row * perRow + i] = words[row * wordsPerRow + (i >> 2)] >>> (8 * (i & 3));
  }
  return bytes;
}

function bitsOfBytes(text: string, rows: number, cols: number, at: Place): BitMatrix {
  const bytes = bytesOf(text, at);
  const perRow = Math.ceil(cols / 8);
  if (bytes.length !== rows * perRow) {
    throw wrongShape(at, `${rows * perRow} bytes (${rows} rows of ${cols} bits)`, `${bytes.length} bytes`);
  }
  const wordsPerRow = Math.ceil(cols / 32);
  const words = new Uint32Array(rows * wordsPerRow);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < perRow; i++) words[row * wordsPerRow + (i >> 2)] |= bytes[row * perRow + i] << (8 * (i & 3));
    if (bytes[(row + 1) * perRow - 1] >> (((cols - 1) % 8) + 1) !== 0) {
      throw wrongShape(at, `zeros beyond column ${cols - 1}`, `a one in the padding of row ${row}`);
    }
  }
  return { rows, cols, wordsPerRow, words };
}

function parseLayers(values: readonly unknown[], at: Place): BinaryLayer[] {
  if (values.length === 0) throw wrongShape(at, "at least one layer", "none");
  const layers = values.map((value, i) => parseLayer(value, inside(at, i), i < values.length - 1));
  layers.slice(1).forEach(({ weights }, i) => {
    const { rows } = layers[i].weights;
    if (weights.cols !== rows) throw wrongShape(inside(inside(at, i + 1), "cols"), `${rows}`, `${weights.cols}`);
  });
  return layers;
}

/** A layer; `more` names further keys that it has. A hidden one has thresholds. */
export function parseLayer(value: unknown, at: Place, hidden: boolean, more: readonly string[] = []): BinaryLayer {
  const folding = ["thresholds", "flips"];
  const keys = [...more, "rows", "cols", "weights"];
  const fields = asObject(value, at, [...keys, ...(hidden ? folding : [])], hidden ? [] : folding);
  const rows = asInteger(fields.rows, inside(at, "rows"), 1, 2 ** 24);
  const cols = asInteger(fields.cols, inside(at, "cols"), 1, mostColumns);
  const weightsAt = inside(at, "weights");
  const weights = bitsOfBytes(asString(fields.weights, weightsAt), rows, cols, weightsAt);
  if (fields.thresholds === undefined && fields.flips === undefined) return { weights };
  const flipsAt = inside(at, "flips");
  const flips = bitsOfBytes(asString(fields.flips, flipsAt), 1, rows, flipsAt);
  const levels = parseLevels(fields.thresholds, rows, cols, inside(at, "thresholds"));
  return { weights, thresholds: levels.map((t, row): Threshold => ({ t, flip: bitOf(flips, row) })) };
}

function bitOf({ words }: BitMatrix, col: number): boolean {
  return ((words[col >>> 5] >>> (col & 31)) & 1) === 1;
}

function parseLevels(value: unknown, rows: number, cols: number, at: Place): number[] {
  const bytes = bytesOf(asString(value, at), at);
  if (bytes.length !== 2 * rows) throw wrongShape(at, `${2 * rows} bytes (16 bits a row)`, `${bytes.length} bytes`);
  return Array.from({ length: rows }, (_, row) => {
    const t = bytes.readUInt16LE(2 * row);
    if (t > cols + 1) throw outOfRange(inside(at, row), 0, cols + 1, t, "a popcount, or one beyond");
    return t;
  });
}

/** A digit a sample. */
function parseClasses(value: unknown, at: Place): number[] {
  const text = asString(value, at);
  if (!/^\d*$/.test(text)) throw wrongShape(at, "a text of digits, one a sample", describe(text));
  return Array.from(text, Number);
}
