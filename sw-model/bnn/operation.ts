import type { BinaryLayer } from "../binary/layer.ts";
import { asArray, asObject, inside, root, wrongShape } from "../shape.ts";
import { checkResults, parseBinaryLayer, parseBits } from "../xnor/operation.ts";
import type { BnnOperation } from "./golden.ts";
import type { BnnParameters } from "./spec.ts";

/**
 * Reads a `bnn` operation from parsed JSON: `{"layers": [{"weights", "thresholds"?}, ...], "inputs": [[0/1, ...], ...]}`. Throws
 * `UserError` with the JSON path: wrong-shape (also where layers do not chain, or one before the last has no thresholds),
 * value-out-of-range; and parameter-conflict where the hardware has no such results.
 */
export function parseBnnOperation(value: unknown, parameters: BnnParameters, source?: string): BnnOperation {
  const at = root(source);
  const fields = asObject(value, at, ["layers", "inputs"]);
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
    const layer = parseBinaryLayer({ weights, thresholds }, layerAt);
    const before = layers.at(-1)?.weights.rows ?? layer.weights.cols;
    if (layer.weights.cols !== before) {
      const expected = `${before} columns, as many as the layer before has rows`;
      throw wrongShape(inside(layerAt, "weights"), expected, `${layer.weights.cols} columns`);
    }
    layers.push(layer);
  });
  checkResults(layers[layers.length - 1], parameters.results);
  return { layers, inputs: parseBits(fields.inputs, inside(at, "inputs"), layers[0].weights.cols) };
}
