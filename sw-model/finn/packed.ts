import { join } from "node:path";
import type { NumpyArray } from "../numpy/npy.ts";
import { readBytes } from "../read-file.ts";
import { type DatForm, datText, parseDat } from "./dat.ts";
import type { FinnLayer } from "./manifest.ts";

/**
 * FINN's memory words against its folded arrays of 1 x PE x depth x lanes (make_weight_file of MatrixVectorActivation
 * and Thresholding). A file of all PEs has PE p's element s at p * lanes + s of word w; a file of one PE has it at s.
 * Folded arrays reverse the lanes, words do not: column 0 is the lowest bit.
 */
interface Memory extends DatForm {
  readonly files: readonly string[];
  /** PEs a file. */
  readonly pes: number;
  /** Elements a PE and word: SIMD weights or one threshold. */
  readonly lanes: number;
}

type Part = "weights" | "thresholds";

function memoryOf(layer: FinnLayer, part: Part): Memory {
  const { inputs, outputs, pe, simd, lines = "word", thresholdDataType = "" } = layer;
  const files = [layer[part] ?? []].flat();
  const pes = pe / files.length;
  const rows = outputs / pe;
  if (part === "weights") {
    const words = rows * (inputs / simd);
    return { files, pes, lanes: simd, words, elements: pes * simd, bits: 1, signed: false, lines };
  }
  const bits = Number(/\d+/.exec(thresholdDataType));
  return { files, pes, lanes: 1, words: rows, elements: pes, bits, signed: thresholdDataType.startsWith("I"), lines };
}

/** Where element `i` of file `file`, counted word by word, stands in the folded array. */
function foldedPosition({ pes, lanes, elements, words }: Memory, file: number, i: number): number {
  const word = Math.floor(i / elements);
  const element = i % elements;
  const pe = file * pes + Math.floor(element / lanes);
  return (pe * words + word) * lanes + (lanes - 1 - (element % lanes));
}

/** The folded array of a layer's packed weights or thresholds. Throws `UserError` file-not-found, bad-dat. */
export function readPacked(folder: string, layer: FinnLayer, part: Part): NumpyArray {
  const memory = memoryOf(layer, part);
  const contents = memory.files.map((name) => {
    const file = join(folder, name);
    return parseDat(readBytes(file).toString("latin1"), memory, file);
  });
  const shape = [1, layer.pe, memory.words, memory.lanes];
  const values = new Float64Array(layer.pe * memory.words * memory.lanes);
  // A bipolar weight is packed as a bit, 0 for -1.
  const bipolar = part === "weights" && layer.weightDataType === "BIPOLAR";
  contents.forEach((content, file) => {
    content.forEach((value, i) => {
      values[foldedPosition(memory, file, i)] = bipolar ? 2 * value - 1 : value;
    });
  });
  return { shape, values };
}

/** The files of a layer's packed weights or thresholds, from its folded array. */
export function packedFiles(layer: FinnLayer, part: Part, { values }: NumpyArray): { name: string; content: string }[] {
  const memory = memoryOf(layer, part);
  return memory.files.map((name, file) => {
    const element = (i: number) => values[foldedPosition(memory, file, i)];
    const elements = Float64Array.from({ length: memory.words * memory.elements }, (_, i) =>
      part === "weights" ? Number(element(i) === 1) : element(i),
    );
    return { name, content: datText(elements, memory) };
  });
}
