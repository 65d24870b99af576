import { eieNeed } from "../../sw-model/eie/fit.ts";
import { type EieOperation, matrixOf } from "../../sw-model/eie/operation.ts";
import type { Entry } from "../../sw-model/eie/sparse.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { fitsSigned } from "../../sw-model/format/fixed.ts";
import type { DirectedCase } from "./case.ts";

type Case = DirectedCase<EieOperation>;

/** Corner cases and the paper's examples; those that do not fit the parameters' memories or widths are left out. */
export function directed(parameters: EieParameters): Case[] {
  const cases = [
    // First of all, since only what comes after a reset shows what that leaves in the accumulators.
    ...roundingEdges(parameters),
    ...shapes(parameters),
    ...paperExamples(parameters),
    ...sameAccumulator(parameters),
    ...load(parameters),
    ...roundingTies(parameters),
    ...saturation(parameters),
    ...fullMemories(parameters),
    ...lowBits(parameters),
  ];
  return cases.filter(({ operation }) => fits(parameters, operation));
}

function fits(parameters: EieParameters, operation: EieOperation): boolean {
  const need = eieNeed(parameters, [matrixOf(operation)]);
  return (
    operation.codebook.length <= 2 ** parameters.weightBits &&
    operation.x.every((value) => fitsSigned(value, parameters.activationBits)) &&
    need.entryDepth <= parameters.entryDepth &&
    need.columnDepth <= parameters.columnDepth &&
    need.activationDepth <= parameters.activationDepth &&
    need.vectorDepth <= parameters.vectorDepth
  );
}

