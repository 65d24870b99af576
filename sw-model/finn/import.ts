import { join } from "node:path";
import { type BitMatrix, setBit, zeroBits } from "../binary/bits.ts";
import type { BinaryLayer, Threshold } from "../binary/layer.ts";
import { UserError } from "../errors.ts";
import { readJson } from "../json.ts";
import type { BinaryModel } from "../model/model.ts";
import { type NumpyArray, parseNpy } from "../numpy/npy.ts";
import { readBytes } from "../read-file.ts";
import { type FinnLayer, manifestName, parseManifest } from "./manifest.ts";
import { readPacked } from "./packed.ts";

/**
 * Reads a folder with `finn.json` and its arrays. FINN knows no flip, so none is set. Throws `UserError` (exit 2):
 * file-not-found, not-json, wrong-shape, value-out-of-range for the manifest; bad-npy, bad-dat for a file that is damaged;
 * wrong-shape where an array does not fit its layer, not-binary where a weight is neither of its two values, and
 * bad-threshold where a threshold is no finite number.
 */
export function importFinn(folder: string): BinaryModel {
  const file = join(folder, manifestName);
  const { name, inputThreshold, layers } = parseManifest(readJson(file), file);
  return {
    kind: "binary",
    name,
    summary: "imported from FINN-style arrays",
    data: {},
    training: { method: "imported" },
    inputThreshold,
    layers: layers.map((layer) => importLayer(folder, layer)),
  };
}

function importLayer(folder: string, layer: FinnLayer): BinaryLayer {
  const read = (part: "weights" | "thresholds", names: string | readonly string[]) => {
    const file = join(folder, [names].flat()[0]);
    const array = layer.layout === "packed" ? readPacked(folder, layer, part) : parseNpy(readBytes(file), file);
    return [array, layer, file] as const;
  };
  const weights = importWeights(...read("weights", layer.weights));
  if (layer.thresholds === undefined) return { weights };
  return { weights, thresholds: importThresholds(...read("thresholds", layer.thresholds)) };
}

/** Where weight (row, col) stands in its array. */
export function weightPosition({ layout, inputs, outputs, pe, simd }: FinnLayer, row: number, col: number): number {
  if (layout === "matrix") return col * outputs + row;
  const words = inputs / simd;
  const word = Math.floor(row / pe) * words + Math.floor(col / simd);
  return ((row % pe) * (outputs / pe) * words + word) * simd + (simd - 1 - (col % simd));
}

/** Where the threshold of `row` stands in its array. */
export function thresholdPosition({ layout, outputs, pe }: FinnLayer, row: number): number {
  return layout === "matrix" ? row : (row % pe) * (outputs / pe) + Math.floor(row / pe);
}

export function weightShape({ layout, inputs, outputs, pe, simd }: FinnLayer): number[] {
  return layout === "matrix" ? [inputs, outputs] : [1, pe, (outputs / pe) * (inputs / simd), simd];
}

export function thresholdShape({ layout, outputs, pe }: FinnLayer): number[] {
  return layout === "matrix" ? [outputs, 1] : [1, pe, outputs / pe, 1];
}

function importWeights(array: NumpyArray, layer: FinnLayer, file: string): BitMatrix {
  checkShape(array, weightShape(layer), file);
  const low = layer.weightDataType === "BIPOLAR" ? -1 : 0;
  const bits = zeroBits(layer.outputs, layer.inputs);
  for (let row = 0; row < layer.outputs; row++) {
    for (let col = 0; col < layer.inputs; col++) {
      const at = weightPosition(layer, row, col);
      const value = array.values[at];
      if (value === 1) setBit(bits, row, col);
      else if (value !== low) throw notBinary(file, array.shape, at, layer, value);
    }
  }
  return bits;
}

/** x >= T is x >= ceil(T) for whole x; dot >= T is popcount >= (T + n) / 2. What no popcount reaches stays one beyond. */
function importThresholds(array: NumpyArray, layer: FinnLayer, file: string): Threshold[] {
  checkShape(array, thresholdShape(layer), file);
  const { inputs, accumulator } = layer;
  return Array.from({ length: layer.outputs }, (_, row) => {
    const at = thresholdPosition(layer, row);
    const value = array.values[at];
    if (!Number.isFinite(value)) throw notNumber(file, array.shape, at, value);
    // Rounded up first: a fraction that is small beside `inputs` would be lost in the sum.
    const least = Math.ceil(value);
    const popcount = accumulator === "popcount" ? least : Math.ceil((least + inputs) / 2);
    return { t: Math.min(inputs + 1, Math.max(0, popcount)), flip: false };
  });
}

function checkShape({ shape }: NumpyArray, expected: readonly number[], file: string): void {
  // A single threshold a neuron may come without its last dimension of one.
  const same = (wanted: readonly number[]) => wanted.length === shape.length && wanted.every((n, i) => n === shape[i]);
  if (same(expected) || (expected.at(-1) === 1 && expected.length === 2 && same(expected.slice(0, -1)))) return;
  const text = (dimensions: readonly number[]) => dimensions.join(" x ") || "a single number";
  throw new UserError({
    code: "wrong-shape",
    message: `${file} is ${text(shape)}, not ${text(expected)} as its layer says`,
    where: file,
    expected: text(expected),
    found: text(shape),
    hint: `inputs, outputs, layout, pe and simd stand in ${manifestName}`,
  });
}

/** [i, j, ...] of a flat position. */
function indexText(shape: readonly number[], at: number): string {
  let rest = at;
  const indices = [...shape].reverse().map((size) => {
    const index = rest % size;
    rest = Math.floor(rest / size);
    return index;
  });
  return `[${indices.reverse().join(", ")}]`;
}

function notBinary(file: string, shape: readonly number[], at: number, layer: FinnLayer, value: number): UserError {
  const where = `${file}: ${indexText(shape, at)}`;
  const expected = layer.weightDataType === "BIPOLAR" ? "-1 or +1 (BIPOLAR)" : "0 or 1 (BINARY)";
  return new UserError({
    code: "not-binary",
    message: `${where} is ${value}, not ${expected}`,
    where,
    expected,
    found: `${value}`,
  });
}

function notNumber(file: string, shape: readonly number[], at: number, value: number): UserError {
  const where = `${file}: ${indexText(shape, at)}`;
  const message = `${where} is ${value}, not a finite number`;
  return new UserError({ code: "bad-threshold", message, where, expected: "a finite number", found: `${value}` });
}
