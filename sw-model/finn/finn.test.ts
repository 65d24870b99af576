import { mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import type { BinaryLayer } from "../binary/layer.ts";
import { goldenBnn } from "../bnn/golden.ts";
import { UserError } from "../errors.ts";
import type { BinaryModel } from "../model/model.ts";
import { npyBytes, parseNpy } from "../numpy/npy.ts";
import { Random } from "../random.ts";
import { exportFinn, type FinnChoices } from "./export.ts";
import { importFinn } from "./import.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-finn-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const randomBits = (random: Random, rows: number, cols: number) =>
  packBits(
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => Math.floor(2 * random.uniform()))),
    cols,
  );

function randomModel(sizes: readonly number[], seed: number, flips: boolean): BinaryModel {
  const random = new Random(seed);
  const layers = sizes.slice(1).map((rows, i): BinaryLayer => {
    const weights = randomBits(random, rows, sizes[i]);
    if (i === sizes.length - 2) return { weights };
    const threshold = () => ({
      t: Math.floor(random.between(0, sizes[i] + 2)),
      flip: flips && random.uniform() < 0.5,
    });
    return { weights, thresholds: Array.from({ length: rows }, threshold) };
  });
  return { kind: "binary", name: "net", summary: "", data: {}, training: {}, inputThreshold: 0.25, layers };
}

const write = (model: BinaryModel, choices: FinnChoices) => {
  for (const { name, content } of exportFinn(model, choices)) writeFileSync(join(folder, name), content);
};

/** Any divisor of the rows as PE and of the columns as SIMD. */
const fold = (seed: number) => (layer: BinaryLayer, i: number) => {
  const random = new Random(seed, i);
  const divisor = (of: number) => {
    const all = Array.from({ length: of }, (_, k) => k + 1).filter((k) => of % k === 0);
    return all[Math.floor(random.uniform() * all.length)];
  };
  return { pe: divisor(layer.weights.rows), simd: divisor(layer.weights.cols) };
};

const choices = fc.record({
  layout: fc.constantFrom("matrix" as const, "folded" as const),
  weightDataType: fc.constantFrom("BIPOLAR" as const, "BINARY" as const),
  accumulator: fc.constantFrom("dot" as const, "popcount" as const),
  fold: fc.integer().map(fold),
});
const sizes = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 2, maxLength: 4 });

describe("export and import", () => {
  it("give back the same bits and thresholds", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), choices, (shape, seed, how) => {
        const model = randomModel(shape, seed, false);
        write(model, how);
        const { layers, inputThreshold } = importFinn(folder);
        expect({ layers, inputThreshold }).toEqual({ layers: model.layers, inputThreshold: 0.25 });
      }),
      { numRuns: 50 },
    );
  });

  it("keep every result where rows have flips, which FINN lacks", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), choices, (shape, seed, how) => {
        const model = randomModel(shape, seed, true);
        write(model, how);
        const { layers } = importFinn(folder);
        const inputs = randomBits(new Random(seed, 9), 20, shape[0]);
        expect(goldenBnn({ layers, inputs })).toEqual(goldenBnn({ layers: model.layers, inputs }));
      }),
      { numRuns: 50 },
    );
  });
});

