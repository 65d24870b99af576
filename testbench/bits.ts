import { type DataType, type LeafType, leaves } from "../hdl/index.ts";
import type { Bits } from "./simulation.ts";

/** The bit pattern of a number in `width` bits. */
export function patternOf(value: Bits | boolean, width: number): bigint {
  return BigInt.asUintN(width, BigInt(value));
}

/** The number that a bit pattern means in a type. */
export function numberOf(pattern: bigint, type: LeafType): bigint {
  return type.kind === "sint" ? BigInt.asIntN(type.width, pattern) : pattern;
}

/** Field values of a record in the layout of the language's `pack`: the first leaf lowest. Leaves by their joined names. */
export function packFields(type: DataType, values: Readonly<Record<string, Bits | boolean>>): bigint {
  let packed = 0n;
  let from = 0n;
  for (const leaf of leaves("", type)) {
    packed |= patternOf(values[leaf.name.slice(1)], leaf.type.width) << from;
    from += BigInt(leaf.type.width);
  }
  return packed;
}
