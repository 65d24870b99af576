import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageOf, loadMnist } from "../data/mnist.ts";
import { goldenEie } from "../eie/golden.ts";
import { parseEieOperation } from "../eie/operation.ts";
import { toEntries } from "../eie/sparse.ts";
import { eieSpec } from "../eie/spec.ts";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { compressionOf } from "./compression.ts";
import { argmax } from "./mlp.ts";
import type { SparseModel } from "./model.ts";
import { countMacs, floatPredictor, goldenNetwork, withBias } from "./network.ts";
import { fitModel, layerOperation } from "./on-eie.ts";
import { listModels, loadModelOf } from "./store.ts";

const model = loadModelOf("sparse", "lenet-300-100");
const { test } = loadMnist();
const defaults = resolveParameters(eieSpec).parameters;

/** The compressed network in floating point: values of the codebook, activations without any rounding. */
function inReals({ layers, formats }: SparseModel, image: ArrayLike<number>): number[] {
  let x = Array.from(image);
  for (const { matrix, codebook, relu } of layers) {
    const y = new Array<number>(matrix.rows).fill(0);
    for (const [row, col, code] of toEntries(matrix)) {
      y[row] += codebook[code] * 2 ** -formats.codebookFraction * (col < x.length ? x[col] : 1);
    }
    x = relu ? y.map((value) => Math.max(0, value)) : y;
  }
  return x;
}

describe("the stored LeNet-300-100", () => {
  it("is listed", () => {
    expect(listModels()).toContain("lenet-300-100");
  });

  it("reaches the accuracies that it states, and loses less than a point to compression", () => {
    const predict = floatPredictor(model);
    let [float, golden] = [0, 0];
    for (let i = 0; i < test.count; i++) {
      const image = imageOf(test, i);
      if (predict?.(image, i) === test.labels[i]) float++;
      if (goldenNetwork(model, image).prediction === test.labels[i]) golden++;
    }
    expect({ float: float / test.count, golden: golden / test.count }).toEqual(model.accuracy.test);
    expect(model.accuracy.test.float).toBeGreaterThan(0.965);
    expect(model.accuracy.test.golden).toBeGreaterThan(model.accuracy.test.float - 0.01);
  });

  it("keeps at most an eighth of both large layers", () => {
    const { layers, ratio, compressedBytes } = compressionOf(model);
    expect(layers[0].keptShare).toBeLessThanOrEqual(0.125);
    expect(layers[1].keptShare).toBeLessThanOrEqual(0.125);
    expect(ratio).toBeGreaterThan(30);
    // The same sum by hand: entries, kept and padding; pointers; codebooks.
    const byHand = layers.map(({ kept, padding, cols }) => kept + padding[1] + 2 * (cols + 1) + 32);
    expect(byHand.reduce((a, b) => a + b, 0)).toBe(compressedBytes);
  });

  it("computes what the same network computes in floating point, to a few units of the activations", () => {
    for (let i = 0; i < 50; i++) {
      const { outputs } = goldenNetwork(model, imageOf(test, i));
      const logits = inReals(model, imageOf(test, i));
      logits.forEach((value, o) => {
        expect(Math.abs(outputs[2][o] * 2 ** -model.formats.activationFraction - value)).toBeLessThan(0.05);
      });
      expect(argmax(outputs[2])).toBe(goldenNetwork(model, imageOf(test, i)).prediction);
    }
  });

  it("cannot saturate an accumulator, whatever the input", () => {
    const largest = 2 ** (model.formats.activationBits - 1);
    for (const { matrix, codebook } of model.layers) {
      const bound = new Float64Array(matrix.rows);
      for (const [row, , code] of toEntries(matrix)) bound[row] += Math.abs(codebook[code]) * largest;
      expect(Math.max(...bound)).toBeLessThan(2 ** (model.formats.accWidth - 1));
    }
  });

  it("is a chain of operations, each layer's result and the bias activation entering the next", () => {
    const { inputs, outputs } = goldenNetwork(model, imageOf(test, 3));
    const { parameters } = fitModel(defaults, new Set(), model);
    model.layers.forEach((layer, i) => {
      const operation = layerOperation(layer, inputs[i]);
      expect(parseEieOperation(operation, parameters)).toEqual(operation);
      expect(goldenEie(parameters, operation).y).toEqual(Array.from(outputs[i]));
      if (i > 0) expect(inputs[i]).toEqual(withBias(model, outputs[i - 1]));
    });
    expect(inputs[0].at(-1)).toBe(2 ** model.formats.activationFraction);
  });

  it("executes a small part of the dense multiply-accumulates", () => {
    const trace = goldenNetwork(model, imageOf(test, 0));
    const macs = countMacs(model, trace);
    expect(macs.dense).toBe(300 * 785 + 100 * 301 + 10 * 101);
    const byHand = model.layers.flatMap(({ matrix }, i) =>
      toEntries(matrix).filter(([, col]) => trace.inputs[i][col] !== 0),
    );
    expect(macs.executed).toBe(byHand.length);
    expect(macs.executed).toBeLessThan(0.1 * macs.dense);
  });
});

describe("fitModel", () => {
  const conflict = (changes: Partial<typeof defaults>) => {
    try {
      fitModel({ ...defaults, ...changes }, new Set(Object.keys(changes)), model);
    } catch (error) {
      if (error instanceof UserError) return error.details;
      throw error;
    }
    return undefined;
  };

  it("takes the model's formats and raises the depths", () => {
    const odd = { ...defaults, dropBits: 3, codebookBits: 4, rounding: "truncate" as const };
    const { parameters } = fitModel(odd, new Set(), model);
    expect(parameters).toMatchObject({ dropBits: 8, codebookBits: 16, rounding: "nearest", columnDepth: 2048 });
    expect(parameters.entryDepth).toBe(8192);
    expect(parameters.activationDepth).toBe(256);
  });

  it("keeps what was set by hand, and the golden model follows", () => {
    const changes = { rounding: "truncate" as const, accWidth: 20 };
    const fitted = fitModel({ ...defaults, ...changes }, new Set(Object.keys(changes)), model);
    expect(fitted.parameters).toMatchObject(changes);
    expect(fitted.model.formats).toMatchObject(changes);
  });

  it.each([
    [{ dropBits: 9 }, "dropBits"],
    [{ weightBits: 3 }, "weightBits"],
    [{ codebookBits: 4 }, "codebookBits"],
    [{ activationBits: 9 }, "activationBits"],
  ])("refuses %j", (changes, where) => {
    expect(conflict(changes)).toMatchObject({ code: "model-conflict", where });
  });

  it("does not fit memories that were set by hand too small", () => {
    expect(conflict({ activationDepth: 64 })).toMatchObject({ code: "does-not-fit", expected: "at least 197" });
  });

  it("gives the same results for any number of PEs", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.nat(test.count - 1), (pes, index) => {
        const fitted = fitModel({ ...defaults, pes }, new Set(["pes"]), model);
        const image = imageOf(test, index);
        expect(goldenNetwork(fitted.model, image)).toEqual(goldenNetwork(model, image));
      }),
      { numRuns: 20 },
    );
  });
});
