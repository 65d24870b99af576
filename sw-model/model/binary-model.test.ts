import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import type { BinaryLayer } from "../binary/layer.ts";
import { goldenBnn } from "../bnn/golden.ts";
import { UserError } from "../errors.ts";
import { Random } from "../random.ts";
import { binariseImage, goldenBinaryNetwork } from "./binary-network.ts";
import { binaryFootprint } from "./footprint.ts";
import { argmax } from "./mlp.ts";
import type { BinaryModel } from "./model.ts";
import { sha256 } from "./packed.ts";
import { loadModel, loadModelOf, saveModel } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-binary-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A network of random bits; the last layer has no thresholds. */
function randomModel(sizes: readonly number[], seed: number): BinaryModel {
  const random = new Random(seed);
  const bit = () => Math.floor(2 * random.uniform());
  const layers = sizes.slice(1).map((rows, i): BinaryLayer => {
    const cols = sizes[i];
    const weights = packBits(Array.from({ length: rows }, () => Array.from({ length: cols }, bit)));
    if (i === sizes.length - 2) return { weights };
    const thresholds = Array.from({ length: rows }, () => ({
      t: Math.floor(random.between(0, cols + 2)),
      flip: bit() === 1,
    }));
    return { weights, thresholds };
  });
  return {
    kind: "binary",
    name: "random",
    summary: "random bits",
    data: {},
    training: {},
    inputThreshold: 0.5,
    layers,
    floatPredictions: [3, 1, 4],
  };
}

const sizes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 2, maxLength: 4 });

describe("a stored binary model", () => {
  it("comes back as it was saved, and the same model gives the same bytes", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (shape, seed) => {
        const model = randomModel(shape, seed);
        saveModel(model, folder);
        const bytes = readFileSync(join(folder, "model.json"));
        const loaded = loadModelOf("binary", folder);
        expect(loaded).toEqual(model);
        saveModel(loaded, folder);
        expect(readFileSync(join(folder, "model.json")).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  const edited = (change: (document: Record<string, unknown> & { layers: Record<string, unknown>[] }) => void) => {
    saveModel(randomModel([9, 5, 3], 1), folder);
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

  it.each<[string, Parameters<typeof edited>[0], string, string]>([
    ["no thresholds in a hidden layer", (d) => delete d.layers[0].thresholds, "$.layers[0].thresholds", "wrong-shape"],
    [
      "fewer thresholds",
      (d) => Object.assign(d.layers[0], { thresholds: "AAAA" }),
      "$.layers[0].thresholds",
      "wrong-shape",
    ],
    [
      "a threshold out of reach",
      (d) => Object.assign(d.layers[0], { thresholds: "CwAAAAAAAAAAAA==" }),
      "$.layers[0].thresholds[0]",
      "value-out-of-range",
    ],
    ["fewer weights", (d) => Object.assign(d.layers[1], { weights: "AAA=" }), "$.layers[1].weights", "wrong-shape"],
    [
      "ones in the padding",
      (d) => Object.assign(d.layers[1], { weights: "////" }),
      "$.layers[1].weights",
      "wrong-shape",
    ],
    [
      "flips without thresholds",
      (d) => Object.assign(d.layers[1], { flips: "AA==" }),
      "$.layers[1].thresholds",
      "wrong-shape",
    ],
    ["a broken chain", (d) => Object.assign(d.layers[1], { cols: 6 }), "$.layers[1].cols", "wrong-shape"],
    ["no base64", (d) => Object.assign(d.layers[1], { weights: "?" }), "$.layers[1].weights", "wrong-shape"],
    ["an unknown key", (d) => Object.assign(d, { bias: 1 }), "$.bias", "wrong-shape"],
    ["classes that are none", (d) => Object.assign(d, { floatPredictions: "1a" }), "$.floatPredictions", "wrong-shape"],
    ["another version", (d) => Object.assign(d, { version: 7 }), "$.version", "unknown-version"],
  ])("is refused with %s", (_, change, where, code) => {
    expect(edited(change)).toEqual({ code, where });
  });

  it("is not taken for a sparse one", () => {
    saveModel(randomModel([4, 2], 1), folder);
    expect(() => loadModelOf("sparse", folder)).toThrow(/is a binary model/);
  });
});

describe("goldenBinaryNetwork", () => {
  it("is goldenBnn layer by layer", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (shape, seed) => {
        const model = randomModel(shape, seed);
        const random = new Random(seed, 1);
        const image = Array.from({ length: shape[0] }, () => random.uniform());
        const { inputs, outputs, prediction } = goldenBinaryNetwork(model, image);
        const whole = goldenBnn({ layers: model.layers, inputs: binariseImage(model, image) });
        expect(whole).toEqual({ dot: [outputs.at(-1)] });
        expect(prediction).toBe(argmax(outputs.at(-1) ?? []));
        expect(inputs).toHaveLength(model.layers.length);
        model.layers.slice(0, -1).forEach((layer, i) => {
          expect(goldenBnn({ layers: [layer], inputs: inputs[i] })).toEqual({ bits: [outputs[i]] });
        });
      }),
    );
  });
});

describe("binaryFootprint", () => {
  it("is a thirty-second of float32 for the weights, and counts thresholds", () => {
    const footprint = binaryFootprint(randomModel([784, 256, 10], 1).layers);
    expect(footprint.floatWeightBytes).toBe(32 * footprint.binaryWeightBytes);
    // 256 thresholds from 0 to 785 take ten bits and a flip each.
    expect(footprint.binaryBytes).toBe((784 * 256 + 256 * 10 + 256 * 11) / 8);
    expect(footprint.floatBytes).toBe(4 * (784 * 256 + 256 * 10 + 266));
  });
});
