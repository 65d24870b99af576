import { addressWidth, bit, bitWidth, countWidth, enumOf, record, sint, uint, vec } from "../../hdl/index.ts";
import { type EseParameters, segmentsOf } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";

/** What a word of the load port is for. */
export const loadSpaces = {
  /** Address: entry of PE `pe`; data: index above weight. */
  entries: 0,
  /** Address: column of PE `pe`; data: entries of every segment of the column, the first segment lowest. */
  counts: 1,
  /** Address: register of PE `pe` in channel `channel`; data: an element of x. Taken beside a step once its x has been broadcast. */
  inputs: 2,
  /** As for inputs, the layer above the register; data: an element of y before the first step. */
  outputs: 3,
  /** Address: cell, the layer above it; data: the packed biases of the gates. */
  biases: 4,
  /** As for biases; data: the packed peephole weights. */
  peepholes: 5,
  /** As for biases, of channel `channel`; data: the cell's state before the first step. */
  states: 6,
  /** Data: a packed run command, for a step of one layer, layers in order. Computing starts at the edge at which the word is taken. */
  run: 7,
  /** Data: a packed read command. The results of the channels follow on the result port; those of y while a next run goes on. */
  read: 8,
} as const;

type Accumulator = "i" | "f" | "g" | "o" | "z" | "r" | "hx" | "hr";

/** The candidate of a GRU has one for the columns of x and one for those of y. */
function accumulatorsOf({ cell }: Pick<EseParameters, "cell">): readonly Accumulator[] {
  return cell === "gru" ? ["z", "r", "hx", "hr"] : ["i", "f", "g", "o"];
}

/**
 * Where an element comes from, as far as the engine can tell apart. Only a projection has columns of m; x of an upper layer is y of the one below, and
 * only a GRU treats its products in another way than those of the layer's own y.
 */
function sourceOf(p: EseParameters) {
  const names = ["inputs", "outputs", "cells", "below"] as const;
  const there = { inputs: true, outputs: true, cells: p.projection > 0, below: p.cell === "gru" && p.layers > 1 };
  const source = enumOf<(typeof names)[number]>(...names.filter((name) => there[name]));
  return source;
}

/** Widths and record types that follow from the parameters, for the RTL and for whoever drives it. */
export function eseGeometry(p: EseParameters) {
  const segments = segmentsOf(p);
  const blockRows = p.rowDepth / p.blocks;
  const weight = sint(p.weightBits);
  const activation = sint(p.activationBits);
  const state = sint(p.stateBits);
  const gateOutput = sint(p.gateOutputFraction + 1);
  const sum = sint(p.accWidth);
  const entryBits = p.weightBits + p.indexBits;
  /** Entries of a segment, padding included: each has a row of its own. */
  const count = uint(countWidth(blockRows));
  const counts = uint(segments * count.width);
  const segment = uint(addressWidth(segments));
  const row = uint(addressWidth(p.rowDepth));
  const cell = uint(addressWidth(p.pes * p.rowDepth));
  const layerBits = p.layers === 1 ? 0 : addressWidth(p.layers);
  const layer = uint(Math.max(1, layerBits));
  /** A row of y in a PE: the layer above the row. */
  const outputRow = uint(layerBits + row.width);
  const outputDepth = p.layers * p.rowDepth;
  /** A cell's place among states and parameters: the layer above the cell. */
  const layerCell = uint(layerBits + cell.width);
  const cellDepth = (p.layers - 1) * 2 ** cell.width + p.pes * p.rowDepth;
  /** A row of a PE in any of its activation memories. */
  const elementRow = uint(addressWidth(Math.max(outputDepth, p.inputDepth)));
  const column = uint(addressWidth(p.columnDepth));
  const storedCounts = p.counts === "stored";
  const entryAddress = uint(addressWidth(p.entryDepth));
  const bank = uint(addressWidth(p.pes));
  const channel = uint(addressWidth(p.channels));
  /** A number of elements of x, y or m. */
  const length = uint(countWidth(p.pes * Math.max(p.rowDepth, p.inputDepth)));
  const rowCount = uint(countWidth(p.rowDepth));
  /** Where the elements come from that columns belong to: x, y, m, or y of the layer below, which is x of this one. */
  const source = sourceOf(p);
  const activations = vec(p.channels, activation);

  const bias = sint(p.biasBits);
  /** The accumulators of a cell, in the order of their numbers. */
  const accumulators = accumulatorsOf(p);
  const biases = record(
    Object.fromEntries(accumulators.map((name) => [name, bias])) as Readonly<Record<Accumulator, typeof bias>>,
  );
  const peepholes = record({ i: weight, f: weight, o: weight });
  /** A load word for the parameters of a cell. */
  const cellData = uint(Math.max(bitWidth(biases), p.peephole ? bitWidth(peepholes) : 0));
  const run = record({
    inputs: length,
    outputs: length,
    cells: length,
    /** Rows of results of the projection: outputs / PEs, rounded up. */
    outputRows: rowCount,
    ...onlyIf(p.layers > 1, { layer }),
  });
  const read = record({
    count: length,
    channel,
    /** So many channels after it follow, each with as many elements. */
    ...onlyIf(p.channels > 1, { more: channel }),
    states: bit,
    ...onlyIf(p.layers > 1, { layer }),
  });
  const load = record({
    space: uint(4),
    pe: bank,
    channel,
    address: uint(Math.max(entryAddress.width, storedCounts ? column.width : 1, elementRow.width, layerCell.width)),
    data: uint(
      Math.max(
        ...(storedCounts ? [counts.width] : []),
        ...[entryBits, p.activationBits, p.stateBits, cellData.width, bitWidth(run), bitWidth(read)],
      ),
    ),
  });
  /** A word of the stream of weights: an entry for each PE that still gets some. */
  const weights = vec(p.pes, record({ present: bit, entry: uint(entryBits) }));
  /** A word of the stream of counts: those of a column in neighbouring PEs. */
  const countWord = vec(p.counts === "stream" ? p.pes / p.countWords : 1, counts);
  /** A column of work for one PE. */
  const work = record({ source, activations, counts });
  const result = sint(Math.max(p.activationBits, p.stateBits));

  return {
    segments,
    blockRows,
    weight,
    activation,
    activations,
    state,
    gateOutput,
    sum,
    entryBits,
    count,
    counts,
    segment,
    row,
    elementRow,
    cellDepth,
    cell,
    layer,
    layerCell,
    outputRow,
    outputDepth,
    column,
    entryAddress,
    bank,
    channel,
    length,
    rowCount,
    source,
    accumulators,
    biases,
    peepholes,
    cellData,
    run,
    read,
    load,
    weights,
    countWord,
    work,
    result,
  };
}

export type EseGeometry = ReturnType<typeof eseGeometry>;
