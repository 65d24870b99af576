/** A stored matrix element: row, column, codebook code. An entry with code 0 is allowed and stored. */
export type Entry = readonly [row: number, col: number, code: number];

/** A sparse matrix in plain compressed-column form: columns ascending, rows ascending within a column. */
export interface SparseMatrix {
  readonly rows: number;
  readonly cols: number;
  /** Column j occupies positions columnStart[j] up to, not including, columnStart[j + 1]; cols + 1 values. */
  readonly columnStart: Uint32Array;
  readonly rowOf: Uint32Array;
  readonly codeOf: Uint8Array;
}

/** Sorts entries, given in any order and without duplicates, into columns. Positions must lie inside the matrix. */
export function fromEntries(rows: number, cols: number, entries: readonly Entry[]): SparseMatrix {
  // Two counting sorts, by row and then (stably) by column: linear also for millions of entries.
  const byRow = stableOrder(entries, 0, rows, identity(entries.length));
  const order = stableOrder(entries, 1, cols, byRow);
  const columnStart = new Uint32Array(cols + 1);
  for (const [, col] of entries) columnStart[col + 1]++;
  for (let j = 0; j < cols; j++) columnStart[j + 1] += columnStart[j];
  const rowOf = new Uint32Array(entries.length);
  const codeOf = new Uint8Array(entries.length);
  order.forEach((from, to) => {
    rowOf[to] = entries[from][0];
    codeOf[to] = entries[from][2];
  });
  return { rows, cols, columnStart, rowOf, codeOf };
}

/** The sparse form of a dense matrix of codes, `dense[row][col]`; code 0 is left out. */
export function fromDense(dense: readonly (readonly number[])[], cols = dense[0]?.length ?? 0): SparseMatrix {
  const entries = dense.flatMap((line, row) =>
    line.map((code, col): Entry => [row, col, code]).filter(([, , code]) => code !== 0),
  );
  return fromEntries(dense.length, cols, entries);
}

/** The part of a matrix that a window shows; without sizes up to the last row or column. A window on all of it shows the matrix itself. */
export function partOf(
  matrix: SparseMatrix,
  window: { readonly firstRow?: number; readonly rows?: number; readonly firstCol?: number; readonly cols?: number },
): SparseMatrix {
  const { firstRow = 0, firstCol = 0 } = window;
  const { rows = matrix.rows - firstRow, cols = matrix.cols - firstCol } = window;
  if (rows === matrix.rows && cols === matrix.cols) return matrix;
  const [from, to] = [matrix.columnStart[firstCol], matrix.columnStart[firstCol + cols]];
  const rowOf = new Uint32Array(to - from);
  const codeOf = new Uint8Array(to - from);
  const columnStart = new Uint32Array(cols + 1);
  let length = 0;
  for (let col = 0; col < cols; col++) {
    for (let at = matrix.columnStart[firstCol + col]; at < matrix.columnStart[firstCol + col + 1]; at++) {
      const row = matrix.rowOf[at] - firstRow;
      if (row < 0 || row >= rows) continue;
      rowOf[length] = row;
      codeOf[length++] = matrix.codeOf[at];
    }
    columnStart[col + 1] = length;
  }
  return { rows, cols, columnStart, rowOf: rowOf.slice(0, length), codeOf: codeOf.slice(0, length) };
}

/** All stored entries, columns ascending and rows ascending within them. */
export function toEntries({ cols, columnStart, rowOf, codeOf }: SparseMatrix): Entry[] {
  const entries: Entry[] = [];
  for (let col = 0; col < cols; col++) {
    for (let at = columnStart[col]; at < columnStart[col + 1]; at++) entries.push([rowOf[at], col, codeOf[at]]);
  }
  return entries;
}

function identity(length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => i);
}

function stableOrder(entries: readonly Entry[], key: 0 | 1, keys: number, order: Uint32Array): Uint32Array {
  const next = new Uint32Array(keys + 1);
  for (const entry of entries) next[entry[key] + 1]++;
  for (let i = 0; i < keys; i++) next[i + 1] += next[i];
  const sorted = new Uint32Array(order.length);
  for (const at of order) sorted[next[entries[at][key]]++] = at;
  return sorted;
}
