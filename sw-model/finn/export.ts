import { bitAt } from "../binary/bits.ts";
import type { BinaryLayer } from "../binary/layer.ts";
import type { BinaryModel } from "../model/model.ts";
import { type NumpyArray, npyBytes } from "../numpy/npy.ts";
import { thresholdPosition, thresholdShape, weightPosition, weightShape } from "./import.ts";
import { type FinnLayer, finnFormat, manifestName } from "./manifest.ts";
import { packedFiles } from "./packed.ts";

export type FinnChoices = Pick<FinnLayer, "layout" | "weightDataType" | "accumulator" | "lines"> & {
  /** Packed words in a file for each PE, not in one for all. */
  readonly filePerPe?: boolean;
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
    const { layout, weightDataType, accumulator, lines = "word", filePerPe = false } = choices;
    const { rows: outputs, cols: inputs } = layer.weights;
    const isPacked = layout === "packed";
    const files = (part: string) => {
      const start = `layer${i}-${part}`;
      if (!isPacked) return `${start}.npy`;
      return filePerPe ? Array.from({ length: pe }, (_, p) => `${start}-${p}.dat`) : `${start}.dat`;
    };
    const thresholds = layer.thresholds ? { thresholds: files("thresholds") } : {};
    const folding = { inputs, outputs, layout, pe, simd, weightDataType, accumulator };
    const packing = isPacked ? { lines } : {};
    const type = isPacked && layer.thresholds ? { thresholdDataType: thresholdType(inputs, accumulator) } : {};
    return { weights: files("weights"), ...thresholds, ...folding, ...packing, ...type };
  });
  const { name, inputThreshold } = model;
  const manifest = { format: finnFormat, version: 1, name, inputThreshold, layers };
  const arrays = layers.flatMap((layer, i) => arraysOf(layer, model.layers[i]));
  return [{ name: manifestName, content: `${JSON.stringify(manifest, null, 1)}\n` }, ...arrays];
}

/** FINN's smallest type for any threshold, 0 to inputs + 1 on a popcount, -inputs to inputs + 2 on a dot product. */
function thresholdType(inputs: number, accumulator: FinnLayer["accumulator"]): string {
  if (accumulator === "popcount") return `UINT${Math.ceil(Math.log2(inputs + 2))}`;
  return `INT${1 + Math.ceil(Math.log2(inputs + 3))}`;
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
  const files = filesOf(layer, "weights", { shape: weightShape(layer), values });
  if (!thresholds || layer.thresholds === undefined) return files;
  const levels = new Float64Array(rows);
  thresholds.forEach(({ t, flip }, row) => {
    const popcount = flip ? cols + 1 - t : t;
    levels[thresholdPosition(layer, row)] = layer.accumulator === "popcount" ? popcount : 2 * popcount - cols;
  });
  return [...files, ...filesOf(layer, "thresholds", { shape: thresholdShape(layer), values: levels })];
}

function filesOf(layer: FinnLayer, part: "weights" | "thresholds", array: NumpyArray): ExportedFile[] {
  if (layer.layout === "packed") return packedFiles(layer, part, array);
  return [layer[part] ?? []].flat().map((name) => ({ name, content: npyBytes(array) }));
}
