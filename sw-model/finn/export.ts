import { bitAt } from "../binary/bits.ts";
import type { BinaryLayer } from "../binary/layer.ts";
import type { BinaryModel } from "../model/model.ts";
import { npyBytes } from "../numpy/npy.ts";
import { thresholdPosition, thresholdShape, weightPosition, weightShape } from "./import.ts";
import { type FinnLayer, finnFormat, manifestName } from "./manifest.ts";

export type FinnChoices = Pick<FinnLayer, "layout" | "weightDataType" | "accumulator"> & {
  /** For layer `i`; divisors of its outputs and inputs. */
  readonly fold?: (layer: BinaryLayer, i: number) => { readonly pe: number; readonly simd: number };
};

export interface ExportedFile {
  readonly name: string;
  readonly content: string | Buffer;
}

/**
 * The files of a FINN-style folder. FINN compares only one way, so a row with a flip becomes the row of opposite
 * weights: popcount >= t turned round is n - popcount >= n + 1 - t.
 */
export function exportFinn(model: BinaryModel, choices: FinnChoices): ExportedFile[] {
  const layers = model.layers.map((layer, i): FinnLayer => {
    const { pe, simd } = choices.fold?.(layer, i) ?? { pe: 1, simd: 1 };
    const { layout, weightDataType, accumulator } = choices;
    const { rows: outputs, cols: inputs } = layer.weights;
    const thresholds = layer.thresholds ? { thresholds: `layer${i}-thresholds.npy` } : {};
    const folding = { inputs, outputs, layout, pe, simd, weightDataType, accumulator };
    return { weights: `layer${i}-weights.npy`, ...thresholds, ...folding };
  });
  const { name, inputThreshold } = model;
  const manifest = { format: finnFormat, version: 1, name, inputThreshold, layers };
  const arrays = layers.flatMap((layer, i) => arraysOf(layer, model.layers[i]));
  return [{ name: manifestName, content: `${JSON.stringify(manifest, null, 1)}\n` }, ...arrays];
}

function arraysOf(layer: FinnLayer, { weights, thresholds }: BinaryLayer): ExportedFile[] {
  const { rows, cols } = weights;
  const low = layer.weightDataType === "BIPOLAR" ? -1 : 0;
  const values = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const one = thresholds?.[row].flip ? 0 : 1;
    for (let col = 0; col < cols; col++) {
      values[weightPosition(layer, row, col)] = bitAt(weights, row, col) === one ? 1 : low;
    }
  }
  const files = [{ name: layer.weights, content: npyBytes({ shape: weightShape(layer), values }) }];
  if (!thresholds || layer.thresholds === undefined) return files;
  const levels = new Float64Array(rows);
  thresholds.forEach(({ t, flip }, row) => {
    const popcount = flip ? cols + 1 - t : t;
    levels[thresholdPosition(layer, row)] = layer.accumulator === "popcount" ? popcount : 2 * popcount - cols;
  });
  return [...files, { name: layer.thresholds, content: npyBytes({ shape: thresholdShape(layer), values: levels }) }];
}
