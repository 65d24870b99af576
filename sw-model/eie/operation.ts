import { duplicateEntry, parseEntries } from "../entries.ts";
import { UserError } from "../errors.ts";
import { asArray, asBoolean, asInteger, asObject, inside, type Place, placeText, root } from "../shape.ts";
import { type Entry, fromEntries, type SparseMatrix } from "./sparse.ts";
import type { EieParameters } from "./spec.ts";

/** One layer, y = W x, in raw integers (contract, operations). `W[row][col]` is `codebook[code]`, else 0. */
export interface EieOperation {
  readonly rows: number;
  readonly cols: number;
  /** Raw values of `codebookBits` bits, at most 2^weightBits of them; the first is 0. */
  readonly codebook: readonly number[];
  /** In any order, no position twice. */
  readonly entries: readonly Entry[];
  /** Weights that were pruned: entries that only bridge a gap hold the largest of them that stand in it. None where an entry stands; no code 0. */
  readonly pruned?: readonly Entry[];
  /** `cols` raw activations of `activationBits` bits. */
  readonly x: readonly number[];
  /** Whether negative results become 0. */
  readonly relu: boolean;
}

/** More than any memory can hold; only keeps a misprint from taking all memory. */
const mostLines = 2 ** 24;

/**
 * Reads an `eie` operation from parsed JSON. Throws `UserError` with the JSON path: wrong-shape, value-out-of-range,
 * codebook-zero (the first value is not 0), duplicate-entry (also of `entries` and `pruned`).
 */
export function parseEieOperation(value: unknown, parameters: EieParameters, source?: string): EieOperation {
  const at = root(source);
  const fields = asObject(value, at, ["rows", "cols", "codebook", "entries", "x"], ["pruned", "relu"]);
  const rows = asInteger(fields.rows, inside(at, "rows"), 1, mostLines);
  const cols = asInteger(fields.cols, inside(at, "cols"), 1, mostLines);
  const codebook = signedValues(fields.codebook, inside(at, "codebook"), parameters.codebookBits, "codebookBits");
  checkCodebook(codebook, inside(at, "codebook"), parameters.weightBits);
  const codes = { min: 0, max: codebook.length - 1, what: "a code of the codebook" };
  const entries = parseEntries(fields.entries, inside(at, "entries"), { rows, cols }, "code", codes);
  const x = signedValues(fields.x, inside(at, "x"), parameters.activationBits, "activationBits", cols);
  const relu = fields.relu === undefined ? false : asBoolean(fields.relu, inside(at, "relu"));
  const operation = { rows, cols, codebook, entries, x, relu };
  if (fields.pruned === undefined) return operation;
  const prunedAt = inside(at, "pruned");
  const used = { min: 1, max: codebook.length - 1, what: "a code of the codebook but 0" };
  const pruned = parseEntries(fields.pruned, prunedAt, { rows, cols }, "code", used);
  checkDisjoint(pruned, prunedAt, entries, inside(at, "entries"), cols);
  return { ...operation, pruned };
}

/** The operation's matrix with its entries in columns, what was pruned left out. */
export function matrixOf({ rows, cols, entries }: EieOperation): SparseMatrix {
  return fromEntries(rows, cols, entries);
}

function checkDisjoint(pruned: readonly Entry[], at: Place, kept: readonly Entry[], keptAt: Place, cols: number): void {
  const places = new Map(kept.map(([row, col], i) => [row * cols + col, i]));
  pruned.forEach(([row, col], i) => {
    const earlier = places.get(row * cols + col);
    if (earlier !== undefined) throw duplicateEntry(inside(at, i), inside(keptAt, earlier), row, col);
  });
}

function signedValues(value: unknown, at: Place, width: number, parameter: string, length?: number): number[] {
  const half = 2 ** (width - 1);
  const limit = `${width} bits signed, ${parameter}`;
  return asArray(value, at, "raw values", length).map((raw, i) =>
    asInteger(raw, inside(at, i), -half, half - 1, limit),
  );
}

function checkCodebook(codebook: readonly number[], at: Place, weightBits: number): void {
  const most = 2 ** weightBits;
  if (codebook.length < 1 || codebook.length > most) {
    throw new UserError({
      code: "value-out-of-range",
      message: `${placeText(at)} has ${codebook.length} values; codes of ${weightBits} bits (weightBits) reach 1 to ${most}`,
      where: placeText(at),
      expected: `1 to ${most} values`,
      found: `${codebook.length} values`,
    });
  }
  if (codebook[0] === 0) return;
  throw new UserError({
    code: "codebook-zero",
    message: `${placeText(inside(at, 0))} is ${codebook[0]}; code 0 means exactly zero`,
    where: placeText(inside(at, 0)),
    expected: "0",
    found: `${codebook[0]}`,
  });
}
