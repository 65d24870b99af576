/**
 * The operators, and what each means for the numbers that its operands stand for. A `value` is exact; whoever asks brings it to
 * the width and sign of the expression. Constants are folded by this, the interpreter runs by it; the WebAssembly of the simulator
 * and the Verilog know operators for themselves, so that they can be checked against it.
 *
 * Operators of a family have operands and results of the same types, and their bits depend on the same bits of the operands.
 */

/** Whole numbers from `least` to `most`, both included. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

/** sum, bitwise: as wide as the operands, which are of one type. product: as wide as both together. comparison: a bit. */
export type BinaryFamily = "sum" | "product" | "bitwise" | "comparison";

interface BinaryMeaning {
  readonly family: BinaryFamily;
  readonly value: (left: bigint, right: bigint) => bigint;
  /** Between which numbers the value is, modulo 2^width; undefined: any of the type. */
  readonly range: (left: Range, right: Range) => Range | undefined;
}

export const binaryOperators = {
  add: {
    family: "sum",
    value: (a, b) => a + b,
    range: (a, b) => ({ least: a.least + b.least, most: a.most + b.most }),
  },
  sub: {
    family: "sum",
    value: (a, b) => a - b,
    range: (a, b) => ({ least: a.least - b.most, most: a.most - b.least }),
  },
  mul: {
    family: "product",
    value: (a, b) => a * b,
    range: (a, b) => {
      const corners = [a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most];
      return { least: corners.reduce(min), most: corners.reduce(max) };
    },
  },
  and: {
    family: "bitwise",
    value: (a, b) => a & b,
    range: (a, b) => {
      if (isNatural(a) && isNatural(b)) return { least: 0n, most: min(a.most, b.most) };
      // With a natural number on one side the other can only take bits away.
      if (isNatural(a)) return { least: 0n, most: a.most };
      return isNatural(b) ? { least: 0n, most: b.most } : undefined;
    },
  },
  or: {
    family: "bitwise",
    value: (a, b) => a | b,
    range: (a, b) =>
      isNatural(a) && isNatural(b) ? { least: max(a.least, b.least), most: filled(a.most | b.most) } : undefined,
  },
  xor: {
    family: "bitwise",
    value: (a, b) => a ^ b,
    range: (a, b) => (isNatural(a) && isNatural(b) ? { least: 0n, most: filled(a.most | b.most) } : undefined),
  },
  eq: { family: "comparison", value: (a, b) => truth(a === b), range: () => aBit },
  ne: { family: "comparison", value: (a, b) => truth(a !== b), range: () => aBit },
  lt: { family: "comparison", value: (a, b) => truth(a < b), range: () => aBit },
  le: { family: "comparison", value: (a, b) => truth(a <= b), range: () => aBit },
} as const satisfies Readonly<Record<string, BinaryMeaning>>;
export type BinaryOperator = keyof typeof binaryOperators;

/** bitwise: as wide as the operand. type: the same number or the same bits in another type. reduction: a bit of all of them. */
export type UnaryFamily = "bitwise" | "type" | "reduction";

interface UnaryMeaning {
  readonly family: UnaryFamily;
  /** `width` is the operand's. */
  readonly value: (operand: bigint, width: number) => bigint;
  /** Between which numbers the value is, modulo 2^width. */
  readonly range: (operand: Range) => Range;
}

/** extend: to a larger width, keeping the number. cast: the same bits with the other sign. */
export const unaryOperators = {
  not: { family: "bitwise", value: (a) => ~a, range: (a) => ({ least: ~a.most, most: ~a.least }) },
  extend: { family: "type", value: (a) => a, range: (a) => a },
  cast: { family: "type", value: (a) => a, range: (a) => a },
  reduceAnd: {
    family: "reduction",
    value: (a, width) => truth(BigInt.asIntN(width, a) === -1n),
    range: () => aBit,
  },
  reduceOr: { family: "reduction", value: (a) => truth(a !== 0n), range: () => aBit },
  reduceXor: {
    family: "reduction",
    value: (a, width) => BigInt(ones(BigInt.asUintN(width, a)) & 1),
    range: () => aBit,
  },
} as const satisfies Readonly<Record<string, UnaryMeaning>>;
export type UnaryOperator = keyof typeof unaryOperators;

/** Of those families, in the order of the table. */
export function binaryOperatorsOf(...families: BinaryFamily[]): BinaryOperator[] {
  return operatorsOf(binaryOperators, families);
}

/** Of those families, in the order of the table. */
export function unaryOperatorsOf(...families: UnaryFamily[]): UnaryOperator[] {
  return operatorsOf(unaryOperators, families);
}

function operatorsOf<O extends string, F>(table: Readonly<Record<O, { family: F }>>, families: readonly F[]): O[] {
  return (Object.keys(table) as O[]).filter((operator) => families.includes(table[operator].family));
}

const aBit: Range = { least: 0n, most: 1n };
const truth = (holds: boolean) => (holds ? 1n : 0n);
const isNatural = (range: Range) => range.least >= 0n;
const min = (a: bigint, b: bigint) => (a < b ? a : b);
const max = (a: bigint, b: bigint) => (a > b ? a : b);
const ones = (bits: bigint) => bits.toString(2).replaceAll("0", "").length;
/** The largest number of as many bits. */
const filled = (value: bigint) => (value === 0n ? 0n : (1n << BigInt(value.toString(2).length)) - 1n);