/** An operation whose activations are all 1 and whose codes mean 0 and 1, unless told otherwise. */
function operation(rows: number, cols: number, entries: readonly Entry[], more: Partial<EieOperation> = {}) {
  return { rows, cols, codebook: [0, 1], entries, x: new Array<number>(cols).fill(1), relu: false, ...more };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function shapes({ pes, indexBits }: EieParameters): Case[] {
  const reach = 2 ** indexBits;
  const square = Math.min(pes + 1, 40);
  const dense = range(square).flatMap((row) => range(square).map((col): Entry => [row, col, 1]));
  const corners: Entry[] = [
    [0, 0, 1],
    [square - 1, square - 1, 1],
  ];
  // Local rows just at, and just beyond, what one, two and three indices reach.
  const gaps = [reach - 1, reach, reach + 1, 2 * reach, 3 * reach + 1];
  const far = gaps.map((local, col): Entry => [local * pes, col, 1]);
  const between = gaps.flatMap((local, col) => range(local).map((row): Entry => [row * pes, col, 1 + (row % 2)]));
  return [
    { name: "one element", operation: operation(1, 1, [[0, 0, 1]], { x: [-1] }) },
    { name: "one element, zero activation", operation: operation(1, 1, [[0, 0, 1]], { x: [0] }) },
    { name: "no entries at all", operation: operation(pes + 1, 3, []) },
    { name: "a stored entry with code 0", operation: operation(pes, 2, [[0, 0, 0]]) },
    { name: "dense, one row more than PEs", operation: operation(square, square, dense) },
    { name: "only the corners, the columns between empty", operation: operation(square, square, corners) },
    { name: "all activations zero", operation: operation(square, square, dense, { x: range(square).map(() => 0) }) },
    {
      name: "a single row",
      operation: operation(
        1,
        20,
        range(20).map((col): Entry => [0, col, 1]),
      ),
    },
    {
      name: "a single column",
      operation: operation(
        20,
        1,
        range(20).map((row): Entry => [row, 0, 1]),
      ),
    },
    { name: "zero runs at the reach of the index and beyond", operation: operation((3 * reach + 2) * pes, 5, far) },
    {
      name: "weights in place of the padding of zero runs",
      operation: operation((3 * reach + 2) * pes, 5, far, { codebook: [0, 1, -1], pruned: between }),
    },
    {
      name: "ReLU on negative, zero and positive results",
      operation: operation(
        3,
        1,
        [
          [0, 0, 1],
          [1, 0, 2],
        ],
        { codebook: [0, 1, -1], x: [1], relu: true },
      ),
    },
  ];
}

function paperExamples({ pes, weightBits, dropBits, activationBits }: EieParameters): Case[] {
  const rowsOf = [[0, 8, 12], [4], [0, 12], [], [0, 4], [0, 12], [0], [8, 12]];
  const positions = rowsOf.flatMap((rows, col) => rows.map((row) => [row, col] as const));
  const codes = 2 ** weightBits;
  const unit = 2 ** Math.min(dropBits, Math.max(0, activationBits - 4));
  const codebook = [0, ...range(Math.min(codes - 1, 13)).map((i) => (i % 2 === 0 ? 1 : -1))];
  const figure = positions.map(([row, col], i): Entry => [row, col, 1 + (i % (codebook.length - 1))]);
  // The column [0, 0, 1, 2, eighteen zeros, 3] of section III-C, in the rows of PE 0 and, with more PEs, of the last.
  const column = [2, 3, 22].flatMap((local, i): Entry[] =>
    [...new Set([0, pes - 1])].map((pe) => [local * pes + pe, 0, Math.min(i + 1, codes - 1)]),
  );
  return [
    {
      name: "figures 2 and 3 of the paper, PE 0",
      operation: operation(16, 8, figure, { codebook, x: [0, 0, unit, 0, unit, unit, 0, unit] }),
    },
    {
      name: "eighteen zeros in a column (section III-C)",
      operation: operation(23 * pes, 1, column, { codebook: [0, 1, -1, 1].slice(0, codes), x: [unit] }),
    },
  ];
}

/** Successive hits on one accumulator, 1 to 6 entries apart: the bypass around the adder and the read behind a write. */
function sameAccumulator({ pes, dropBits, activationBits }: EieParameters): Case[] {
  const unit = 2 ** Math.min(dropBits, Math.max(0, activationBits - 4));
  const spaced = range(6).map((less): Case => {
    const distance = less + 1;
    const entries = range(24).flatMap((col) =>
      range(pes).map((pe): Entry => [(col % distance) * pes + pe, col, 1 + (col % 2)]),
    );
    const more = { codebook: [0, 1, 1], x: range(24).map((col) => unit * (1 + (col % 3)) - 1) };
    return {
      name: `the same accumulator every ${distance} entries`,
      operation: operation(distance * pes, 24, entries, more),
    };
  });
  // Column j ends in the row in which column j + 1 starts; then every second activation is zero and the rest meet.
  const chain = range(12).flatMap((col): Entry[] => [
    [(col % 3) * pes, col, 1],
    [((col % 3) + 1) * pes, col, 1],
  ]);
  const meeting = range(12).map((col) => (col % 2 === 0 ? unit : 0));
  return [
    ...spaced,
    {
      name: "a column starts where the last one ended",
      operation: operation(4 * pes, 12, chain, { x: range(12).map(() => unit) }),
    },
    { name: "the same with zero activations between", operation: operation(4 * pes, 12, chain, { x: meeting }) },
  ];
}

/** Uneven work: one PE alone, PEs in turn, the first and the last, for long enough to fill the queues. */
function load({ pes, queueDepth }: EieParameters): Case[] {
  const deep = 10;
  const cols = Math.min(3 * queueDepth + 5, 80);
  const heavy = (pe: number, col: number) => range(deep).map((local): Entry => [local * pes + pe, col, 1]);
  const last = pes - 1;
  return [
    {
      name: "all work on the first PE",
      operation: operation(
        deep * pes,
        cols,
        range(cols).flatMap((col) => heavy(0, col)),
      ),
    },
    {
      name: "all work on the last PE",
      operation: operation(
        deep * pes,
        cols,
        range(cols).flatMap((col) => heavy(last, col)),
      ),
    },
    {
      name: "the work moves from PE to PE",
      operation: operation(
        deep * pes,
        cols,
        range(cols).flatMap((col) => heavy(col % pes, col)),
      ),
    },
    {
      name: "one PE dense, one entry a column on another",
      operation: operation(
        deep * pes,
        cols,
        range(cols).flatMap((col) => [...heavy(0, col), ...(pes > 1 ? [[last, col, 1] as Entry] : [])]),
      ),
    },
  ];
}

/** Sums that reach half a unit of the result only with each of their low bits, and one just below it: no bit may be lost or gained. */
function lowBits({ dropBits, productShift, activationBits }: EieParameters): Case[] {
  const bits = dropBits - 1;
  if (bits < 1 || productShift > 0 || dropBits > activationBits - 1) return [];
  const half = 2 ** bits;
  // In row k bit k comes first and the rest follows; the last row has all bits at once and stays below a half.
  const x = [...range(bits).flatMap((k) => [2 ** k, half - 2 ** k]), half - 1, 0];
  const entries = [
    ...range(bits).flatMap((k): Entry[] => [
      [k, 2 * k, 1],
      [k, 2 * k + 1, 1],
    ]),
    ...[0, 1].map((i): Entry => [bits, 2 * bits + i, 1]),
  ];
  return [{ name: "every low bit decides a rounding", operation: operation(bits + 1, 2 * bits + 2, entries, { x }) }];
}

/**
 * Sums of large products of both signs that end beside where roundings turn: at a multiple of the result's unit, at half of one, and
 * next to these. So a bit that is wrong in a partial sum, whichever it is, changes a result. The entries of every second row come one after
 * another, those of the others in turn.
 */
function roundingEdges(parameters: EieParameters): Case[] {
  const { pes, weightBits, codebookBits, activationBits, accWidth, productShift, dropBits } = parameters;
  const { columnDepth, activationDepth } = parameters;
  const most = 2 ** (codebookBits - 1) - 1;
  const weights = [0.61, -0.87, 0.29].map((share) => Math.round(share * most));
  const cols = Math.min(columnDepth - 1, pes * vectorRows(parameters));
  const perRow = weights.length + 1;
  const rows = Math.min(10, 2 ** weightBits - perRow, activationDepth, Math.floor(cols / perRow));
  const unit = 2 ** dropBits;
  const ends = Math.min(2 ** (accWidth - 1), 2 ** (dropBits + activationBits - 1));
  const factor = Math.min(
    31,
    Math.floor(ends / (4 * (most + 1))),
    Math.floor((2 ** (activationBits - 1) - 1) / 2 ** productShift),
  );
  if (rows < 2 || dropBits === 0 || dropBits > codebookBits || factor < 1) return [];
  const sums = range(rows).map((row) =>
    weights.map((value, i) => ({ code: 1 + i, factor: 1 + ((row * 7 + i * 11) % factor), value })),
  );
  const edges = [unit / 2, unit / 2 - 1, unit / 2 + 1, 0, -1];
  const lasts = sums.map((products, row) => {
    const sum = products.reduce((so, { factor, value }) => so + factor * value, 0);
    const rest = (((edges[row % edges.length] - sum) % unit) + unit) % unit;
    return rest < unit / 2 ? rest : rest - unit;
  });
  const columns = range(rows).flatMap((row) => [
    ...sums[row].map(({ code, factor }, turn) => ({ row, turn, code, x: factor })),
    { row, turn: weights.length, code: perRow + row, x: 1 },
  ]);
  const apart = ({ row, turn }: (typeof columns)[number]) => (row % 2 === 0 ? row * perRow : rows * perRow + turn);
  const ordered = [...columns].sort((a, b) => apart(a) - apart(b));
  const entries = ordered.map(({ row, code }, col): Entry => [row * pes, col, code]);
  const x = ordered.map(({ x }) => x * 2 ** productShift);
  const codebook = [0, ...weights, ...lasts];
  return [
    {
      name: "sums that end beside where roundings turn",
      operation: operation((rows - 1) * pes + 1, ordered.length, entries, { codebook, x }),
    },
  ];
}

/** Every word of the memories in use, with neighbours that differ: each bit of each address counts. */
function fullMemories(parameters: EieParameters): Case[] {
  const { pes, entryDepth, columnDepth, activationDepth, weightBits, codebookBits, activationBits, dropBits } =
    parameters;
  const height = Math.min(activationDepth, vectorRows(parameters));
  const cols = Math.min(columnDepth - 1, pes * vectorRows(parameters));
  // More than this takes long to simulate.
  const tooMuch = 1024;
  if (pes * Math.max(entryDepth, height, cols) > tooMuch) return [];
  // The rows of a column start at the first one, so that no zeros are stored between them.
  const perColumn = range(cols).map((col) =>
    Math.min(height, Math.floor(((col + 1) * entryDepth) / cols) - Math.floor((col * entryDepth) / cols)),
  );
  const codes = Math.min(2 ** weightBits, 16);
  const codebook = range(codes).map((code) => ((code * 5) % 16) % 2 ** (codebookBits - 1));
  const entries = perColumn.flatMap((count, col) =>
    range(count * pes).map((row): Entry => [row, col, (row * 7 + col * 3 + (row >> 3)) % codes]),
  );
  const unit = 2 ** Math.min(dropBits, Math.max(0, activationBits - 8));
  const most = Math.min(63, 2 ** (activationBits - 1) - 1);
  const x = range(cols).map((col) => unit * (1 + ((col * 11 + (col >> 2)) % most)) - ((col * 29) % unit));
  // Large weights show each bit of the activation that goes with the largest number of entries.
  const large = 2 ** (codebookBits - 1) - 1;
  const tall = range(height * pes).flatMap((row) => [0, 1].map((col): Entry => [row, col, 1 + ((row >> col) % 2)]));
  return [
    { name: "memories filled to the last word", operation: operation(height * pes, cols, entries, { codebook, x }) },
    {
      name: "columns as tall as the accumulators",
      operation: operation(height * pes, 2, tall, { codebook: [0, large, -large], x: [1, -1] }),
    },
  ];
}

/** Sums of (2m + 1) half units of the result, m from -3 to 2: every rounding must decide a tie. */
function roundingTies({ dropBits, productShift, codebookBits, activationBits }: EieParameters): Case[] {
  const exponent = dropBits - 1 + productShift;
  const inWeight = Math.min(exponent, codebookBits - 2);
  const inActivation = exponent - inWeight;
  if (dropBits === 0 || inActivation > activationBits - 2) return [];
  const halfUnit = 2 ** inActivation;
  const entries = range(6).flatMap((row) => {
    const halves = 2 * (row - 3) + 1;
    return range(Math.abs(halves)).map((i): Entry => [row, halves < 0 ? 5 + i : i, 1]);
  });
  const x = range(10).map((col) => (col < 5 ? halfUnit : -halfUnit));
  const codebook = [0, 2 ** inWeight];
  return [{ name: "ties at write-back", operation: operation(6, 10, entries, { codebook, x }) }];
}

/** Accumulators driven to both ends and back, and results that saturate at write-back. */
function saturation(parameters: EieParameters): Case[] {
  const lowest = -(2 ** (parameters.codebookBits - 1));
  const least = -(2 ** (parameters.activationBits - 1));
  const writeBack: Entry[] = [
    [0, 0, 1],
    [1, 1, 1],
  ];
  return [
    {
      name: "both ends of the result",
      operation: operation(2, 2, writeBack, { codebook: [0, lowest], x: [least, -least - 1] }),
    },
    ...thereAndBack("accumulator at its upper end and back", parameters, lowest),
    ...thereAndBack("accumulator at its lower end and back", parameters, -lowest - 1),
  ];
}

/**
 * Sums driven to an end of the accumulator by a weight and the least activation, and back: where that is not far, all the way to
 * what a result can hold, so that every bit of that end shows: in the last steps row 0 comes to where truncation changes, row 1 to where rounding
 * does, if a bit were missing at the upper end, or more than there at the lower.
 */
function thereAndBack(
  name: string,
  { pes, accWidth, activationBits, productShift, dropBits }: EieParameters,
  weight: number,
): Case[] {
  const least = -(2 ** (activationBits - 1));
  const product = (x: number) => Math.floor((weight * x) / 2 ** productShift);
  const upper = weight < 0;
  const steps = Math.ceil(2 ** (accWidth - 1) / Math.abs(product(least))) + 2;
  const most = 1500;
  if (!(steps <= most)) return [];
  // A long way takes too many columns, or an infinite number where a product is cut to nothing: one step back, then.
  const far = steps > 200 || product(-least - 1) === 0;
  const end = upper ? 2 ** (accWidth - 1) - 1 : -(2 ** (accWidth - 1));
  const whole = far ? 1 : Math.floor(Math.abs(end / product(-least - 1)));
  const part = far ? 1 : Math.floor(Math.abs(((end + whole * product(-least - 1)) * 2 ** productShift) / weight));
  const x = [...new Array<number>(steps).fill(least), ...new Array<number>(whole).fill(-least - 1), part];
  const rest = end + whole * product(-least - 1) + product(part);
  const unit = 2 ** dropBits;
  const thresholds = [0, unit / 2].map((low) => (((low - (upper ? 0 : 1) - rest) % unit) + unit) % unit);
  const exact = !far && productShift === 0 && unit <= -least;
  const last = exact ? thresholds.map(Math.floor) : [0, 0];
  // One PE alone has no room for both rows.
  const rows = Math.min(2, pes);
  const entries = range(rows).flatMap((row): Entry[] => [
    ...x.map((_, col): Entry => [row, col, 1]),
    [row, x.length + row, 2],
  ]);
  return [
    { name, operation: operation(rows, x.length + 2, entries, { codebook: [0, weight, 1], x: [...x, ...last] }) },
  ];
}
