import { describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { fitXnor } from "./fit.ts";
import { parseXnorOperation } from "./operation.ts";
import { xnorSpec } from "./spec.ts";

const { parameters } = resolveParameters(xnorSpec);
const layer = {
  weights: [
    [1, 0, 1],
    [0, 0, 1],
  ],
  inputs: [[1, 1, 0]],
};
const thresholds = [
  { t: 0, flip: false },
  { t: 4, flip: true },
];

function refusal(work: () => unknown): { code: string; where?: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parseXnorOperation", () => {
  it("packs what it reads", () => {
    expect(parseXnorOperation({ ...layer, thresholds }, parameters)).toEqual({
      weights: packBits(layer.weights),
      inputs: packBits(layer.inputs),
      thresholds,
    });
    expect(parseXnorOperation({ ...layer, inputs: [] }, parameters).inputs).toMatchObject({ rows: 0, cols: 3 });
  });

  it.each([
    [
      {
        ...layer,
        weights: [
          [1, 0, 1],
          [0, 0],
        ],
      },
      "wrong-shape",
      "$.weights[1]",
    ],
    [{ ...layer, weights: [] }, "wrong-shape", "$.weights"],
    [{ ...layer, weights: [[]] }, "wrong-shape", "$.weights[0]"],
    [{ ...layer, weights: [[1, 0, 2]] }, "value-out-of-range", "$.weights[0][2]"],
    [{ ...layer, weights: [[1, -1, 1]] }, "value-out-of-range", "$.weights[0][1]"],
    [{ ...layer, weights: [[1, true, 1]] }, "wrong-shape", "$.weights[0][1]"],
    [{ ...layer, weights: "101" }, "wrong-shape", "$.weights"],
    [{ ...layer, inputs: [[1, 1]] }, "wrong-shape", "$.inputs[0]"],
    [
      {
        ...layer,
        inputs: [
          [1, 1, 0],
          [1, 0, 0.5],
        ],
      },
      "wrong-shape",
      "$.inputs[1][2]",
    ],
    [{ weights: layer.weights }, "wrong-shape", "$.inputs"],
    [{ ...layer, threshold: [] }, "wrong-shape", "$.threshold"],
    [{ ...layer, thresholds: thresholds.slice(1) }, "wrong-shape", "$.thresholds"],
    [{ ...layer, thresholds: [thresholds[0], { t: 5, flip: false }] }, "value-out-of-range", "$.thresholds[1].t"],
    [{ ...layer, thresholds: [thresholds[0], { t: -1, flip: false }] }, "value-out-of-range", "$.thresholds[1].t"],
    [{ ...layer, thresholds: [thresholds[0], { t: 1 }] }, "wrong-shape", "$.thresholds[1].flip"],
    [{ ...layer, thresholds: [thresholds[0], { t: 1, flip: 1 }] }, "wrong-shape", "$.thresholds[1].flip"],
    [{ ...layer, thresholds: {} }, "wrong-shape", "$.thresholds"],
    [[], "wrong-shape", "$"],
  ])("refuses %j", (operation, code, where) => {
    expect(refusal(() => parseXnorOperation(operation, parameters))).toMatchObject({ code, where });
  });

  it("refuses an operation for which the hardware has no results", () => {
    const only = (results: "bits" | "dots") => ({ ...parameters, results });
    const conflict = { code: "parameter-conflict", where: "results" };
    expect(refusal(() => parseXnorOperation(layer, only("bits")))).toMatchObject(conflict);
    expect(refusal(() => parseXnorOperation({ ...layer, thresholds }, only("dots")))).toMatchObject(conflict);
  });
});

describe("fitXnor", () => {
  const large = { weights: packBits(Array.from({ length: 100 }, () => new Array<number>(3000).fill(1))) };

  it("raises depths to a power of two", () => {
    // 13 row folds of 47 column folds.
    expect(fitXnor(parameters, new Set(), large)).toEqual({ ...parameters, weightDepth: 1024, inputDepth: 128 });
    expect(fitXnor(parameters, new Set(), { weights: packBits([[1]]) })).toEqual(parameters);
  });

  it("says what is needed where a depth was set by hand, or is beyond its range", () => {
    const byHand = (name: string) => refusal(() => fitXnor(parameters, new Set([name]), large));
    expect(byHand("weightDepth")).toMatchObject({ code: "does-not-fit", expected: "at least 611", found: "512" });
    expect(byHand("inputDepth")).toMatchObject({ code: "does-not-fit", expected: "at least 94", found: "32" });
    const tiny = { ...parameters, rows: 1, rowDepth: 64 };
    expect(refusal(() => fitXnor(tiny, new Set(["rowDepth"]), large))).toMatchObject({ where: "rowDepth" });
    const wide = { weights: { rows: 1, cols: 40000, wordsPerRow: 1250, words: new Uint32Array(1250) } };
    expect(refusal(() => fitXnor({ ...parameters, lanes: 1 }, new Set(), wide))).toMatchObject({ where: "inputDepth" });
  });
});
