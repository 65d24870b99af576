import { type DataType, type SignalOf, select, type UIntSignal } from "../../hdl/index.ts";

/**
 * The element at `index`, by a tree of choices; an index beyond the end gives one of the last. Like `at`, but without joining all
 * elements into one word: Verilator 5.006 goes wrong over such a word where its parts are chosen from words of memories.
 */
export function selectTree<T extends DataType>(
  type: T,
  values: readonly SignalOf<T>[],
  index: UIntSignal,
): SignalOf<T> {
  if (values.length === 1) return values[0];
  const level = Math.ceil(Math.log2(values.length)) - 1;
  const half = 2 ** level;
  const low = selectTree(type, values.slice(0, half), index);
  const high = selectTree(type, values.slice(half), index);
  return select(type, index.bit(level), high as never, low as never) as SignalOf<T>;
}
