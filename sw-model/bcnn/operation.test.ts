import { describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { fitBcnn } from "./fit.ts";
import { parseBcnnOperation } from "./operation.ts";
import { bcnnSpec, layersOf } from "./spec.ts";

const { parameters } = resolveParameters(bcnnSpec);
/** Two kernels of 2 x 2 on maps of 3 x 3 pixels of one channel; then a dense layer. */
const kernels = [
  [
    [[1], [0]],
    [[0], [1]],
  ],
  [
    [[0], [0]],
    [[1], [1]],
  ],
];
const thresholds = [
  { t: 3, flip: false },
  { t: 5, flip: true },
];
const first = { kernels, thresholds, padding: 1, pool: 2 };
const dense = { weights: [[1, 0, 1, 0, 0, 1, 1, 1]] };
const map = [
  [[1], [0], [1]],
  [[0], [1], [0]],
  [[1], [1], [1]],
];
const network = { layers: [first, dense], inputs: [map] };

function refusal(work: () => unknown): { code: string; where?: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parseBcnnOperation", () => {
  it("packs what it reads", () => {
    expect(parseBcnnOperation(network, parameters)).toEqual({
      layers: [
        {
          weights: packBits([
            [1, 0, 0, 1],
            [0, 0, 1, 1],
          ]),
          thresholds,
          ...{ kernel: 2, stride: 1, padding: 1, pool: 2 },
        },
        { weights: packBits(dense.weights), kernel: 0, stride: 1, padding: 0, pool: 1 },
      ],
      shape: { width: 3, height: 3, channels: 1 },
      inputs: [map],
    });
  });

  it("takes maps to be of the parameters' size where there are none", () => {
    const { shape, inputs } = parseBcnnOperation({ layers: [{ kernels }], inputs: [] }, parameters);
    expect({ shape, inputs }).toEqual({ shape: { width: 10, height: 10, channels: 1 }, inputs: [] });
  });

  const layers = (...list: unknown[]) => ({ ...network, layers: list });
  it.each([
    [3, "$"],
    [{ layers: network.layers }, "$.inputs"],
    [{ ...network, more: 1 }, "$.more"],
    [layers(), "$.layers"],
    [layers(3), "$.layers[0]"],
    [layers({ ...first, kernels: [] }), "$.layers[0].kernels"],
    [layers({ ...first, kernels: [[]] }), "$.layers[0].kernels[0]"],
    [layers({ ...first, kernels: [[[[1], [0]]]] }), "$.layers[0].kernels[0][0]"],
    [layers({ ...first, kernels: [[[[1, 0]]]] }), "$.layers[0].kernels[0][0][0]"],
    [layers({ ...first, kernels: [[[[2]]]] }), "$.layers[0].kernels[0][0][0][0]"],
    [layers({ ...first, thresholds: [thresholds[0]] }), "$.layers[0].thresholds"],
    [layers({ ...first, thresholds: [thresholds[0], { t: 6, flip: true }] }), "$.layers[0].thresholds[1].t"],
    [layers({ kernels, pool: 2 }), "$.layers[0].thresholds"],
    [layers({ kernels }, dense), "$.layers[0].thresholds"],
    [layers({ ...first, padding: 2 }, dense), "$.layers[0].padding"],
    [layers({ ...first, stride: 0 }, dense), "$.layers[0].stride"],
    [layers({ ...first, pool: 5 }, dense), "$.layers[0].pool"],
    [layers({ ...first, stride: 1.5 }, dense), "$.layers[0].stride"],
    [layers({ ...first, bias: 1 }, dense), "$.layers[0].bias"],
    [layers({ ...first, padding: 0, pool: 1 }, first, dense), "$.layers[1].kernels[0][0][0]"],
    [layers(dense), "$.layers[0].weights"],
    [layers(first, { weights: [[1, 0, 1]] }), "$.layers[1].weights"],
    [layers(first, { ...dense, pool: 1 }), "$.layers[1].pool"],
    [layers({ kernels: [kernels[0].concat(kernels[0]).map((row) => [...row, ...row])] }), "$.layers[0].kernels"],
    [{ ...network, inputs: [[]] }, "$.inputs[0]"],
    [{ ...network, inputs: [[[1]]] }, "$.inputs[0][0][0]"],
    [{ ...network, inputs: [map, map.slice(1)] }, "$.inputs[1]"],
    [{ ...network, inputs: [map, [map[0], map[1], map[2].slice(1)]] }, "$.inputs[1][2]"],
    [{ ...network, inputs: [map, [map[0], map[1], [[1], [0], [2]]]] }, "$.inputs[1][2][2][0]"],
  ])("refuses %j", (operation, where) => {
    expect(refusal(() => parseBcnnOperation(operation, parameters))).toMatchObject({ where });
  });
});

