import fc from "fast-check";
import { countEntries } from "../../sw-model/eie/csc.ts";
import { type EieOperation, matrixOf } from "../../sw-model/eie/operation.ts";
import type { Entry } from "../../sw-model/eie/sparse.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { signedValue } from "./values.ts";

export { directed } from "./eie-directed.ts";

/** Enough for every kind of case, small enough to simulate. */
const mostEntries = 1000;

/**
 * The parameters with which to run cases: memories that were not set by hand get room for the long zero runs and the
 * saturating sums among the directed cases. The cases themselves always fit the parameters that they are given.
 */
export function caseParameters(parameters: EieParameters, explicit: ReadonlySet<string>): EieParameters {
  const room = {
    entryDepth: 1024,
    columnDepth: 1024,
    activationDepth: Math.max(64, 2 ** Math.ceil(Math.log2(640 / parameters.pes))),
  };
  const raised = { ...parameters };
  for (const name of ["entryDepth", "columnDepth", "activationDepth"] as const) {
    if (!explicit.has(name)) raised[name] = Math.max(parameters[name], room[name]);
  }
  return raised;
}

/** Random operations that fit the parameters' memories as they are. */
export function arbitrary(parameters: EieParameters): fc.Arbitrary<EieOperation> {
  const { pes, weightBits, codebookBits, activationBits } = parameters;
  const codebook = fc
    .array(signedValue(codebookBits), { maxLength: Math.min(2 ** weightBits - 1, 31), size: "max" })
    .map((values) => [0, ...values]);
  return fc
    .record({ rows: rowCount(parameters), cols: colCount(parameters), codebook, relu: fc.boolean() })
    .chain(({ rows, cols, codebook, relu }) => {
      const columns = fc.array(column(rows, pes, codebook.length), { minLength: cols, maxLength: cols });
      const x = activations(cols, activationBits);
      return fc.record({ columns, x, reversed: fc.boolean() }).map(({ columns, x, reversed }) => {
        const entries = columns.flatMap((list, col) => list.map(([row, code]): Entry => [row, col, code]));
        const operation = { rows, cols, codebook, entries: entries.slice(0, mostEntries), x, relu };
        const fitting = trim(operation, parameters);
        return reversed ? { ...fitting, entries: [...fitting.entries].reverse() } : fitting;
      });
    })
    .chain((operation) => fc.oneof({ weight: 2, arbitrary: fc.constant(operation) }, withPruned(operation)));
}

/** From one row to several times the reach of a relative index on every PE, seldom a multiple of `pes`. */
function rowCount(parameters: EieParameters): fc.Arbitrary<number> {
  const { pes, indexBits, activationDepth } = parameters;
  const most = pes * Math.min(activationDepth, vectorRows(parameters));
  const upTo = (limit: number) => fc.integer({ min: 1, max: Math.max(1, Math.min(limit, most)) });
  const tall = Math.min(pes * 4 * 2 ** indexBits, Math.max(400, 2 * pes));
  return fc.oneof(upTo(3), upTo(2 * pes + 1), upTo(60), upTo(tall));
}

/** Columns of the widest random operation. */
export function mostColumns(parameters: EieParameters): number {
  const { pes, columnDepth } = parameters;
  return Math.min(60, pes * vectorRows(parameters), columnDepth - 1);
}

function colCount(parameters: EieParameters): fc.Arbitrary<number> {
  const upTo = (limit: number) => fc.integer({ min: 1, max: Math.min(limit, mostColumns(parameters)) });
  return fc.oneof(upTo(3), upTo(20), upTo(60));
}

/** The operation with weights for its padding entries, in any places that are empty. */
function withPruned(operation: EieOperation): fc.Arbitrary<EieOperation> {
  const { rows, cols, codebook, entries } = operation;
  if (codebook.length === 1) return fc.constant(operation);
  const kept = new Set(entries.map(([row, col]) => row * cols + col));
  const spare = fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), fc.integer({ min: 1, max: codebook.length - 1 }));
  return fc
    .uniqueArray(spare, { selector: ([row, col]) => row * cols + col, maxLength: mostEntries, size: "max" })
    .map((list) => ({ ...operation, pruned: list.filter(([row, col]) => !kept.has(row * cols + col)) }));
}

type ColumnEntries = readonly (readonly [row: number, code: number])[];

/** The entries of one column: none, few, far apart, all on one PE, or everywhere. */
function column(rows: number, pes: number, codes: number): fc.Arbitrary<ColumnEntries> {
  const code = fc.nat(codes - 1);
  const some = (row: fc.Arbitrary<number>, most: number) =>
    fc.uniqueArray(fc.tuple(row, code), { selector: ([at]) => at, maxLength: most });
  const onePe = fc
    .nat(Math.min(pes, rows) - 1)
    .chain((pe) =>
      fc
        .array(code, { minLength: Math.ceil((rows - pe) / pes), maxLength: Math.ceil((rows - pe) / pes) })
        .map((list) => list.map((value, i) => [pe + i * pes, value] as const)),
    );
  const full = fc
    .array(code, { minLength: rows, maxLength: rows })
    .map((list) => list.map((value, row) => [row, value] as const));
  return fc.oneof<fc.MaybeWeightedArbitrary<ColumnEntries>[]>(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: some(fc.nat(rows - 1), 12) },
    {
      weight: 2,
      arbitrary: some(
        fc.nat(Math.floor((rows - 1) / 8)).map((row) => rows - 1 - row),
        2,
      ),
    },
    { weight: 1, arbitrary: onePe },
    { weight: 1, arbitrary: full },
  );
}

function activations(cols: number, width: number): fc.Arbitrary<number[]> {
  const list = (value: fc.Arbitrary<number>) => fc.array(value, { minLength: cols, maxLength: cols });
  const half = 2 ** (width - 1);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(new Array<number>(cols).fill(0)) },
    { weight: 4, arbitrary: list(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, signedValue(width))) },
    { weight: 3, arbitrary: list(signedValue(width).map((value) => (value === 0 ? 1 : value))) },
    { weight: 1, arbitrary: fc.constantFrom(-half, half - 1).map((value) => new Array<number>(cols).fill(value)) },
  );
}

/** Leaves out the last entries until the fullest PE's memory holds the rest. */
function trim(operation: EieOperation, parameters: EieParameters): EieOperation {
  let trimmed = operation;
  while (countEntries(matrixOf(trimmed), parameters).some((count) => count > parameters.entryDepth)) {
    trimmed = { ...trimmed, entries: trimmed.entries.slice(0, Math.floor(trimmed.entries.length * 0.75)) };
  }
  return trimmed;
}
