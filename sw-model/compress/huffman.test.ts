import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitReader, BitWriter } from "./bits.ts";
import { canonicalCodes, codeLengths, costs, entropyBits, faultOfLengths, HuffmanDecoder } from "./huffman.ts";

const counts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 })), { minLength: 1, maxLength: 40 });

const bitsOf = (occurrences: readonly number[], lengths: Uint8Array) =>
  occurrences.reduce((sum, count, symbol) => sum + count * lengths[symbol], 0);

/** Huffman's own procedure, without a limit: the sum of all merged counts is the length of the text. */
function mergedBits(occurrences: readonly number[]): number {
  const queue = occurrences.filter((count) => count > 0);
  let bits = 0;
  while (queue.length > 1) {
    queue.sort((a, b) => a - b);
    const merged = queue[0] + queue[1];
    bits += merged;
    queue.splice(0, 2, merged);
  }
  return bits;
}

describe("codeLengths", () => {
  it("takes as many bits as Huffman's procedure, at least the entropy, and less than a bit a symbol more", () => {
    fc.assert(
      fc.property(counts, (occurrences) => {
        const lengths = codeLengths(occurrences);
        const used = occurrences.filter((count) => count > 0);
        expect(faultOfLengths(lengths)).toBeUndefined();
        expect(Array.from(lengths, (length) => length > 0)).toEqual(occurrences.map((count) => count > 0));
        if (used.length < 2) return;
        const bits = bitsOf(occurrences, lengths);
        // The counts are too even for words above 15 bits.
        expect(bits).toBe(mergedBits(occurrences));
        const bound = entropyBits(occurrences);
        expect(bits).toBeGreaterThanOrEqual(bound - 1e-6);
        expect(bits).toBeLessThan(bound + used.reduce((a, b) => a + b, 0));
      }),
    );
  });

  it("keeps the limit where counts are very uneven, at the least cost of all codes that do", () => {
    // Fibonacci numbers make Huffman's code as deep as it gets.
    const fibonacci = [1, 1];
    while (fibonacci.length < 24) fibonacci.push(fibonacci[fibonacci.length - 1] + fibonacci[fibonacci.length - 2]);
    const lengths = codeLengths(fibonacci);
    expect(Math.max(...lengths)).toBe(15);
    expect(faultOfLengths(lengths)).toBeUndefined();
    expect(bitsOf(fibonacci, lengths)).toBeGreaterThan(mergedBits(fibonacci));
    // All complete codes of five symbols with words of at most three bits, by trying.
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 5, maxLength: 5 }), (five) => {
        let best = Number.POSITIVE_INFINITY;
        for (let tried = 0; tried < 3 ** 5; tried++) {
          const candidate = Uint8Array.from(five, (_, i) => 1 + (Math.floor(tried / 3 ** i) % 3));
          if (faultOfLengths(candidate) === undefined) best = Math.min(best, bitsOf(five, candidate));
        }
        expect(bitsOf(five, codeLengths(five, 3))).toBe(best);
      }),
    );
  });

  it("has no words for no symbols, and no bits for an only one", () => {
    expect(codeLengths([0, 0])).toEqual(Uint8Array.of(0, 0));
    expect(codeLengths([0, 7, 0])).toEqual(Uint8Array.of(0, 1, 0));
    expect(costs(codeLengths([0, 7, 0]))).toEqual(Uint8Array.of(0, 0, 0));
    expect(codeLengths([3, 3])).toEqual(Uint8Array.of(1, 1));
  });
});

describe("canonical codes", () => {
  it("are those of RFC 1951, section 3.2.2", () => {
    const lengths = Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4);
    const words = Array.from(canonicalCodes(lengths), (code, i) => code.toString(2).padStart(lengths[i], "0"));
    expect(words).toEqual(["010", "011", "100", "101", "110", "00", "1110", "1111"]);
  });

  it("are read back, symbol after symbol", () => {
    fc.assert(
      fc.property(counts, fc.infiniteStream(fc.nat()), (occurrences, draws) => {
        const lengths = codeLengths(occurrences);
        const used = [...lengths.keys()].filter((symbol) => lengths[symbol] > 0);
        fc.pre(used.length > 0);
        const text = Array.from({ length: 50 }, () => used[draws.next().value % used.length]);
        const writer = new BitWriter();
        const [codes, bits] = [canonicalCodes(lengths), costs(lengths)];
        for (const symbol of text) writer.write(codes[symbol], bits[symbol]);
        const reader = new BitReader(writer.bytes());
        const decoder = new HuffmanDecoder(lengths);
        expect(text.map(() => decoder.next(reader))).toEqual(text);
        expect(reader.endsHere()).toBe(true);
      }),
    );
  });

  it("say what is wrong with lengths that make no code", () => {
    expect(faultOfLengths(Uint8Array.of(1, 1, 1))).toMatch("fill 1.5");
    expect(faultOfLengths(Uint8Array.of(2, 2, 2))).toMatch("fill 0.75");
    expect(faultOfLengths(Uint8Array.of(0, 2, 0))).toMatch("only symbol of length 2");
    expect(new HuffmanDecoder(Uint8Array.of(0, 0)).next(new BitReader(Uint8Array.of(0)))).toBeUndefined();
  });
});
