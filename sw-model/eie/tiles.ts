import { partOf, type SparseMatrix } from "./sparse.ts";
import { type EieParameters, vectorRows } from "./spec.ts";
import { fits, type Strip, stripsOf, type TileFormat } from "./strips.ts";

/** A part of a matrix that an array works through as one layer of a chain. */
export interface Tile {
  readonly matrix: SparseMatrix;
  /** Rotations of its rows with `balance`: the same for all tiles that add to the same sums. */
  readonly rotations?: Uint16Array | undefined;
  /** Where the part stands in the whole matrix. */
  readonly firstRow: number;
  readonly firstCol: number;
  /** First rows of its inputs and of its results in the activation memory, where a row has one value from every PE; results begin in the first bank. */
  readonly sourceRow: number;
  readonly resultRow: number;
  /** The sums stay in the accumulators, and the next tile adds to them. */
  readonly hold: boolean;
}

/** Tiles that are loaded together and run back to back. Inputs and accumulators outlast a load. */
export interface Load {
  readonly tiles: readonly Tile[];
  /** Activations that are loaded with them, from the first row of the activation memory on. */
  readonly inputs?: { readonly first: number; readonly count: number };
  /** Results that are read after them: which of the whole matrix, and the row where they stand. */
  readonly results?: { readonly first: number; readonly count: number; readonly resultRow: number };
}

/** A matrix as tiles, and which of them the memories hold at the same time. */
export interface Tiling {
  readonly loads: readonly Load[];
}

/** What is known of a matrix beside its entries. */
export interface TilingChoice {
  /** With `balance`: rotations that a matrix has that fits as a whole. */
  readonly rotations?: Uint16Array | undefined;
  /**
   * Hardly any input is 0, as where no ReLU comes before the matrix. With `balance` the encoder then takes a second for each strip of it, in which it
   * looks for rotations that save cycles. Where inputs are 0, each vector has its own columns, and only the entries in all can be evened out.
   */
  readonly denseInputs?: boolean;
}

/**
 * Divides a matrix so that its parts fit the memories: by rows where there are more outputs than accumulators, or more entries in a row of
 * columns than a PE holds; by columns where a part has more pointers or entries than a PE holds (EIE section IV works through long vectors in
 * pieces, too). Inputs are loaded once and results read once where the activation memory holds both; otherwise inputs come in windows, for
 * each strip of rows anew, whose results are read before the next. A matrix that fits is one tile, with the rotations that are given, if any.
 * Throws `UserError` does-not-fit where a PE does not hold one row of columns.
 */
export function tilesOf(
  parameters: EieParameters,
  matrix: SparseMatrix,
  { rotations, denseInputs = false }: TilingChoice = {},
): Tiling {
  const { pes, activationDepth, activationBanks } = parameters;
  const inputRows = Math.ceil(matrix.cols / pes);
  const outputRows = Math.ceil(matrix.rows / pes);
  const have = vectorRows(parameters);
  if (rotations && outputRows <= activationDepth && Math.max(inputRows, outputRows) <= have) {
    const whole = { matrix, rotations };
    if (fits(parameters, [whole])) return together(parameters, [{ ...whole, firstRow: 0, widths: [matrix.cols] }], 0);
  }
  // Results may take the place of the inputs where nothing is computed after them.
  const behindInputs = Math.ceil(inputRows / activationBanks) * activationBanks;
  const beside = behindInputs + outputRows <= have;
  if (beside || (Math.max(inputRows, outputRows) <= have && outputRows <= activationDepth)) {
    const strips = stripsOf(parameters, matrix, { tallest: activationDepth, window: matrix.cols, denseInputs });
    if (strips.length === 1) return together(parameters, strips, 0);
    if (beside) return together(parameters, strips, behindInputs);
  }
  const tallest = Math.min(activationDepth, have);
  return windows(parameters, stripsOf(parameters, matrix, { tallest, window: have * pes, denseInputs }), have);
}

/** All inputs first, all results last. */
function together(parameters: EieParameters, strips: readonly Strip[], resultRow: number): Tiling {
  const { pes } = parameters;
  const tiles = strips.flatMap((strip) =>
    tilesIn(strip, (firstCol) => ({ sourceRow: firstCol / pes, resultRow: resultRow + strip.firstRow / pes })),
  );
  const loads = packed(parameters, tiles);
  const [count, rows] = [strips[0].matrix.cols, strips.reduce((sum, { matrix }) => sum + matrix.rows, 0)];
  return {
    loads: loads.map((group, i) => ({
      tiles: group,
      ...(i === 0 && { inputs: { first: 0, count } }),
      ...(i === loads.length - 1 && { results: { first: 0, count: rows, resultRow } }),
    })),
  };
}

/** A window of inputs after the other for each strip, and its results before the next strip. */
function windows(parameters: EieParameters, strips: readonly Strip[], rows: number): Tiling {
  const { pes } = parameters;
  const loads = strips.flatMap((strip) => {
    const tiles = tilesIn(strip, (firstCol) => ({ sourceRow: (firstCol / pes) % rows, resultRow: 0 }));
    const { matrix, firstRow } = strip;
    const step = rows * pes;
    const groups = Array.from({ length: Math.ceil(matrix.cols / step) }, (_, i) => i * step).flatMap((first) => {
      const own = tiles.filter(({ firstCol }) => firstCol >= first && firstCol < first + step);
      const inputs = { first, count: Math.min(step, matrix.cols - first) };
      return packed(parameters, own).map((group, i): Load => ({ tiles: group, ...(i === 0 && { inputs }) }));
    });
    const results = { first: firstRow, count: matrix.rows, resultRow: 0 };
    return groups.map((load, i) => (i === groups.length - 1 ? { ...load, results } : load));
  });
  return { loads };
}

/** The tiles of a strip, side by side. */
function tilesIn(
  { matrix, rotations, firstRow, widths }: Strip,
  place: (firstCol: number) => Pick<Tile, "sourceRow" | "resultRow">,
): Tile[] {
  let firstCol = 0;
  return widths.map((cols, i) => {
    const tile = { matrix: partOf(matrix, { cols, firstCol }), rotations, firstRow, firstCol, ...place(firstCol) };
    firstCol += cols;
    return { ...tile, hold: i < widths.length - 1 };
  });
}

/** Tiles in order, as many at a time as the memories hold. */
function packed(parameters: TileFormat & Pick<EieParameters, "layers">, tiles: readonly Tile[]): Tile[][] {
  const loads: Tile[][] = [];
  for (const tile of tiles) {
    const open = loads.at(-1);
    if (open && open.length < parameters.layers && fits(parameters, [...open, tile])) open.push(tile);
    else loads.push([tile]);
  }
  return loads;
}