describe("FINN's own order of things", () => {
  it("interleaves rows over PEs, reverses a word, and compares dot products by at least", () => {
    // Four neurons of four inputs on two PEs of two lanes: PE 0 has rows 0 and 2, PE 1 rows 1 and 3.
    const manifest = {
      format: "whittle-finn",
      version: 1,
      name: "hand",
      layers: [
        {
          weights: "w.npy",
          thresholds: "t.npy",
          inputs: 4,
          outputs: 4,
          layout: "folded",
          pe: 2,
          simd: 2,
          weightDataType: "BIPOLAR",
        },
      ],
    };
    const rows = [
      [1, 1, 1, -1],
      [1, -1, -1, -1],
      [-1, 1, 1, 1],
      [-1, -1, 1, -1],
    ];
    const word = (r: number, w: number) => [rows[r][2 * w + 1], rows[r][2 * w]];
    const values = [0, 2, 1, 3].flatMap((r) => [word(r, 0), word(r, 1)]).flat();
    writeFileSync(join(folder, "finn.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "w.npy"), npyBytes({ shape: [1, 2, 4, 2], values: Float64Array.from(values) }));
    // Rows 0, 2, 1, 3; -4 is always reached, 1.5 by a dot product of 2, 5 never.
    const levels = Float64Array.of(-4, 1.5, 0, 5);
    writeFileSync(join(folder, "t.npy"), npyBytes({ shape: [1, 2, 2, 1], values: levels }));
    const [layer] = importFinn(folder).layers;
    expect(layer.weights).toEqual(packBits(rows.map((row) => row.map((w) => (w === 1 ? 1 : 0)))));
    expect(layer.thresholds?.map(({ t }) => t)).toEqual([0, 2, 3, 5]);
  });
});

describe("a threshold between two whole numbers", () => {
  it.each([
    // A dot product of four inputs is -4, -2, 0, 2 or 4: 0 or 1 to 4 agreements.
    [1e-20, "dot", 3],
    [-1e-20, "dot", 2],
    [5e-324, "dot", 3],
    [-0, "dot", 2],
    [3.5, "dot", 4],
    [4.000001, "dot", 5],
    [1e300, "dot", 5],
    [-1e300, "dot", 0],
    [1e-20, "popcount", 1],
    [-0, "popcount", 0],
    [1.7e308, "popcount", 5],
  ])("%d of a %s is reached from %i agreements on", (value, accumulator, t) => {
    const types = { weightDataType: "BIPOLAR", accumulator };
    const layer = { weights: "w.npy", thresholds: "t.npy", inputs: 4, outputs: 1, ...types };
    const manifest = { format: "whittle-finn", version: 1, name: "hand", layers: [layer] };
    writeFileSync(join(folder, "finn.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "w.npy"), npyBytes({ shape: [4, 1], values: Float64Array.of(1, 1, 1, 1) }));
    const header = Buffer.from("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }\n", "latin1");
    const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
    writeFileSync(join(folder, "t.npy"), Buffer.concat([start, header, Buffer.from(Float64Array.of(value).buffer)]));
    expect(importFinn(folder).layers[0].thresholds).toEqual([{ t, flip: false }]);
  });
});

describe("npy", () => {
  it("reads what NumPy writes", () => {
    // numpy.save of numpy.array([[1, -1, 1]], dtype=numpy.int8), by NumPy 1.24.
    const header = "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 3), }".padEnd(117);
    const bytes = Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, "latin1"), Buffer.from([1, 255, 1])]);
    expect(parseNpy(bytes, "x.npy")).toEqual({ shape: [1, 3], values: Float64Array.of(1, -1, 1) });
  });

  it.each(["(4 1)", "(,)", "(1,,2)", "(1 , 2 3)"])("a shape %s is none", (shape) => {
    const header = `{'descr': '|i1', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(118);
    const bytes = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}`, "latin1");
    const message = expect.stringMatching(/^x\.npy: byte 10: expected a header with descr, fortran_order and shape/);
    expect(() => parseNpy(bytes, "x.npy")).toThrow(expect.objectContaining({ message }));
  });

  it("reads what it writes, of any shape", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), (shape) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const array = { shape, values: Float64Array.from({ length: count }, (_, i) => i - 2.5) };
        const bytes = npyBytes(array);
        expect((bytes.length - 4 * count) % 64).toBe(0);
        expect(parseNpy(bytes, "x.npy")).toEqual(array);
      }),
    );
  });
});