describe("fitBcnn", () => {
  const operation = parseBcnnOperation(network, parameters);

  it("takes the sizes of the operation, and leaves the arrays alone", () => {
    const fitted = fitBcnn(parameters, new Set(), operation);
    expect(fitted).toMatchObject({
      width: 3,
      height: 3,
      kernel: [2, 0],
      outputs: [2, 1],
      pool: [2, 1],
      results: "dots",
    });
    expect(fitted).toMatchObject({ pes: [4, 4], lanes: [9, 24] });
    expect(layersOf(fitted).at(-1)?.output).toEqual({ width: 1, height: 1, channels: 1 });
  });

  it("takes lists by hand for as many layers as the operation has, which need not be those of the defaults", () => {
    const given = resolveParameters(bcnnSpec, { sets: ["pes=2,2"] });
    expect(given.parameters).toMatchObject({ kernel: [3, 3], outputs: [8, 8], pes: [2, 2], lanes: [9, 24] });
    expect(fitBcnn(given.parameters, given.explicit, operation)).toMatchObject({ kernel: [2, 0], pes: [2, 2] });
    const more = resolveParameters(bcnnSpec, { sets: ["pes=2,2,2,2"] });
    expect(refusal(() => fitBcnn(more.parameters, more.explicit, operation))).toMatchObject({
      code: "wrong-layers",
      where: "pes",
      message: "pes has 4 values, the network has 2 layers",
    });
  });

  it("refuses more layers than a pipeline has", () => {
    const layers = Array.from({ length: 17 }, () => operation.layers[0]);
    expect(refusal(() => fitBcnn(parameters, new Set(), { ...operation, layers }))).toMatchObject({
      code: "wrong-layers",
      where: "$.layers",
    });
  });

  it.each([
    [["width=4"], { code: "does-not-fit", where: "width" }],
    [["kernel=2,2"], { code: "does-not-fit", where: "kernel[1]" }],
    [["outputs=2,4,1"], { code: "wrong-layers", where: "outputs" }],
    [["results=bits"], { code: "parameter-conflict", where: "results" }],
  ])("refuses other hardware that was asked for: %s", (sets, expected) => {
    const wanted = sets.map((set) => set.split("=")) as [string, string][];
    const changes = Object.fromEntries(
      wanted.map(([name, text]) => [
        name,
        /[a-z]/.test(text) ? text : text.includes(",") ? text.split(",").map(Number) : Number(text),
      ]),
    );
    const explicit = new Set(wanted.map(([name]) => name));
    expect(refusal(() => fitBcnn({ ...parameters, ...changes }, explicit, operation))).toMatchObject(expected);
  });

  it.each([
    [["kernel=3", "padding=3"], "padding"],
    [["kernel=11,3,0"], "kernel"],
    [["pool=9"], "pool"],
    [["pool=2,1,2"], "pool"],
    [["kernel=3", "pool=1,2,2"], "pool"],
    [["pes=2,2", "lanes=4,4,4"], "pes"],
    [["outputs=1,2", "pool=1,2,2,2"], "outputs"],
    [["kernel=16,1,0", "width=30", "height=30", "channels=100"], "kernel"],
  ])("there is no hardware for %s", (sets, where) => {
    expect(refusal(() => resolveParameters(bcnnSpec, { sets }))).toMatchObject({ code: "parameter-conflict", where });
  });
});
