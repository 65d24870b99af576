/** An array of `pes` processing elements that take `lanes` bits of a vector in a cycle. */
export interface ArrayShape {
  readonly pes: number;
  readonly lanes: number;
}

/** A weight matrix of one bit a weight. */
export interface MatrixShape {
  readonly rows: number;
  readonly cols: number;
}

/**
 * How often a matrix is larger than the array, rounded up: the array works through `rowFolds` groups of `pes` rows, each in
 * `columnFolds` steps of `lanes` columns. One vector takes their product in cycles (FINN, section 4.3).
 */
export interface Folds {
  readonly rowFolds: number;
  readonly columnFolds: number;
}

export function foldsOf({ rows, cols }: MatrixShape, { pes, lanes }: ArrayShape): Folds {
  return { rowFolds: Math.ceil(rows / pes), columnFolds: Math.ceil(cols / lanes) };
}
