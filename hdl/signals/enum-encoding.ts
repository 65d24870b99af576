/** How the values of an enum are encoded, looked up rather than searched: machines of thousands of states have them. */
import type { EnumType } from "../types.ts";

interface Encoding {
  /** Place of each value in the list, which is its number. */
  readonly places: ReadonlyMap<unknown, number>;
  /** The same text for enums that list the same values in the same order, and for no others. */
  readonly of: string;
}

const encodings = new WeakMap<EnumType, Encoding>();

/** The encoding of an enum, made once. */
export function encodingOf(type: EnumType): Encoding {
  const known = encodings.get(type);
  if (known) return known;
  const values: readonly string[] = type.values;
  const made = { places: new Map(values.map((value, place) => [value, place])), of: values.join(" ") };
  encodings.set(type, made);
  return made;
}
