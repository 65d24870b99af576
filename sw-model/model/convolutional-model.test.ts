import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { Random } from "../random.ts";
import { accountOf, binaryMacPj } from "./account.ts";
import { binaryMapOf, goldenConvolutionalNetwork } from "./convolutional-network.ts";
import { randomConvolutional } from "./fixtures/random-convolutional.ts";
import { sha256 } from "./packed.ts";
import { loadModel, loadModelOf, saveModel } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-convolutional-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const input = { width: 7, height: 6, channels: 2 };

describe("a stored binary convolutional model", () => {
  it("comes back as it was saved, and the same model gives the same bytes", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const model = randomConvolutional(input, seed);
        saveModel(model, folder);
        const bytes = readFileSync(join(folder, "model.json"));
        const loaded = loadModelOf("binary-convolutional", folder);
        expect(loaded).toEqual(model);
        saveModel(loaded, folder);
        expect(readFileSync(join(folder, "model.json")).equals(bytes)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  type Document = Record<string, unknown> & { layers: Record<string, unknown>[] };
  const edited = (change: (document: Document) => void) => {
    saveModel(randomConvolutional(input, 1), folder);
    const file = join(folder, "model.json");
    const document = JSON.parse(readFileSync(file, "utf8"));
    change(document);
    const { sha256: _, ...content } = document;
    writeFileSync(file, JSON.stringify({ ...content, sha256: sha256(JSON.stringify(content)) }));
    try {
      loadModel(folder);
    } catch (error) {
      if (error instanceof UserError) return { code: error.details.code, where: error.details.where?.split(": ")[1] };
      throw error;
    }
    return undefined;
  };
  const layer = (i: number, fields: Record<string, unknown>) => (d: Document) => Object.assign(d.layers[i], fields);

  it.each<[string, (document: Document) => unknown, string, string]>([
    ["no stride", (d) => delete d.layers[0].stride, "$.layers[0].stride", "wrong-shape"],
    ["a kernel that is larger than the map", layer(0, { kernel: 9 }), "$.layers[0].kernel", "wrong-shape"],
    ["a kernel beyond the hardware's", layer(0, { kernel: 17 }), "$.layers[0].kernel", "value-out-of-range"],
    ["a kernel of 0", layer(0, { kernel: 0 }), "$.layers[0].kernel", "value-out-of-range"],
    ["another kernel than the weights have", layer(0, { kernel: 2, padding: 0 }), "$.layers[0].cols", "wrong-shape"],
    ["padding as large as the kernel", layer(0, { padding: 3 }), "$.layers[0].padding", "value-out-of-range"],
    ["a pool that is larger than the map", layer(0, { pool: 9 }), "$.layers[0].pool", "value-out-of-range"],
    ["a pool that is no integer", layer(0, { pool: "2" }), "$.layers[0].pool", "wrong-shape"],
    ["another pool, so that layers do not chain", layer(0, { pool: 1 }), "$.layers[1].cols", "wrong-shape"],
    ["no thresholds in a convolution", (d) => delete d.layers[0].thresholds, "$.layers[0].thresholds", "wrong-shape"],
    ["fewer weights", layer(2, { weights: "AAA=" }), "$.layers[2].weights", "wrong-shape"],
    ["a convolution at the end", (d) => d.layers.splice(1, 2), "$.layers[0]", "wrong-shape"],
    ["no layers", (d) => d.layers.splice(0, 3), "$.layers", "wrong-shape"],
    [
      "maps of no rows",
      (d) => Object.assign(d, { input: { ...input, height: 0 } }),
      "$.input.height",
      "value-out-of-range",
    ],
    ["no input", (d) => delete d.input, "$.input", "wrong-shape"],
    ["another version", (d) => Object.assign(d, { version: 7 }), "$.version", "unknown-version"],
    ["another format", (d) => Object.assign(d, { format: "whittle-binary-model" }), "$.input", "wrong-shape"],
  ])("is refused with %s", (_, change, where, code) => {
    expect(edited(change)).toEqual({ code, where });
  });

  it("is refused when a byte changed", () => {
    saveModel(randomConvolutional(input, 1), folder);
    const file = join(folder, "model.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("random bits", "random bats"));
    expect(() => loadModel(folder)).toThrow(/checksum/);
  });

  it("is not taken for a dense one", () => {
    saveModel(randomConvolutional(input, 1), folder);
    expect(() => loadModelOf("binary", folder)).toThrow(/is a binary-convolutional model/);
  });
});

describe("goldenConvolutionalNetwork", () => {
  it("is the plain sum over windows, pixel by pixel", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const model = randomConvolutional(input, seed);
        const random = new Random(seed, 1);
        const image = Array.from({ length: 84 }, () => random.uniform());
        const map = binaryMapOf(model, image);
        expect(map.flat(2)).toEqual(image.map((value) => (value >= 0.5 ? 1 : 0)));
        const bitOf = (row: number, col: number, i: number) => {
          const { words, wordsPerRow } = model.layers[i].weights;
          return (words[row * wordsPerRow + (col >>> 5)] >>> (col & 31)) & 1;
        };
        const [conv, hidden, last] = model.layers;
        const outside = [0, 0];
        const convolved = Array.from({ length: 6 }, (_, y) =>
          Array.from({ length: 7 }, (_, x) =>
            (conv.thresholds ?? []).map(({ t, flip }, k) => {
              let agree = 0;
              for (let i = 0; i < 18; i++) {
                const pixel = map[y + Math.floor(i / 6) - 1]?.[x + (Math.floor(i / 2) % 3) - 1] ?? outside;
                agree += pixel[i % 2] === bitOf(k, i, 0) ? 1 : 0;
              }
              return agree >= t !== flip;
            }),
          ),
        );
        const pooled = [0, 2, 4].flatMap((y) =>
          [0, 2, 4].flatMap((x) =>
            convolved[y][x].map((bit, k) =>
              bit || convolved[y][x + 1][k] || convolved[y + 1][x][k] || convolved[y + 1][x + 1][k] ? 1 : 0,
            ),
          ),
        );
        const agreeing = (values: number[], row: number, i: number) =>
          values.filter((bit, col) => bit === bitOf(row, col, i)).length;
        const bits = (hidden.thresholds ?? []).map(({ t, flip }, row) =>
          agreeing(pooled, row, 1) >= t !== flip ? 1 : 0,
        );
        const dots = Array.from({ length: last.weights.rows }, (_, row) => 2 * agreeing(bits, row, 2) - bits.length);
        expect(goldenConvolutionalNetwork(model, [image])).toEqual([dots]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("accountOf", () => {
  it("counts weights of a convolution once a window", () => {
    const { layers } = randomConvolutional(input, 1);
    const account = accountOf(layers, [42, 1, 1]);
    expect(account.macs).toBe(42 * 18 * 4 + 36 * 9 + 9 * 5);
    expect(account.binary.arithmeticPj).toBeCloseTo(account.macs * binaryMacPj);
    // All fit the smallest memory: 10 pJ for 64 bits.
    expect(account.binary.readPj).toBeCloseTo((account.macs / 64) * 10);
    expect(account.float.readPj).toBeCloseTo((account.macs / 2) * 10);
    expect(account.float.weightBytes).toBe(4 * (18 * 4 + 36 * 9 + 9 * 5));
  });
});
