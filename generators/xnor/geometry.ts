import {
  addressWidth,
  bit,
  bitWidth,
  countWidth,
  type RecordType,
  record,
  type UIntType,
  uint,
  type VecType,
  vec,
} from "../../hdl/index.ts";
import type { ResultKind } from "../../sw-model/xnor/spec.ts";
import { type PopcountStructure, popcountLatency } from "../popcount/popcount.ts";

/** The sizes of one matrix-vector-threshold unit. */
export interface ArrayParameters {
  /** Processing elements: weight rows at once. */
  readonly pes: number;
  /** Bits of a vector taken in a cycle. */
  readonly lanes: number;
  /** Words of weights a processing element holds: row folds x column folds. */
  readonly weightDepth: number;
  /** Row folds, and so thresholds that a processing element holds. */
  readonly rowDepth: number;
  /** Words of `lanes` bits in the input buffer, twice the column folds (times the planes of an input). */
  readonly inputDepth: number;
  /** How a processing element counts. */
  readonly structure: PopcountStructure;
  /** Counters between two registers inside a popcount; 0: no registers. */
  readonly popcountLevels: number;
  /** Planes of an input at most: 1 where inputs are bits that mean +1 and -1, else of unsigned numbers, highest plane first. */
  readonly inputBits: number;
}

/** What a word of the load port is for. */
export const loadSpaces = {
  /** Address: row fold x column folds + column fold, of processing element `pe`; data: `lanes` weights, the first lowest. */
  weights: 0,
  /** Address: row fold, of processing element `pe`; data: a packed threshold. */
  thresholds: 1,
  /** Data: packed folds. */
  folds: 2,
} as const;

/** How a processing element counts, for the popcount. */
export function popcountShape({ structure, popcountLevels }: Pick<ArrayParameters, "structure" | "popcountLevels">) {
  return popcountLevels === 0 ? { structure } : { structure, levels: popcountLevels };
}

/** Registers that a count passes inside the popcount of a processing element. */
export function countRegisters({
  lanes,
  ...p
}: Pick<ArrayParameters, "lanes" | "structure" | "popcountLevels">): number {
  return popcountLatency({ bits: lanes, ...popcountShape(p) }, 2);
}

/** Widths and record types that follow from the parameters, for the RTL and for whoever drives it. */
export function arrayGeometry(p: ArrayParameters) {
  const columnFolds = Math.floor(p.inputDepth / 2);
  // Agreeing bits; those of a plane count twice as much as those of the next lower one.
  const count = uint(countWidth(p.lanes * Math.ceil(columnFolds / p.inputBits) * (2 ** p.inputBits - 1)));
  /** (count >= t) xor flip. t is at most the columns; a threshold that is never reached is 0, flipped. */
  const threshold = record({ t: count, flip: bit });
  const folds = foldsType(p, columnFolds);
  const word = uint(p.lanes);
  const weightAddress = uint(addressWidth(p.weightDepth));
  const rowAddress = uint(addressWidth(p.rowDepth));
  const load = record({
    space: uint(2),
    pe: uint(addressWidth(p.pes)),
    address: uint(Math.max(weightAddress.width, rowAddress.width)),
    data: uint(Math.max(p.lanes, bitWidth(threshold), bitWidth(folds))),
  });
  /** Agreeing bits of one row fold, a weight row a processing element; `last` with the last row fold of a vector. */
  const counts = record({ last: bit, counts: vec(p.pes, count) });
  return { count, threshold, folds, word, weightAddress, rowAddress, load, counts };
}

/**
 * Counts less one: column folds, row folds, and planes where there can be several. The TypeScript type names every field; one
 * that the parameters leave out is not there.
 */
function foldsType(p: ArrayParameters, columnFolds: number) {
  const fields = { lastColumn: uint(addressWidth(columnFolds)), lastRow: uint(addressWidth(p.rowDepth)) };
  const planes = p.inputBits > 1 ? { lastPlane: uint(addressWidth(p.inputBits)) } : {};
  return record({ ...fields, ...planes }) as RecordType<{
    lastColumn: UIntType;
    lastRow: UIntType;
    lastPlane: UIntType;
  }>;
}

export type ArrayGeometry = ReturnType<typeof arrayGeometry>;

/** The result type's fields, all of them. */
type ResultType = RecordType<{ last: typeof bit; bits: UIntType; counts: VecType<UIntType> }>;

/**
 * What leaves an array for each row fold: `last`, the thresholded `bits` (element k is bit k), the `counts`; of the latter two
 * those that are asked for. The TypeScript type names every field, so that one piece of code serves the three kinds; a
 * field that was not asked for is not there.
 */
export function resultType(p: ArrayParameters, results: ResultKind): ResultType {
  const fields = {
    last: bit,
    ...(results === "dots" ? {} : { bits: uint(p.pes) }),
    ...(results === "bits" ? {} : { counts: arrayGeometry(p).counts.fields.counts }),
  };
  return record(fields) as ResultType;
}
