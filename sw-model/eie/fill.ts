import { bridgingRows } from "../gaps.ts";
import { type CscFormat, placement, rowAt } from "./csc.ts";
import { type EieOperation, matrixOf } from "./operation.ts";
import { rowRotations } from "./rotations.ts";
import type { SparseMatrix } from "./sparse.ts";

/** A matrix as an array stores it. */
export interface StoredMatrix {
  readonly matrix: SparseMatrix;
  /** With `balance`: its rotations, which must be used as they are. Undefined: those of the matrix itself. */
  readonly rotations?: Uint16Array | undefined;
}

/** A weight that was pruned, as an entry can hold it. */
export interface Spare {
  /** Of a value that is not 0. */
  readonly code: number;
  /** By how much the square of the error falls where the entry holds this code and not 0; positive. */
  readonly gain: number;
}

/** The spare weights of a column, by row; undefined where there is none. */
export type Spares = (col: number) => (row: number) => Spare | undefined;

/**
 * Gives entries that only bridge a gap a weight in place of 0. A gap of z zeros on a PE takes floor(z / 2^indexBits) entries wherever they
 * stand, as long as no index is too large; they stand where the gains sum to the most. So the same number of entries is stored in every
 * column of every PE, and cycles stay the same; what is computed is the product with the matrix given back. Rows stay on the PEs
 * that the matrix had them on, so its rotations go with it.
 */
export function fillPadding(matrix: SparseMatrix, spares: Spares, format: CscFormat): StoredMatrix {
  const { pes, indexBits, balance = false } = format;
  const rotations = balance ? (format.rotations ?? rowRotations(matrix, pes)) : undefined;
  const peOf = placement(matrix, { ...format, rotations });
  const columns = Array.from({ length: matrix.cols }, (_, col) => {
    const kept = Array.from({ length: pes }, (): number[] => []);
    const column: [row: number, code: number][] = [];
    for (let at = matrix.columnStart[col]; at < matrix.columnStart[col + 1]; at++) {
      const row = matrix.rowOf[at];
      kept[peOf[row]].push(Math.floor(row / pes));
      column.push([row, matrix.codeOf[at]]);
    }
    const spare = spares(col);
    kept.forEach((rows, pe) => {
      const place = (local: number) => rowAt(pe, local, pes, rotations);
      for (const local of bridgingRows(rows, (local) => spare(place(local))?.gain ?? 0, { reach: 2 ** indexBits })) {
        const found = spare(place(local));
        if (found) column.push([place(local), found.code]);
      }
    });
    return column.sort(([a], [b]) => a - b);
  });
  return { matrix: fromColumns(matrix.rows, columns), ...(rotations && { rotations }) };
}

/** The matrix that an array stores for an operation: the weights in padding entries are those whose squares sum to the most. */
export function storedMatrix(operation: EieOperation, format: CscFormat): StoredMatrix {
  const matrix = matrixOf(operation);
  const { pruned, codebook, cols } = operation;
  if (!pruned) return { matrix };
  const byColumn = Array.from({ length: cols }, () => new Map<number, Spare>());
  for (const [row, col, code] of pruned) {
    if (codebook[code] !== 0) byColumn[col].set(row, { code, gain: codebook[code] ** 2 });
  }
  return fillPadding(matrix, (col) => (row) => byColumn[col].get(row), format);
}

/**
 * Spare weights from the matrix before pruning, `weights(row, col)`: the code is that of the nearest value of the codebook; a weight that is
 * nearest to 0 is none.
 */
export function sparesOf(weights: (row: number, col: number) => number, codebook: ArrayLike<number>): Spares {
  return (col) => (row) => {
    const weight = weights(row, col);
    let code = 0;
    for (let c = 1; c < codebook.length; c++) {
      if (Math.abs(weight - codebook[c]) < Math.abs(weight - codebook[code])) code = c;
    }
    return code === 0 ? undefined : { code, gain: weight ** 2 - (weight - codebook[code]) ** 2 };
  };
}

function fromColumns(rows: number, columns: readonly (readonly [row: number, code: number])[][]): SparseMatrix {
  const columnStart = new Uint32Array(columns.length + 1);
  columns.forEach((column, col) => {
    columnStart[col + 1] = columnStart[col] + column.length;
  });
  const all = columns.flat();
  const rowOf = Uint32Array.from(all, ([row]) => row);
  const codeOf = Uint8Array.from(all, ([, code]) => code);
  return { rows, cols: columns.length, columnStart, rowOf, codeOf };
}
