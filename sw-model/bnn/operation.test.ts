import { describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { fitBnn } from "./fit.ts";
import { parseBnnOperation } from "./operation.ts";
import { bnnSpec } from "./spec.ts";

const { parameters } = resolveParameters(bnnSpec);
const thresholds = [
  { t: 0, flip: false },
  { t: 4, flip: true },
];
const first = {
  weights: [
    [1, 0, 1],
    [0, 0, 1],
  ],
  thresholds,
};
const second = { weights: [[1, 0]] };
const network = { layers: [first, second], inputs: [[1, 1, 0]] };

function refusal(work: () => unknown): { code: string; where?: string; expected?: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parseBnnOperation", () => {
  it("packs what it reads", () => {
    expect(parseBnnOperation(network, parameters)).toEqual({
      layers: [{ weights: packBits(first.weights), thresholds }, { weights: packBits(second.weights) }],
      inputs: packBits(network.inputs),
    });
  });

  it.each([
    [{ ...network, layers: [] }, "$.layers"],
    [{ ...network, layers: [{ weights: first.weights }, second] }, "$.layers[0].thresholds"],
    [{ ...network, layers: [first, { weights: [[1, 0, 1]] }] }, "$.layers[1].weights"],
    [{ ...network, layers: [first, { weights: [[1, 0], [1]] }] }, "$.layers[1].weights[1]"],
    [{ ...network, layers: [first, { weights: [[1, 7]] }] }, "$.layers[1].weights[0][1]"],
    [{ ...network, layers: [first, { ...second, thresholds }] }, "$.layers[1].thresholds"],
    [{ ...network, layers: [first, { ...second, bias: 1 }] }, "$.layers[1].bias"],
    [{ ...network, layers: [first, 3] }, "$.layers[1]"],
    [{ ...network, inputs: [[1, 1]] }, "$.inputs[0]"],
    [{ layers: network.layers }, "$.inputs"],
  ])("refuses %j", (operation, where) => {
    expect(refusal(() => parseBnnOperation(operation, parameters))).toMatchObject({ where });
  });

  it("refuses an operation for which the hardware has no results", () => {
    const conflict = { code: "parameter-conflict", where: "results" };
    expect(refusal(() => parseBnnOperation(network, { ...parameters, results: "bits" }))).toMatchObject(conflict);
  });
});

describe("the lists of bnn", () => {
  const settings = (...sets: string[]) => resolveParameters(bnnSpec, { sets });
  const shapes = [
    { rows: 100, cols: 3000 },
    { rows: 10, cols: 100 },
  ];

  it("are one value for all layers, or one a layer", () => {
    expect(settings("pes=16,16,10", "lanes=8").parameters).toMatchObject({ pes: [16, 16, 10], lanes: [8] });
    expect(refusal(() => settings("pes=16,16,10", "lanes=8,8"))).toMatchObject({ code: "parameter-conflict" });
    expect(refusal(() => settings("pes=16,,10"))).toMatchObject({ code: "parameter-out-of-range" });
    expect(refusal(() => settings("pes=0,1"))).toMatchObject({
      code: "parameter-out-of-range",
      expected: "1 to 16 integers from 1 to 1024, with commas between",
    });
    const config = { value: { pes: 4, lanes: [4, 2] }, file: "x.json" };
    expect(resolveParameters(bnnSpec, { config }).parameters).toMatchObject({ pes: [4], lanes: [4, 2] });
  });

  it("must let words be gathered or split whole", () => {
    expect(refusal(() => settings("pes=6,6", "lanes=4,4"))).toMatchObject({ code: "parameter-conflict", where: "pes" });
    expect(settings("pes=6,6", "lanes=4,3").parameters.pes).toEqual([6, 6]);
  });

  it("follow the layers of an operation unless they were set by hand", () => {
    expect(fitBnn(parameters, new Set(), shapes)).toEqual({
      ...parameters,
      pes: [8, 8],
      lanes: [64, 64],
      // 13 row folds of 47 column folds.
      weightDepth: [1024, 512],
      rowDepth: [32, 32],
      inputDepth: [128, 32],
    });
    const four = [...shapes, ...shapes].map(() => ({ rows: 8, cols: 8 }));
    expect(fitBnn(parameters, new Set(), four).pes).toEqual([8, 8, 8, 8]);
    expect(refusal(() => fitBnn(parameters, new Set(["pes"]), shapes))).toMatchObject({
      code: "wrong-layers",
      expected: "1 or 2 values",
    });
    expect(refusal(() => fitBnn(parameters, new Set(["weightDepth"]), shapes))).toMatchObject({
      code: "does-not-fit",
      where: "weightDepth[0]",
      expected: "at least 611",
    });
  });

  it("refuses more layers than a pipeline has", () => {
    const layers = Array.from({ length: 17 }, () => ({ rows: 2, cols: 2 }));
    expect(fitBnn(parameters, new Set(), layers.slice(1)).pes).toHaveLength(16);
    expect(refusal(() => fitBnn(parameters, new Set(), layers))).toMatchObject({
      code: "wrong-layers",
      where: "$.layers",
      expected: "1 to 16 layers",
    });
  });
});
