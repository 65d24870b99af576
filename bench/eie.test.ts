import { describe, expect, it } from "vitest";
import { imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { goldenNetwork } from "../sw-model/model/network.ts";
import { loadModelOf } from "../sw-model/model/store.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { energyEvents, layerNanojoules, sramPicojoules } from "./eie-energy.ts";
import { drawLayer, paperLayers } from "./eie-layers.ts";
import { atPrecision } from "./eie-precision.ts";
import { benchPage, type Figure } from "./page.ts";

const { parameters } = resolveParameters(eieSpec, { preset: "paper" });
const small = paperLayers.find(({ name }) => name === "nt-lstm") as (typeof paperLayers)[number];

describe("drawn layers", () => {
  it.each(["random", "clustered"] as const)("have the shares that they should, %s", (sparsity) => {
    const { matrix, x } = drawLayer({ ...small, activations: 0.371 }, parameters, { seed: 3, sparsity });
    expect(x.filter((value) => value !== 0).length).toBe(Math.round(1201 * 0.371));
    const share = matrix.rowOf.length / (matrix.rows * matrix.cols);
    expect(Math.abs(share / small.calibrated - 1)).toBeLessThan(sparsity === "random" ? 0.01 : 0.1);
    for (let col = 0; col < matrix.cols; col++) {
      const rows = matrix.rowOf.subarray(matrix.columnStart[col], matrix.columnStart[col + 1]);
      expect(rows.every((row, i) => row < matrix.rows && (i === 0 || row > rows[i - 1]))).toBe(true);
    }
  });

  it("are the same for the same seed, and others for another", () => {
    const draw = (seed: number) => drawLayer(small, parameters, { seed });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).matrix.rowOf).not.toEqual(draw(2).matrix.rowOf);
  });
});

it("a page escapes what it shows and has a line and a table row for each series", () => {
  const figure: Figure = {
    title: "a < b",
    x: { name: "n", values: [1, 2, 4] },
    y: "share",
    series: [
      { name: "one", values: [0.1, 0.2, 0.4] },
      { name: "two & three", values: [1, 1, 1] },
    ],
  };
  const page = benchPage("x", [{ what: "r", value: 1 / 3, unit: "share", bar: 0.3, met: true }], [figure]);
  expect(page).toContain("<td>r</td><td>0.3333</td><td>share</td>");
  expect(page).toContain("a &lt; b");
  expect(page).toContain("<td>two &amp; three</td><td>1</td>");
  expect(page.match(/<polyline/g)).toHaveLength(2);
  // 0.1 of at most 1 stands a tenth up.
  expect(page).toMatch(/points="64\.0,340\.0 /);
});

it("a network in 16 bits with wide accumulators is the stored one, with a finer codebook", () => {
  const model = loadModelOf("sparse", "lenet-300-100");
  const { formats, layers } = model;
  const same = atPrecision(model, 16, formats.activationFraction, "40 bits");
  const finer = 2 ** (same.formats.codebookFraction - formats.codebookFraction);
  expect(finer).toBeGreaterThan(1);
  expect(same.layers.map(({ codebook }) => codebook)).toEqual(
    layers.map(({ codebook }) => codebook.map((value) => value * finer)),
  );
  const { validation } = loadMnist();
  for (let i = 0; i < 20; i++) {
    const image = imageOf(validation, i);
    expect(goldenNetwork(same, image).outputs).toEqual(goldenNetwork(model, image).outputs);
  }
});

it("a network in few bits has its weights and results in them", () => {
  const model = loadModelOf("sparse", "lenet-300-100");
  const { layers, formats } = atPrecision(model, 5, 2, "as narrow");
  expect(formats).toMatchObject({ codebookBits: 5, activationBits: 5, accWidth: 5, dropBits: 0 });
  const weights = layers.flatMap(({ codebook }) => codebook);
  expect(Math.max(...weights.map(Math.abs))).toBeGreaterThan(7);
  expect(weights.every((value) => Number.isInteger(value) && value >= -16 && value <= 15)).toBe(true);
  const { outputs } = goldenNetwork({ layers, formats }, imageOf(loadMnist().validation, 0));
  expect(outputs.every((layer) => layer.every((value) => value >= -16 && value <= 15))).toBe(true);
});

describe("energy", () => {
  it("of a read is table I's for 32 bits of 32 KB, half for half the width, twice for four times the capacity", () => {
    expect(sramPicojoules(32, 8192)).toBeCloseTo(5);
    expect(sramPicojoules(16, 16384)).toBeCloseTo(2.5);
    expect(sramPicojoules(32, 32768)).toBeCloseTo(10);
    // Horowitz (ISSCC 2014): 64 bits of 8 KB take half of what they take of 32 KB.
    expect(sramPicojoules(64, 1024)).toBeCloseTo(sramPicojoules(64, 4096) / 2);
  });

  it("counts what a plain walk over the matrix counts", () => {
    const few = { ...parameters, pes: 4, balance: false };
    const layer = { ...small, inputs: 40, outputs: 30, activations: 0.5, calibrated: 0.3 };
    const drawn = drawLayer(layer, few, { seed: 5 });
    const { matrix, x } = drawn;
    let [broadcasts, followed, columns, weights] = [0, 0, 0, 0];
    for (let col = 0; col < matrix.cols; col++) {
      if (x[col] === 0) continue;
      if (col > 0 && x[col - 1] !== 0) followed++;
      const rows = matrix.rowOf.subarray(matrix.columnStart[col], matrix.columnStart[col + 1]);
      broadcasts++;
      columns += new Set([...rows].map((row) => row % 4)).size;
      weights += rows.length;
    }
    const events = energyEvents(few, drawn);
    // 8 rows a PE: no gap needs padding.
    expect(events).toMatchObject({
      broadcasts,
      followed,
      columns,
      issued: weights,
      padding: 0,
      scanned: 40,
      written: 32,
    });
  });

  it("of memories grows by a read for each word more", () => {
    const none = {
      broadcasts: 0,
      followed: 0,
      columns: 0,
      issued: 0,
      padding: 0,
      wordReads: 0,
      scanned: 0,
      written: 0,
    };
    const { memory, arithmetic } = layerNanojoules(parameters, { ...none, wordReads: 1000 });
    expect([memory, arithmetic]).toEqual([sramPicojoules(64, 16384), 0]);
  });
});
