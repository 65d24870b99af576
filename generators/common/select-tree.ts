import { type Builder, type DataType, type SignalOf, select, type UIntSignal } from "../../hdl/index.ts";

/**
 * The element at `index`, by a tree of choices; an index beyond the end gives one of the last. Like `at`, but without joining all
 * elements into one word: Verilator 5.006 goes wrong over such a word where its parts are chosen from words of memories. The choice
 * among elements 4 to 7 is a net `<name>_4_to_7`.
 */
export function selectTree<T extends DataType>(
  m: Builder,
  name: string,
  type: T,
  values: readonly SignalOf<T>[],
  index: UIntSignal,
): SignalOf<T> {
  const among = (first: number, length: number): SignalOf<T> => {
    if (length === 1) return values[first];
    const net = m.wire(`${name}_${first}_to_${first + length - 1}`, type);
    net.set(choice(first, length));
    return net;
  };
  const choice = (first: number, length: number): SignalOf<T> => {
    if (length === 1) return values[first];
    const level = Math.ceil(Math.log2(length)) - 1;
    const half = 2 ** level;
    return select(type, index.bit(level), among(first + half, length - half), among(first, half));
  };
  return choice(0, values.length);
}
