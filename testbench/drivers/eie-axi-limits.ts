import { eieGeometry } from "../../generators/eie/geometry.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import type { LimitCase } from "./limit-case.ts";

/** What a layer needs that is not 0: the rest of its registers. */
const layer = { LAYER: "layer", POINTER_BASE: "pointerBase", BIAS_POINTER: "biasPointer", INPUT_ROWS: "inputRows" };
const place = { OUTPUT_ROWS: "outputRows", SOURCE_ROW: "sourceRow", RESULT_ROW: "resultRow" };

type LayerFields = Partial<
  Record<"layer" | "pointerBase" | "biasPointer" | "inputRows" | "outputRows" | "sourceRow" | "resultRow", number>
> & { readonly mode?: Readonly<Record<string, number>> };

/** A layer of one row of results and no inputs, but for the fields that are given. */
function define(name: string, { mode = {}, ...given }: LayerFields): LimitCase {
  const fields: Readonly<Record<string, number>> = { outputRows: 1, ...given };
  return {
    name,
    writes: [
      ...Object.entries({ ...layer, ...place }).map(
        ([register, field]) => [register, { [field]: fields[field] ?? 0 }] as const,
      ),
      ["MODE", { ...mode }],
      ["DEFINE", { define: 1 }],
    ],
  };
}

const run = (name: string, firstLayer: number, lastLayer: number): LimitCase => ({
  name,
  writes: [
    ["RANGE", { firstLayer, lastLayer }],
    ["RUN", { run: 1 }],
  ],
});

const read = (name: string, readRow: number, readRows: number): LimitCase => ({
  name,
  writes: [
    ["READ_ROW", { readRow }],
    ["READ_ROWS", { readRows }],
    ["READ", { read: 1 }],
  ],
});

/** Commands that an array refuses which has just been reset. */
export function refusedAtReset(p: EieParameters): LimitCase[] {
  const layers = Array.from({ length: p.layers }, (_, i) => i);
  return [
    ...layers.map((i) => run(`a run of layer ${i}, which was never stored`, i, i)),
    run("a run of all layers, none of which was stored", 0, p.layers - 1),
  ];
}

/** Commands that an array refuses at any time: what they ask for is just beyond what there is. */
export function refused(p: EieParameters): LimitCase[] {
  const g = eieGeometry(p);
  const rows = vectorRows(p);
  /** Where the field can hold so much. */
  const only = (one: LimitCase, value: number, width: number) => (value < 2 ** width ? [one] : []);
  const columnsOfRow = p.columnDepth - 1;
  const outputRows = Math.min(rows, p.activationDepth);
  const beyond = (Math.floor((rows - outputRows) / p.activationBanks) + 1) * p.activationBanks;
  return [
    ...(p.layers > 1 ? [run("a run of layers backwards", 1, 0)] : []),
    ...only(run("a run beyond the layers", 0, p.layers), p.layers, g.layerIndex.width),
    ...only(define("a layer beyond the layers", { layer: p.layers }), p.layers, g.layerIndex.width),
    ...only(define("a codebook beyond the last", { mode: { codebook: p.codebooks } }), p.codebooks, g.codebook.width),
    read("a read-out of no rows", 0, 0),
    ...(rows > 1 ? [read("a read-out beyond the memory", 1, rows)] : []),
    define("a layer without results", { outputRows: 0 }),
    define("a column whose pointers run past the memory", { pointerBase: columnsOfRow, inputRows: 1 }),
    ...(p.columnDepth - 1 - p.pes >= 0
      ? [
          define("rows of columns whose pointers run past the memory", {
            pointerBase: p.columnDepth - 1 - p.pes,
            inputRows: 2,
          }),
        ]
      : []),
    define("a bias column whose pointers run past the memory", { biasPointer: columnsOfRow, mode: { bias: 1 } }),
    ...only(define("results beyond the memory", { outputRows, resultRow: beyond }), beyond, g.vectorRow.width),
    ...(p.activationBanks > 1 ? [define("results that begin in another bank than the first", { resultRow: 1 })] : []),
    ...(rows > 1 ? [define("inputs beyond the memory", { sourceRow: 1, inputRows: rows })] : []),
    ...only(
      define("results beyond the accumulators", { outputRows: p.activationDepth + 1 }),
      p.activationDepth + 1,
      g.rowCount.width,
    ),
  ];
}

/** For each layer but the first, from the last one down: it is stored and runs by itself, though those before it never were. */
export function runsAlone(p: EieParameters): { readonly define: LimitCase; readonly run: LimitCase }[] {
  return Array.from({ length: p.layers - 1 }, (_, i) => p.layers - 1 - i).map((only) => ({
    define: define(`layer ${only}`, { layer: only, outputRows: 0, mode: { hold: 1 } }),
    run: run(`a run of layer ${only} by itself`, only, only),
  }));
}

/** Layers that the array stores since they just fit. */
export function justAccepted(p: EieParameters): LimitCase[] {
  const rows = vectorRows(p);
  const outputRows = Math.min(rows, p.activationDepth);
  const last = Math.floor((rows - outputRows) / p.activationBanks) * p.activationBanks;
  const tallest = { outputRows, resultRow: last, layer: p.layers - 1, mode: { codebook: p.codebooks - 1 } };
  return [
    define("as many results as there can be, in the last layer", tallest),
    define("the last column", { pointerBase: p.columnDepth - 2, inputRows: 1 }),
    define("the last column of a bias", { biasPointer: p.columnDepth - 2, mode: { bias: 1 } }),
    define("a bias pointer that nothing needs", { biasPointer: p.columnDepth - 1 }),
    define("columns that nothing needs", { pointerBase: p.columnDepth - 1 }),
    define("sums that stay, without results", { outputRows: 0, mode: { hold: 1 } }),
    define("inputs up to the end of the memory", { sourceRow: rows - 1, inputRows: 1 }),
  ];
}
