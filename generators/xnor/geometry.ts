import {
  addressWidth,
  bit,
  bitWidth,
  countWidth,
  type RecordType,
  record,
  type SIntType,
  sint,
  type UIntType,
  uint,
  type VecType,
  vec,
} from "../../hdl/index.ts";
import type { Scaling } from "../../sw-model/bnn/spec.ts";
import type { ArrayStructure, ResultKind } from "../../sw-model/xnor/spec.ts";
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
  /** How the dot products are scaled, where they are. */
  readonly scale?: ScaleShape;
}

/** What suits a whole array by synthesis, for a structure that is named by its target; a count alone may come out otherwise. */
const structureOn = { xc7: "carry-counters", ice40: "carry-counters", gates: "full-adders" } as const;

/** The structure that a generator's parameter means. */
export function structureOf(structure: ArrayStructure): PopcountStructure {
  return structure === "xc7" || structure === "ice40" || structure === "gates" ? structureOn[structure] : structure;
}

/** A unit that scales dot products. */
export interface ScaleShape {
  readonly kind: Exclude<Scaling, "none">;
  /** Bits of a factor, signed. */
  readonly factorBits: number;
  /** Bits of an offset, signed. */
  readonly offsetBits: number;
}

/** What a word of the load port is for; one for a memory that an array lacks changes nothing. */
export const loadSpaces = {
  /** Address: row fold x column folds + column fold, of processing element `pe`; data: `lanes` weights, the first lowest. */
  weights: 0,
  /** Address: row fold, of processing element `pe`; data: a packed threshold. */
  thresholds: 1,
  /** Data: packed folds. */
  folds: 2,
  /** Address: row fold, of processing element `pe`; data: a packed scale. */
  scales: 3,
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
  const scale = scaleTypes(p, count);
  const word = uint(p.lanes);
  const weightAddress = uint(addressWidth(p.weightDepth));
  const rowAddress = uint(addressWidth(p.rowDepth));
  const load = record({
    space: uint(2),
    pe: uint(addressWidth(p.pes)),
    address: uint(Math.max(weightAddress.width, rowAddress.width)),
    data: uint(Math.max(p.lanes, bitWidth(threshold), bitWidth(folds), scale ? bitWidth(scale.word) : 0)),
  });
  /** Agreeing bits of one row fold, a weight row a processing element; `last` with the last row fold of a vector. */
  const counts = record({ last: bit, counts: vec(p.pes, count) });
  return { count, threshold, folds, word, weightAddress, rowAddress, load, counts, scale };
}

/**
 * The scaled value, y = multiple * count + offset modulo 2^width, wide enough for every dot product, and what is stored for a row.
 * A multiplier stores the multiple of a count, twice the factor of a dot product at most; a shifter its power of two and its sign. A negative
 * product is complemented, so its offset is stored one larger.
 */
function scaleTypes({ scale }: ArrayParameters, count: UIntType): ScaleTypes | undefined {
  if (!scale) return undefined;
  const { kind, factorBits, offsetBits } = scale;
  const largest = 2n ** BigInt(factorBits - 1 + count.width) + 2n ** BigInt(offsetBits - 1);
  const value = sint(largest.toString(2).length + 1);
  const multiple =
    kind === "multiply"
      ? { multiple: sint(factorBits + 1) }
      : { power: uint(addressWidth(factorBits + 1)), negative: bit, zero: bit };
  return { kind, value, word: record({ ...multiple, offset: value }) as ScaleTypes["word"] };
}

/** The word's TypeScript type names the fields of both kinds; those of the other kind are not there. */
interface ScaleTypes {
  readonly kind: ScaleShape["kind"];
  readonly value: SIntType;
  readonly word: RecordType<{
    multiple: SIntType;
    power: UIntType;
    negative: typeof bit;
    zero: typeof bit;
    offset: SIntType;
  }>;
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
type ResultType = RecordType<{
  last: typeof bit;
  bits: UIntType;
  counts: VecType<UIntType>;
  scaled: VecType<SIntType>;
}>;

/**
 * What leaves an array for each row fold: `last`, the thresholded `bits` (element k is bit k), the `counts` or, where they are
 * scaled, what they became; of these those that are asked for. The TypeScript type names every field, so that one piece of code
 * serves all kinds; a field that was not asked for is not there.
 */
export function resultType(p: ArrayParameters, results: ResultKind): ResultType {
  const { counts, scale } = arrayGeometry(p);
  const numbers = scale ? { scaled: vec(p.pes, scale.value) } : { counts: counts.fields.counts };
  const fields = {
    last: bit,
    ...(results === "dots" ? {} : { bits: uint(p.pes) }),
    ...(results === "bits" ? {} : numbers),
  };
  return record(fields) as ResultType;
}

/** The same before any scaling. */
export function unscaledType({ scale: _, ...p }: ArrayParameters, results: ResultKind): ResultType {
  return resultType(p, results);
}