describe("a damaged or wrong folder", () => {
  const failure = () => {
    try {
      importFinn(folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, where = "" } = error.details;
      return [error.exitStatus, code, where.replace(folder, "F")];
    }
    return undefined;
  };
  const how: FinnChoices = {
    layout: "folded",
    weightDataType: "BIPOLAR",
    accumulator: "dot",
    fold: (_, i) => (i === 0 ? { pe: 2, simd: 3 } : { pe: 1, simd: 2 }),
  };
  beforeEach(() => write(randomModel([6, 4, 2], 1, false), how));
  const file = (name: string) => join(folder, name);
  const edit = (change: (manifest: { layers: Record<string, unknown>[] } & Record<string, unknown>) => void) => {
    const manifest = JSON.parse(readFileSync(file("finn.json"), "utf8"));
    change(manifest);
    writeFileSync(file("finn.json"), JSON.stringify(manifest));
  };
  const patch = (name: string, at: number, value: number) => {
    const array = parseNpy(readFileSync(file(name)), name);
    array.values[at] = value;
    writeFileSync(file(name), npyBytes(array));
  };

  it.each<[string, () => void, string, string]>([
    ["no manifest", () => unlinkSync(file("finn.json")), "file-not-found", "F/finn.json"],
    ["half a manifest", () => truncateSync(file("finn.json"), 50), "not-json", "F/finn.json: byte 50"],
    ["a missing array", () => unlinkSync(file("layer1-weights.npy")), "file-not-found", "F/layer1-weights.npy"],
    [
      "a truncated array",
      () => truncateSync(file("layer0-weights.npy"), 200),
      "bad-npy",
      "F/layer0-weights.npy: byte 200",
    ],
    [
      "no array at all",
      () => writeFileSync(file("layer0-weights.npy"), "weights"),
      "bad-npy",
      "F/layer0-weights.npy: byte 0",
    ],
    [
      "another size",
      () => edit((m) => Object.assign(m.layers[0], { inputs: 9 })),
      "wrong-shape",
      "F/layer0-weights.npy",
    ],
    ["another fold", () => edit((m) => Object.assign(m.layers[0], { simd: 2 })), "wrong-shape", "F/layer0-weights.npy"],
    [
      "a fold that does not divide",
      () => edit((m) => Object.assign(m.layers[0], { pe: 3 })),
      "wrong-shape",
      "F/finn.json: $.layers[0].pe",
    ],
    ["no fold", () => edit((m) => delete m.layers[0].simd), "wrong-shape", "F/finn.json: $.layers[0].simd"],
    [
      "thresholds missing",
      () => edit((m) => delete m.layers[0].thresholds),
      "wrong-shape",
      "F/finn.json: $.layers[0].thresholds",
    ],
    [
      "a broken chain",
      () => edit((m) => Object.assign(m.layers[1], { inputs: 6 })),
      "wrong-shape",
      "F/finn.json: $.layers[1].inputs",
    ],
    ["a weight of 0", () => patch("layer0-weights.npy", 5, 0), "not-binary", "F/layer0-weights.npy: [0, 0, 1, 2]"],
    [
      "a threshold that is no number",
      () => patch("layer0-thresholds.npy", 3, Number.NaN),
      "bad-threshold",
      "F/layer0-thresholds.npy: [0, 1, 1, 0]",
    ],
    [
      "an infinite threshold",
      () => patch("layer0-thresholds.npy", 3, Number.NEGATIVE_INFINITY),
      "bad-threshold",
      "F/layer0-thresholds.npy: [0, 1, 1, 0]",
    ],
    [
      "a threshold that no pixel reaches",
      () => edit((m) => Object.assign(m, { inputThreshold: 2 })),
      "value-out-of-range",
      "F/finn.json: $.inputThreshold",
    ],
    ["no name", () => edit((m) => Object.assign(m, { name: "" })), "wrong-shape", "F/finn.json: $.name"],
    ["a path as name", () => edit((m) => Object.assign(m, { name: "../x" })), "wrong-shape", "F/finn.json: $.name"],
    [
      "a path as file",
      () => edit((m) => Object.assign(m.layers[0], { weights: "../w.npy" })),
      "wrong-shape",
      "F/finn.json: $.layers[0].weights",
    ],
    [
      "another type",
      () => edit((m) => Object.assign(m.layers[0], { weightDataType: "INT8" })),
      "wrong-shape",
      "F/finn.json: $.layers[0].weightDataType",
    ],
    [
      "more layers than any hardware has",
      () => edit((m) => Object.assign(m, { layers: new Array(17).fill({ ...m.layers[0], outputs: 6 }) })),
      "wrong-shape",
      "F/finn.json: $.layers",
    ],
    ["no layers", () => edit((m) => Object.assign(m, { layers: [] })), "wrong-shape", "F/finn.json: $.layers"],
    ["another format", () => edit((m) => Object.assign(m, { format: "onnx" })), "wrong-shape", "F/finn.json: $.format"],
  ])("is refused: %s", (_, damage, code, where) => {
    damage();
    expect(failure()).toEqual([2, code, where]);
  });
});
