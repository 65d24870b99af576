import { doesNotFit } from "../fit.ts";
import type { CycleParameters } from "./array-cycles.ts";
import { countEntries } from "./csc.ts";
import { fastRotations } from "./fast-rotations.ts";
import { rowRotations } from "./rotations.ts";
import { partOf, type SparseMatrix } from "./sparse.ts";
import type { EieParameters } from "./spec.ts";

/** What decides how much of a matrix the memories hold. */
export type TileFormat = Pick<
  EieParameters,
  "pes" | "indexBits" | "balance" | "activationBanks" | "columnDepth" | "entryDepth" | "entriesPerWord"
>;

/** A part of the encoded matrix: rows as PEs store them. */
interface Stored {
  readonly matrix: SparseMatrix;
  readonly rotations?: Uint16Array | undefined;
}

/** Rows of a matrix with all its columns, and the widths of the tiles in which PEs hold them. */
export interface Strip extends Stored {
  readonly firstRow: number;
  readonly widths: readonly number[];
}

/** How tall a strip may be, in rows of one output from every PE, and of how many columns the inputs are there at the same time. */
export interface StripLimits {
  readonly tallest: number;
  readonly window: number;
  /** Every input has a value, as far as one knows: see `TilingChoice`. */
  readonly denseInputs: boolean;
}

/**
 * Strips of even height, as low as they must be: a low one has too little work for its PEs to even out. Each fills all banks of activations, so that
 * the next one's results begin in the first. One is halved while a row of columns (one for every PE) has more entries in it than a PE
 * holds. Throws `UserError` does-not-fit with the memory that is too small for one row of columns and a row of outputs of each bank.
 */
export function stripsOf(
  parameters: TileFormat & CycleParameters,
  matrix: SparseMatrix,
  { tallest, window, denseInputs }: StripLimits,
): Strip[] {
  const { pes, balance, columnDepth, activationBanks } = parameters;
  const narrowest = Math.min(pes, matrix.cols);
  const hint = "give it more room, or use more PEs";
  if (columnDepth <= narrowest) throw doesNotFit("columnDepth", narrowest + 1, columnDepth, "a row of columns", hint);
  const all = Math.ceil(matrix.rows / pes);
  const wholeBanks = (height: number) => Math.ceil(height / activationBanks) * activationBanks;
  const even = wholeBanks(all / Math.ceil(all / tallest));
  const storedBy = (part: SparseMatrix, rotations: Uint16Array | undefined) => {
    const stored = { matrix: part, rotations };
    return { ...stored, ...tileWidths(parameters, stored, window) };
  };
  const stripOf = (part: SparseMatrix) => {
    const plain = storedBy(part, balance ? rowRotations(part, pes) : undefined);
    if (!balance || !denseInputs || !plain.widths) return plain;
    // Those that save cycles may ask for more entries on some PE than it holds.
    const fast = storedBy(part, fastRotations(parameters, part));
    return fast.widths?.length === plain.widths.length ? fast : plain;
  };
  const strips: Strip[] = [];
  for (let row = 0; row < all; ) {
    let height = Math.min(even, all - row);
    for (;;) {
      const firstRow = row * pes;
      const part = partOf(matrix, { firstRow, rows: Math.min(height * pes, matrix.rows - firstRow) });
      const { widths, most, ...stored } = stripOf(part);
      if (widths) {
        strips.push({ ...stored, firstRow, widths });
        break;
      }
      if (height <= activationBanks) {
        throw doesNotFit(
          "entryDepth",
          most,
          parameters.entryDepth,
          "a row of columns and of outputs of each bank",
          hint,
        );
      }
      height = wholeBanks(height / 2);
    }
    row += height;
  }
  return strips;
}

/** Columns of each tile of a strip, all but the last of a window whole rows; or the entries that a PE would need for a row of them. */
function tileWidths(parameters: TileFormat, { matrix, rotations }: Stored, window: number) {
  const { pes, columnDepth } = parameters;
  const widths: number[] = [];
  for (let firstCol = 0; firstCol < matrix.cols; ) {
    const left = Math.min(matrix.cols - firstCol, window - (firstCol % window));
    let cols = left < columnDepth ? left : columnDepth - 1 - ((columnDepth - 1) % pes);
    for (;;) {
      const tile = { matrix: partOf(matrix, { firstCol, cols }), rotations };
      if (fits(parameters, [tile])) break;
      if (cols <= pes) return { most: Math.max(...usedEntries(parameters, [tile])) };
      cols = pes * Math.max(1, Math.floor(Math.ceil(cols / pes) / 2));
    }
    widths.push(cols);
    firstCol += cols;
  }
  return { widths, most: 0 };
}

/** Whether the memories of columns and entries hold these parts at the same time. */
export function fits(parameters: TileFormat, tiles: readonly Stored[]): boolean {
  if (tiles.reduce((sum, { matrix }) => sum + matrix.cols + 1, 0) > parameters.columnDepth) return false;
  return usedEntries(parameters, tiles).every((count) => count <= parameters.entryDepth);
}

/** Entries of each PE's memory that parts take; each starts on a whole word. */
function usedEntries(parameters: TileFormat, tiles: readonly Stored[]): Uint32Array {
  const { pes, entriesPerWord } = parameters;
  const used = new Uint32Array(pes);
  for (const { matrix, rotations } of tiles) {
    countEntries(matrix, { ...parameters, rotations }).forEach((count, pe) => {
      used[pe] += Math.ceil(count / entriesPerWord) * entriesPerWord;
    });
  }
  return used;
}
