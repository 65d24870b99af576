import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { decodeNetwork } from "./decode.ts";
import { containerBytes, countSymbols, encodeNetwork, layerBits } from "./encode.ts";
import { randomNetwork } from "./fixture.ts";
import { columnEnd } from "./format.ts";
import { entropyBits } from "./huffman.ts";
import { sparseCodes } from "./layer.ts";
import { decodeMutated } from "./mutate.ts";

const networks = fc.integer().map((seed) => randomNetwork(seed));

function failure(bytes: Buffer) {
  try {
    decodeNetwork(bytes, "x.wdc");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.details.code} ${error.details.where}: ${error.details.expected}`;
  }
  return "none";
}

/** The container with its checksum made right again. */
function sealed(bytes: Buffer): Buffer {
  const content = bytes.subarray(0, -32);
  return Buffer.concat([content, createHash("sha256").update(content).digest()]);
}

describe("the container", () => {
  it("gives back every network, whatever its shape", () => {
    fc.assert(
      fc.property(networks, (network) => {
        expect(isDeepStrictEqual(decodeNetwork(encodeNetwork(network), "x.wdc"), network)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("is as large as the account of its parts says", () => {
    fc.assert(
      fc.property(networks, (network) => {
        const bits = network.layers.flatMap((layer) => Object.values(layerBits(layer)));
        expect(encodeNetwork(network).length).toBe(containerBytes + bits.reduce((a, b) => a + b, 0) / 8);
      }),
    );
  });

  it("never takes fewer bits than the entropy of its symbols, nor a bit a symbol more", () => {
    fc.assert(
      fc.property(networks, ({ layers }) => {
        for (const layer of layers) {
          const counts = countSymbols(layer);
          const { codes, indices, pointers } = layerBits(layer, counts);
          const symbols = counts.indices.reduce((a, b) => a + b, 0);
          expect(codes).toBeGreaterThanOrEqual(entropyBits(counts.codes) - 1e-6);
          expect(indices + pointers).toBeGreaterThanOrEqual(entropyBits(counts.indices) - 1e-6);
          expect(indices + pointers).toBeLessThan(entropyBits(counts.indices) + symbols);
        }
      }),
    );
  });

  it("pads as figure 2 of Deep Compression does", () => {
    // Values at positions 1, 4 and 15 of a column, three index bits: differences 1, 3, 8 (a filler zero) and 3, which in
    // zeros before an entry are 1, 2, 7 and 2.
    const codes = new Uint8Array(16);
    for (const [code, at] of [1, 4, 15].entries()) codes[at] = code + 1;
    const layer = {
      name: "figure 2",
      matrix: sparseCodes(codes, 16),
      bias: false,
      relu: false,
      weightBits: 2,
      indexBits: 3,
      codebook: Float32Array.of(0, 3.4, 0.9, 1.7),
    };
    const { codes: byCode, indices } = countSymbols(layer);
    expect(Array.from(byCode)).toEqual([1, 1, 1, 1]);
    expect(Array.from(indices)).toEqual([0, 1, 2, 0, 0, 0, 0, 1, 1]);
    expect(columnEnd(3)).toBe(8);
    const network = { chained: true, layers: [layer] };
    expect(decodeNetwork(encodeNetwork(network), "x.wdc")).toEqual(network);
  });

  it("is refused with the byte concerned when it is cut short or changed anywhere", () => {
    const bytes = encodeNetwork(randomNetwork(5));
    for (let length = 0; length < bytes.length; length++) {
      expect(failure(bytes.subarray(0, length))).toMatch(/^(bad-container|bad-checksum) x.wdc: byte \d+/);
    }
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << (at % 8);
      expect(failure(changed)).toMatch(/^(bad-container|bad-checksum|unknown-version) /);
    }
    expect(failure(Buffer.concat([bytes, Buffer.alloc(1)]))).toMatch(/^bad-checksum/);
  });

  it("never decodes to another network when it is mutated, nor throws anything but an error with its byte", () => {
    const { counts, failures } = decodeMutated(7, 5000);
    expect(failures).toEqual([]);
    expect(counts.files).toBe(5000);
    // All checks behind the checksum are met too, and some mutations make another network that is whole.
    expect(counts.refused).toBeGreaterThan(4000);
    expect(counts.others).toBeGreaterThan(50);
  });

  it("is refused where a small file claims to be a huge network", () => {
    const bytes = encodeNetwork({
      chained: true,
      layers: [
        {
          name: "",
          matrix: sparseCodes(new Uint8Array(4), 2),
          bias: false,
          relu: false,
          weightBits: 4,
          indexBits: 4,
          codebook: new Float32Array(1),
        },
      ],
    });
    const claim = (rows: number, cols: number, entries = 0) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt32LE(rows, 15);
      changed.writeUInt32LE(cols, 19);
      changed.writeUInt32LE(entries, 28);
      return failure(sealed(changed));
    };
    expect(claim(2, 2)).toBe("none");
    expect(claim(2 ** 20 + 1, 2)).toBe("bad-container x.wdc: byte 15: rows from 1 to 1048576");
    expect(claim(2 ** 20, 2 ** 9)).toMatch("at most 268435456 weights");
    expect(claim(100, 100, 10001)).toMatch("entries from 0 to 10000");
    expect(claim(100, 100, 10000)).toMatch("at most 0 entries in 0 bytes");
  });
});
