import { addressWidth, bit, bitWidth, countWidth, record, sint, uint } from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";

/** What a word of the load port is for. */
export const loadSpaces = {
  /** Address: word of row `bank`; data: lanes of a plane, or of all planes, the lowest plane lowest. */
  weights: 0,
  /** Address: weight row; data: what is added to every dot product of that row, signed. */
  offsets: 1,
  /** Address: word of column `bank` in half `half`; data as for weights. Word 0 comes first, then the others in order. */
  inputs: 2,
  /** Data: a packed run command. Computing starts at the edge at which the word is taken. */
  run: 3,
} as const;

/** Widths and record types that follow from the parameters, for the RTL and for whoever drives it. */
export function planesGeometry(p: PlanesParameters) {
  const parallel = p.schedule === "parallel";
  const weightPlanes = parallel ? p.weightBits : 1;
  const inputPlanes = parallel ? p.inputBits : 1;
  const weightWord = uint(p.lanes * weightPlanes);
  const inputWord = uint(p.lanes * inputPlanes);
  const weightAddress = uint(addressWidth(p.weightDepth));
  const inputAddress = uint(addressWidth(p.inputDepth));
  const rowAddress = uint(addressWidth(p.rows * p.rowDepth));
  const weightPlane = uint(addressWidth(p.schedule === "parallel" ? 1 : p.weightBits));
  const inputPlane = uint(addressWidth(p.schedule === "parallel" ? 1 : p.inputBits));
  const chunk = uint(addressWidth(Math.min(p.weightDepth, p.inputDepth)));
  const column = uint(addressWidth(p.cols));
  const total = sint(p.accWidth);
  const scale = uint(p.scaleBits);

  /** How the results of a run are made from the totals of the units. */
  const finish = record({
    /** The half of the input memories that the run reads. */
    half: bit,
    lastVector: column,
    /** Every bit means +1 or -1. */
    weightBipolar: bit,
    inputBipolar: bit,
    weightBits: uint(countWidth(p.weightBits)),
    /** Rows come in pairs, of the weights that are +1 and those that are -1. */
    ternary: bit,
    positive: scale,
    negative: scale,
  });
  /** One block of up to `cols` input vectors times all weight rows. Counts are one less than there are. */
  const run = record({
    lastWeightPlane: weightPlane,
    lastInputPlane: inputPlane,
    lastChunk: chunk,
    lastTile: uint(addressWidth(p.rowDepth)),
    /** The highest plane counts negative. */
    weightSigned: bit,
    inputSigned: bit,
    finish,
  });
  const bank = uint(addressWidth(Math.max(p.rows, p.cols)));
  const load = record({
    space: uint(2),
    bank,
    half: bit,
    /** Of inputs, for the sum of a vector: its plane counts negative; the word is the first one of the next lower plane. */
    negative: bit,
    nextPlane: bit,
    address: uint(Math.max(weightAddress.width, inputAddress.width, rowAddress.width)),
    data: uint(Math.max(weightWord.width, inputWord.width, p.accWidth, bitWidth(run))),
  });
  return {
    ...{
      weightPlanes,
      inputPlanes,
      weightWord,
      inputWord,
      weightAddress,
      inputAddress,
      rowAddress,
      weightPlane,
      inputPlane,
      chunk,
    },
    ...{ column, total, scale, finish, run, load },
  };
}

/** What goes through the pipeline beside the words of a step. */
export const stepMarks = record({
  /** There is a step. */
  valid: bit,
  /** The total starts anew; or is doubled first, since a lower pair of planes begins. */
  first: bit,
  doubled: bit,
  /** The weight plane (or the highest of all) counts negative, and the input plane. */
  weightNegative: bit,
  inputNegative: bit,
  /** The total is complete after this step. */
  last: bit,
});
