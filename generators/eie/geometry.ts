import { addressWidth, bit, bitWidth, countWidth, record, sint, uint } from "../../hdl/index.ts";
import { clusterCount, type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { branchType } from "../lnzd/tree-node.ts";

/** What a word of the load port is for. */
export const loadSpaces = {
  /** Address: word of `entriesPerWord` entries of PE `pe`; data: the entries, first lowest, index above code. */
  entries: 0,
  /** Address: column pointer of PE `pe`; data: the pointer. */
  pointers: 1,
  /** Address: codebook * 2^weightBits + code, for all PEs; data: the value. */
  codebook: 2,
  /** Address: row of the activation memory of PE `pe`; data: the activation. */
  activations: 3,
  /** Address: layer; data: a packed layer descriptor. */
  layers: 4,
  /** Data: a packed run command. Computing starts at the edge at which the word is taken. */
  run: 5,
  /** Address: first row; data: the number of rows of activations (one of every PE) to send to the result port. */
  read: 6,
  /** Address: layer * 2^(bits of a row) + row; data: its rotation. Only with `balance`. */
  rotations: 7,
} as const;

/** Widths and record types that follow from the parameters, for the RTL and for whoever drives it. */
export function eieGeometry(p: EieParameters) {
  const entryBits = p.weightBits + p.indexBits;
  const wordBits = entryBits * p.entriesPerWord;
  const laneBits = Math.log2(p.entriesPerWord);
  const words = p.entryDepth / p.entriesPerWord;
  // One past the last entry must be expressible (EIE's 16-bit pointers could not, see papers on its 128 KB memory).
  const pointer = uint(countWidth(p.entryDepth));
  // At least two bits, so that the bank address under the even/odd bit is never empty.
  const pointerIndex = uint(Math.max(2, addressWidth(p.columnDepth)));
  const bankWord = uint(pointerIndex.width - 1);
  const entryAddress = uint(addressWidth(p.entryDepth));
  const row = uint(addressWidth(p.activationDepth));
  const rowCount = uint(countWidth(p.activationDepth));
  const vectorRow = uint(addressWidth(vectorRows(p)));
  const vectorCount = uint(countWidth(vectorRows(p)));
  const activation = sint(p.activationBits);
  const peIndex = uint(addressWidth(p.pes));
  const layerIndex = uint(addressWidth(p.layers));
  const codebook = uint(addressWidth(p.codebooks));
  const codebookDepth = p.codebooks * 2 ** p.weightBits;

  /** One layer of a chain. */
  const layer = record({
    /** Index of the layer's first column pointer. */
    pointerBase: pointerIndex,
    /** Index of the bias column's pointer. */
    biasPointer: pointerIndex,
    /** Rows of source activations to scan: inputs / PEs, rounded up. */
    inputRows: vectorCount,
    /** Rows of results to write back: outputs / PEs, rounded up. */
    outputRows: rowCount,
    /** First row of the source activations, and of the results. */
    sourceRow: vectorRow,
    resultRow: vectorRow,
    /** Leave the sums in the accumulators, where the next layer adds to them. */
    hold: bit,
    /** The activation of the bias column. */
    biasValue: activation,
    /** Broadcast the bias column after the inputs. */
    bias: bit,
    relu: bit,
    codebook,
  });
  const run = record({ firstLayer: layerIndex, lastLayer: layerIndex });

  const dataBits = Math.max(
    wordBits,
    pointer.width,
    p.codebookBits,
    p.activationBits,
    bitWidth(layer),
    bitWidth(run),
    vectorCount.width,
    peIndex.width,
  );
  const addressBits = Math.max(
    addressWidth(words),
    pointerIndex.width,
    addressWidth(codebookDepth),
    vectorRow.width,
    layerIndex.width,
    p.balance ? layerIndex.width + row.width : 0,
  );
  const load = record({
    space: uint(3),
    pe: peIndex,
    address: uint(addressBits),
    data: uint(dataBits),
  });
  /** A nonzero activation on its way out of a cluster: the row that it comes from, and its column; with `end` there are no more. */
  const nonzero = branchType({
    leafBits: 0,
    rowBits: vectorCount.width,
    width: activation.width + pointerIndex.width,
  });
  /** A column that goes to all clusters. */
  const sent = record({ activation, pointer: pointerIndex });
  /** A column of work for one PE: `count` entries from `start` on, all times the activation. Each has a row of its own. */
  const column = record({ activation, start: entryAddress, count: rowCount });

  return {
    entryBits,
    wordBits,
    laneBits,
    words,
    pointer,
    pointerIndex,
    bankWord,
    entryAddress,
    row,
    rowCount,
    vectorRow,
    vectorCount,
    activation,
    peIndex,
    layerIndex,
    codebook,
    codebookDepth,
    layer,
    run,
    load,
    clusters: clusterCount(p),
    nonzero,
    sent,
    column,
  };
}

export type EieGeometry = ReturnType<typeof eieGeometry>;
