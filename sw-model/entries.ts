import { UserError } from "./errors.ts";
import { asArray, asInteger, inside, type Place, placeText } from "./shape.ts";

/** The third number of an entry: its range, and what the limit is in an error. */
export interface EntryRange {
  readonly min: number;
  readonly max: number;
  readonly what: string;
}

/**
 * Reads the entries of a sparse matrix, `[row, col, value]` in any order; `name` is what an error calls the value. Throws
 * `UserError` with the JSON path: wrong-shape, value-out-of-range, duplicate-entry.
 */
export function parseEntries(
  value: unknown,
  at: Place,
  { rows, cols }: { readonly rows: number; readonly cols: number },
  name: string,
  { min, max, what }: EntryRange,
): (readonly [row: number, col: number, value: number])[] {
  const seen = new Map<number, number>();
  return asArray(value, at, `[row, col, ${name}] entries`).map((item, i) => {
    const itemAt = inside(at, i);
    const [r, c, v] = asArray(item, itemAt, `integers: row, col, ${name}`, 3);
    const row = asInteger(r, inside(itemAt, 0), 0, rows - 1, "a row");
    const col = asInteger(c, inside(itemAt, 1), 0, cols - 1, "a column");
    const found = asInteger(v, inside(itemAt, 2), min, max, what);
    const earlier = seen.get(row * cols + col);
    if (earlier !== undefined) throw duplicateEntry(itemAt, inside(at, earlier), row, col);
    seen.set(row * cols + col, i);
    return [row, col, found] as const;
  });
}

/** The error for two entries of one position. */
export function duplicateEntry(at: Place, earlier: Place, row: number, col: number): UserError {
  return new UserError({
    code: "duplicate-entry",
    message: `${placeText(at)}: row ${row}, column ${col} stands already at ${earlier.path()}`,
    where: placeText(at),
    expected: "each position once",
    found: `[${row}, ${col}] twice`,
  });
}
