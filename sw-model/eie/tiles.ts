import { doesNotFit } from "../fit.ts";
import { countEntries } from "./csc.ts";
import { rowRotations } from "./rotations.ts";
import type { SparseMatrix } from "./sparse.ts";
import { type EieParameters, vectorRows } from "./spec.ts";

/** A part of a matrix that an array works through as one layer of a chain. */
export interface Tile {
  readonly matrix: SparseMatrix;
  /** Rotations of its rows with `balance`: the same for all tiles that add to the same sums. */
  readonly rotations?: Uint16Array | undefined;
  /** Where the part stands in the whole matrix. */
  readonly firstRow: number;
  readonly firstCol: number;
  /** First rows of its inputs and of its results in the activation memory, where a row has one value from every PE. */
  readonly sourceRow: number;
  readonly resultRow: number;
  /** The sums stay in the accumulators, and the next tile adds to them. */
  readonly hold: boolean;
}

/** A matrix as tiles, and which of them the memories hold at the same time. */
export interface Tiling {
  /** Tiles that are loaded together and run back to back. Inputs and accumulators outlast a load. */
  readonly loads: readonly (readonly Tile[])[];
  /** Where the results stand after the last tile. */
  readonly resultRow: number;
}

/**
 * Divides a matrix so that its parts fit the memories: by rows where there are more outputs than accumulators, by columns
 * where a part has more pointers or entries than a PE holds (EIE section IV works through long vectors in pieces, too). A
 * matrix that fits is one tile. Throws `UserError` does-not-fit where the activation memory cannot hold inputs and results.
 */
export function tilesOf(parameters: EieParameters, matrix: SparseMatrix): Tiling {
  const { pes, activationDepth } = parameters;
  const inputRows = Math.ceil(matrix.cols / pes);
  const outputRows = Math.ceil(matrix.rows / pes);
  // Inputs that are needed again must not be overwritten.
  const resultRow = outputRows > activationDepth ? inputRows : 0;
  const need = Math.max(inputRows, resultRow + outputRows);
  const have = vectorRows(parameters);
  if (need > have) throw doesNotFit("vectorDepth", need, have, "inputs and results", `set vectorDepth to ${need}`);

  const tiles: Tile[] = [];
  // Strips of even height: a low one has too little work for its PEs to even out.
  const height = pes * Math.ceil(outputRows / Math.ceil(outputRows / activationDepth));
  for (let row = 0; row < matrix.rows; row += height) {
    const rows = Math.min(height, matrix.rows - row);
    const strip = part(matrix, row, rows, 0, matrix.cols);
    const rotations = parameters.balance ? rowRotations(strip, pes) : undefined;
    const widths = columnWidths(parameters, strip, rotations);
    let firstCol = 0;
    widths.forEach((cols, i) => {
      tiles.push({
        matrix: part(strip, 0, rows, firstCol, cols),
        rotations,
        firstRow: row,
        firstCol,
        sourceRow: firstCol / pes,
        resultRow: resultRow + row / pes,
        hold: i < widths.length - 1,
      });
      firstCol += cols;
    });
  }
  return { loads: packed(parameters, tiles), resultRow };
}

/** Columns of each part of a strip; all but the last are whole rows of activations. */
function columnWidths(parameters: EieParameters, strip: SparseMatrix, rotations: Tile["rotations"]): number[] {
  const { pes, columnDepth } = parameters;
  const widths: number[] = [];
  for (let first = 0; first < strip.cols; ) {
    let cols = Math.min(strip.cols - first, columnDepth - 1);
    while (!fits(parameters, [{ matrix: part(strip, 0, strip.rows, first, cols), rotations }]))
      cols = Math.floor(cols / 2);
    if (first + cols < strip.cols) cols -= cols % pes;
    if (cols === 0) {
      const hint = "give the memories of columns and entries more room, or use more PEs";
      throw doesNotFit("columnDepth", pes + 1, columnDepth, "a row of columns", hint);
    }
    widths.push(cols);
    first += cols;
  }
  return widths;
}

/** Tiles in order, as many at a time as the memories hold. */
function packed(parameters: EieParameters, tiles: readonly Tile[]): Tile[][] {
  const loads: Tile[][] = [];
  for (const tile of tiles) {
    const open = loads.at(-1);
    const together = [...(open ?? []), tile];
    if (open && open.length < parameters.layers && fits(parameters, together)) open.push(tile);
    else loads.push([tile]);
  }
  return loads;
}

function fits(parameters: EieParameters, tiles: readonly Pick<Tile, "matrix" | "rotations">[]): boolean {
  const { pes, columnDepth, entryDepth, entriesPerWord } = parameters;
  if (tiles.reduce((sum, { matrix }) => sum + matrix.cols + 1, 0) > columnDepth) return false;
  const used = new Uint32Array(pes);
  for (const { matrix, rotations } of tiles) {
    countEntries(matrix, { ...parameters, rotations }).forEach((count, pe) => {
      used[pe] += Math.ceil(count / entriesPerWord) * entriesPerWord;
    });
  }
  return used.every((count) => count <= entryDepth);
}

/** `rows` rows and `cols` columns of a matrix, from (`firstRow`, `firstCol`) on. */
function part(matrix: SparseMatrix, firstRow: number, rows: number, firstCol: number, cols: number): SparseMatrix {
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
