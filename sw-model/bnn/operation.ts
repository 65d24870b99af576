import { type BitMatrix, packBits } from "../binary/bits.ts";
import type { BinaryLayer, Threshold } from "../binary/layer.ts";
import { asArray, asBoolean, asInteger, asObject, describe, inside, type Place, root, wrongShape } from "../shape.ts";
import { checkResults, parseBinaryLayer, parseBits } from "../xnor/operation.ts";
import type { BnnOperation } from "./golden.ts";
import { planeRows } from "./pixel-layer.ts";
import type { Scale } from "./scaling.ts";
import type { BnnParameters } from "./spec.ts";

/**
 * Reads a `bnn` operation from parsed JSON: `{"layers": [{"weights", "thresholds"?}, ...], "inputs": [[0/1, ...], ...]}`. With
 * `"inputBits": b` the inputs are unsigned numbers of b bits, and t of the first layer's thresholds is one on the dot product; with
 * `"scales": [{"factor", "offset"}, ...]`, one a row of the last layer, factor * dot + offset is the result. Throws
 * `UserError` with the JSON path: wrong-shape (also where layers do not chain, or one before the last has no thresholds),
 * value-out-of-range; and parameter-conflict where the hardware has no such results.
 */
export function parseBnnOperation(value: unknown, parameters: BnnParameters, source?: string): BnnOperation {
  const at = root(source);
  const fields = asObject(value, at, ["layers", "inputs"], ["inputBits", "scales"]);
  const inputBits =
    fields.inputBits === undefined ? undefined : asInteger(fields.inputBits, inside(at, "inputBits"), 1, mostInputBits);
  const layersAt = inside(at, "layers");
  const given = asArray(fields.layers, layersAt, "layers");
  if (given.length === 0) throw wrongShape(layersAt, "at least one layer", "none");
  const layers: BinaryLayer[] = [];
  given.forEach((item, i) => {
    const layerAt = inside(layersAt, i);
    const { weights, thresholds } = asObject(item, layerAt, ["weights"], ["thresholds"]);
    if (i < given.length - 1 && thresholds === undefined) {
      throw wrongShape(
        inside(layerAt, "thresholds"),
        "thresholds, since only the last layer may do without",
        "nothing",
      );
    }
    const layer =
      i === 0 && inputBits !== undefined
        ? parsePixelLayer({ weights, thresholds }, layerAt, inputBits)
        : parseBinaryLayer({ weights, thresholds }, layerAt);
    const before = layers.at(-1)?.weights.rows ?? layer.weights.cols;
    if (layer.weights.cols !== before) {
      const expected = `${before} columns, as many as the layer before has rows`;
      throw wrongShape(inside(layerAt, "weights"), expected, `${layer.weights.cols} columns`);
    }
    layers.push(layer);
  });
  const last = layers[layers.length - 1];
  checkResults(last, parameters.results);
  const scales = fields.scales === undefined ? {} : { scales: parseScales(fields.scales, inside(at, "scales"), last) };
  if (inputBits !== undefined) {
    return {
      layers,
      inputs: parsePixels(fields.inputs, inside(at, "inputs"), layers[0].weights.cols, inputBits),
      inputBits,
      ...scales,
    };
  }
  return { ...scales, layers, inputs: parseBits(fields.inputs, inside(at, "inputs"), layers[0].weights.cols) };
}

/** As wide as the parameters go. */
const mostInputBits = 8;
const mostScaleBits = 16;
const mostOffsetBits = 32;

function parseScales(value: unknown, at: Place, { weights, thresholds }: BinaryLayer): Scale[] {
  if (thresholds !== undefined) {
    throw wrongShape(at, "no scales, since the last layer has thresholds", describe(value));
  }
  return asArray(value, at, "scales, one a row of the last layer", weights.rows).map((item, i) => {
    const itemAt = inside(at, i);
    const { factor, offset } = asObject(item, itemAt, ["factor", "offset"]);
    const signed = (given: unknown, name: string, bits: number) =>
      asInteger(given, inside(itemAt, name), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, `signed, ${bits} bits`);
    return { factor: signed(factor, "factor", mostScaleBits), offset: signed(offset, "offset", mostOffsetBits) };
  });
}

function parsePixelLayer(given: { weights: unknown; thresholds: unknown }, at: Place, bits: number): BinaryLayer {
  const { weights } = parseBinaryLayer({ weights: given.weights, thresholds: undefined }, at);
  if (given.thresholds === undefined) return { weights };
  const largest = weights.cols * (2 ** bits - 1);
  const thresholdsAt = inside(at, "thresholds");
  const list = asArray(given.thresholds, thresholdsAt, "thresholds, one a weight row", weights.rows);
  const thresholds = list.map((item, i): Threshold => {
    const itemAt = inside(thresholdsAt, i);
    const { t, flip } = asObject(item, itemAt, ["t", "flip"]);
    return {
      t: asInteger(t, inside(itemAt, "t"), -largest, largest + 1, "a dot product, or one more"),
      flip: asBoolean(flip, inside(itemAt, "flip")),
    };
  });
  return { weights, thresholds };
}

function parsePixels(value: unknown, at: Place, cols: number, bits: number): BitMatrix {
  const rows = asArray(value, at, "rows of numbers").map((row, r) =>
    asArray(row, inside(at, r), "numbers", cols).map((pixel, c) =>
      asInteger(pixel, inside(inside(at, r), c), 0, 2 ** bits - 1, `${bits} bits unsigned, inputBits`),
    ),
  );
  return packBits(planeRows(rows, bits), cols);
}
