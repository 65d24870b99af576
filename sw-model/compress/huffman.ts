import type { BitReader } from "./bits.ts";

/** Longest code word; a length takes four bits. */
export const longestCode = 15;

/**
 * Lengths of an optimal prefix code with no word longer than `limit` (package-merge; Larmore and Hirschberg, 1990). A symbol
 * that does not occur has length 0; an only symbol has length 1, though it needs no bits (see `HuffmanEncoder`).
 */
export function codeLengths(counts: ArrayLike<number>, limit = longestCode): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const used = Array.from(counts, (count, symbol) => ({ count, symbols: [symbol] })).filter(({ count }) => count > 0);
  if (used.length <= 1) {
    for (const { symbols } of used) lengths[symbols[0]] = 1;
    return lengths;
  }
  if (used.length > 2 ** limit) throw new Error(`${used.length} symbols have no code of at most ${limit} bits`);
  // Stable: of equal counts the lower symbol, and a symbol before a package.
  const byCount = (a: { count: number }, b: { count: number }) => a.count - b.count;
  const coins = used.toSorted(byCount);
  let packages = coins;
  for (let level = 1; level < limit; level++) {
    const pairs = Array.from({ length: packages.length >> 1 }, (_, i) => {
      const [a, b] = [packages[2 * i], packages[2 * i + 1]];
      return { count: a.count + b.count, symbols: [...a.symbols, ...b.symbols] };
    });
    packages = [...coins, ...pairs].sort(byCount);
  }
  for (const { symbols } of packages.slice(0, 2 * used.length - 2)) for (const symbol of symbols) lengths[symbol]++;
  return lengths;
}

/** The canonical code words: shorter ones first, and of one length in the order of the symbols. */
export function canonicalCodes(lengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(lengths.length);
  let next = 0;
  for (let length = 1; length <= longestCode; length++) {
    next *= 2;
    lengths.forEach((own, symbol) => {
      if (own === length) codes[symbol] = next++;
    });
  }
  return codes;
}

/** Bits that each symbol takes: its length, or none where it is the only one. */
export function costs(lengths: Uint8Array): Uint8Array {
  const used = lengths.reduce((sum, length) => sum + (length > 0 ? 1 : 0), 0);
  return used === 1 ? new Uint8Array(lengths.length) : lengths;
}

/** Reads symbols of a canonical code. */
export class HuffmanDecoder {
  readonly #only: number | undefined;
  /** Of the words of each length: the first word, how many, and where their symbols begin in `#symbols`. */
  readonly #first = new Uint32Array(longestCode + 1);
  readonly #count = new Uint32Array(longestCode + 1);
  readonly #offset = new Uint32Array(longestCode + 1);
  readonly #symbols: Uint32Array;

  constructor(lengths: Uint8Array) {
    const used = Array.from(lengths.keys()).filter((symbol) => lengths[symbol] > 0);
    this.#only = used.length === 1 ? used[0] : undefined;
    this.#symbols = Uint32Array.from(used.toSorted((a, b) => lengths[a] - lengths[b] || a - b));
    for (const symbol of used) this.#count[lengths[symbol]]++;
    for (let length = 1; length <= longestCode; length++) {
      this.#first[length] = 2 * (this.#first[length - 1] + this.#count[length - 1]);
      this.#offset[length] = this.#offset[length - 1] + this.#count[length - 1];
    }
  }

  /** The next symbol; undefined where the bits end or none has this code. */
  next(bits: BitReader): number | undefined {
    if (this.#only !== undefined) return this.#only;
    let word = 0;
    for (let length = 1; length <= longestCode; length++) {
      const bit = bits.bit();
      if (bit === undefined) return undefined;
      word = 2 * word + bit;
      const rank = word - this.#first[length];
      if (rank < this.#count[length]) return this.#symbols[this.#offset[length] + rank];
    }
    return undefined;
  }
}

/**
 * What is wrong with the lengths of a code: too many words, or, of two symbols and more, words that are left over. An only symbol
 * must have length 1. Undefined where they are right.
 */
export function faultOfLengths(lengths: Uint8Array): string | undefined {
  const used = lengths.filter((length) => length > 0);
  if (used.length === 0) return undefined;
  if (used.length === 1) return used[0] === 1 ? undefined : `an only symbol of length ${used[0]}`;
  const room = used.reduce((sum, length) => sum + 2 ** -length, 0);
  return room === 1 ? undefined : `code words that fill ${room} of the code`;
}

/** Shannon's bound: the least bits on average for symbols that occur so often, all of them together. */
export function entropyBits(counts: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((a, b) => a + b, 0);
  return Array.from(counts).reduce((sum, count) => sum + (count > 0 ? count * Math.log2(total / count) : 0), 0);
}
