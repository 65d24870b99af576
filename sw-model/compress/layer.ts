import type { SparseMatrix } from "../eie/sparse.ts";

/** Weights in one container, the padding of a small file to huge dense matrices bounded: 2^28, a gibibyte in float32. */
export const largestNetwork = 2 ** 28;

/** A fully connected layer that is pruned and shared. */
export interface CompressedLayer {
  readonly name: string;
  /** Outputs x inputs, and one more column where there is a bias: the last one. */
  readonly matrix: SparseMatrix;
  readonly bias: boolean;
  /** A rectifier follows. */
  readonly relu: boolean;
  /** Bits of a code, 1 to 8, and of the relative index that the layer is stored with, 1 to 8. */
  readonly weightBits: number;
  readonly indexBits: number;
  /** Value of each code; the first one is 0. At most 2^weightBits. */
  readonly codebook: Float32Array;
}

export interface CompressedNetwork {
  /** True where each layer's outputs are the next one's inputs and nothing stands between but rectifiers. */
  readonly chained: boolean;
  readonly layers: readonly CompressedLayer[];
}

/** The codes of a layer, input after input (the bias last) and output after output, as a sparse matrix. */
export function sparseCodes(codes: Uint8Array, rows: number): SparseMatrix {
  const cols = codes.length / rows;
  const count = codes.reduce((sum, code) => sum + (code === 0 ? 0 : 1), 0);
  const columnStart = new Uint32Array(cols + 1);
  const rowOf = new Uint32Array(count);
  const codeOf = new Uint8Array(count);
  let to = 0;
  for (let col = 0; col < cols; col++) {
    for (let row = 0; row < rows; row++) {
      const code = codes[col * rows + row];
      if (code === 0) continue;
      rowOf[to] = row;
      codeOf[to++] = code;
    }
    columnStart[col + 1] = to;
  }
  return { rows, cols, columnStart, rowOf, codeOf };
}

/** The weights that a layer stands for, input after input, the bias last. */
export function denseWeights({ matrix, codebook }: Pick<CompressedLayer, "matrix" | "codebook">): Float32Array {
  const { rows, cols, columnStart, rowOf, codeOf } = matrix;
  const weights = new Float32Array(rows * cols);
  for (let col = 0; col < cols; col++) {
    for (let at = columnStart[col]; at < columnStart[col + 1]; at++)
      weights[col * rows + rowOf[at]] = codebook[codeOf[at]];
  }
  return weights;
}
