import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { npzBytes } from "../numpy/npz.ts";
import type { Layout } from "./from-npz.ts";
import { networkOfOnnx } from "./from-onnx.ts";
import { readNetwork } from "./read-network.ts";

// Written by the packages of others: mlp.onnx by onnx 1.12 (Gemm with alpha and transB, MatMul and Add), mlp.npz (the same
// network), mlp-keras.npz (compressed, transposed, one array in Fortran's order) by NumPy 1.24; conv.onnx has a convolution
// before its layer, and a Transpose before its weights; none.onnx a convolution alone. By onnx 1.12 also the types-….onnx: one network with its four
// layers in float16, float64, bfloat16 and float32, the weights raw and the biases in lists, or the other way round; with weights of integers; with weights in another file.
const fixtures = join(import.meta.dirname, "fixtures");
const fixture = (name: string) => join(fixtures, name);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-network-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitStatus).toBe(2);
    const { code, where = "" } = error.details;
    return `${code} ${where.replace(`${folder}/`, "").replace(`${fixtures}/`, "")}`;
  }
  return "none";
}

function saved(name: string, arrays: Record<string, readonly number[]>): string {
  const list = Object.entries(arrays).map(([array, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return { name: array, shape, values: Float64Array.from({ length: count }, (_, i) => i + 1) };
  });
  writeFileSync(join(folder, name), npzBytes(list));
  return join(folder, name);
}

describe("networks of other tools", () => {
  it("are the same from ONNX, from PyTorch's names and from those of Keras", () => {
    const [onnx, torch, keras] = ["mlp.onnx", "mlp.npz", "mlp-keras.npz"].map((name) => readNetwork(fixture(name)));
    expect(onnx.chained).toBe(true);
    expect(torch.layers).toEqual(onnx.layers);
    expect(onnx.layers.map(({ name, inputs, outputs, bias, relu }) => [name, inputs, outputs, bias, relu])).toEqual([
      ["fc1", 20, 12, true, true],
      ["fc2", 12, 5, true, false],
    ]);
    expect(keras.layers.map(({ name }) => name)).toEqual(["dense", "dense_1"]);
    expect(keras.layers.map(({ weights }) => weights)).toEqual(onnx.layers.map(({ weights }) => weights));
  });

  it("may have weights and biases of 16, 32 and 64 bits, raw or listed", () => {
    const [plain, raw, listed] = ["float32", "raw", "listed"].map((name) => readNetwork(fixture(`types-${name}.onnx`)));
    expect(plain.layers).toHaveLength(4);
    expect(raw.layers).toEqual(plain.layers);
    expect(listed.layers).toEqual(plain.layers);
  });

  it("are refused as a whole where weights cannot be read", () => {
    expect(failure(() => readNetwork(fixture("types-integers.onnx")))).toBe("unread-weights types-integers.onnx: w1");
    expect(failure(() => readNetwork(fixture("types-external.onnx")))).toBe("unread-weights types-external.onnx: w2");
  });

  it("need not be fully connected throughout", () => {
    const { chained, layers } = readNetwork(fixture("conv.onnx"));
    expect(chained).toBe(false);
    expect(layers).toMatchObject([{ name: "W3", inputs: 27, outputs: 6, bias: false, relu: false }]);
  });

  const shapes = (network: ReturnType<typeof readNetwork>) =>
    network.layers.map(({ inputs, outputs, bias }) => [inputs, outputs, bias]);
  const pair = [
    [4, 3, true],
    [3, 2, true],
  ];
  it.each<[string, Record<string, readonly number[]>, unknown]>([
    ["weights first, then biases", { W1: [3, 4], W2: [2, 3], b1: [3], b2: [2] }, pair],
    ["the other layout", { W1: [4, 3], b1: [3], W2: [3, 2], b2: [2] }, pair],
    ["arrays without names", { arr_0: [3, 4], arr_1: [3], arr_2: [2, 3], arr_3: [2] }, pair],
    ["names out of order", { "fc2.weight": [2, 3], "fc10.weight": [5, 2], "fc1.weight": [3, 4] }, undefined],
    ["a bias at some layers", { w0: [3, 4], w1: [2, 3], b1: [2] }, [[4, 3, false], pair[1]]],
  ])("are read with %s", (_, arrays, expected) => {
    const found = shapes(readNetwork(saved("net.npz", arrays)));
    expect(found).toEqual(
      expected ?? [
        [4, 3, false],
        [3, 2, false],
        [2, 5, false],
      ],
    );
  });

  it("lie as the layout says where both would fit", () => {
    const square = saved("square.npz", { w: [2, 2] });
    const weights = (layout?: Layout) => Array.from(readNetwork(square, layout).layers[0].weights);
    expect(weights()).toEqual([1, 3, 2, 4]);
    expect(weights("outputs-inputs")).toEqual(weights());
    expect(weights("inputs-outputs")).toEqual([1, 2, 3, 4]);
  });
});

describe("bad networks", () => {
  it.each<[string, () => unknown, string]>([
    ["layers that do not follow", () => saved("a.npz", { W1: [3, 4], W2: [2, 5] }), "wrong-shape a.npz: W2"],
    ["a bias of another length", () => saved("b.npz", { W: [3, 4], b: [5] }), "wrong-shape b.npz: b"],
    ["two biases for a matrix", () => saved("c.npz", { W: [3, 4], b: [3], c: [3] }), "wrong-shape c.npz: c"],
    ["three dimensions", () => saved("d.npz", { W: [3, 2, 2] }), "wrong-shape d.npz: W"],
    ["biases alone", () => saved("e.npz", { b: [3] }), "no-layers e.npz"],
    ["no arrays", () => saved("f.npz", {}), "no-layers f.npz"],
    ["no rows", () => saved("g.npz", { W: [0, 3] }), "does-not-fit g.npz: W"],
    ["a convolution alone", () => fixture("none.onnx"), "no-layers none.onnx"],
    ["no such file", () => join(folder, "absent.onnx"), "file-not-found absent.onnx"],
    ["no archive", () => writtenText("h.npz"), "unknown-format h.npz"],
    ["no model", () => writtenText("i.onnx"), "bad-onnx i.onnx: byte 1"],
  ])("%s is refused with its place", (_, make, expected) => {
    expect(failure(() => readNetwork(make() as string))).toBe(expected);
  });

  function writtenText(name: string): string {
    writeFileSync(join(folder, name), "weights!");
    return join(folder, name);
  }

  it("are named by the element where a weight is not finite", () => {
    const values = Float64Array.of(1, 2, Number.NaN, 4);
    writeFileSync(join(folder, "nan.npz"), npzBytes([{ name: "W", shape: [2, 2], values }]));
    expect(failure(() => readNetwork(join(folder, "nan.npz")))).toBe("value-out-of-range nan.npz: W[1, 0]");
  });

  it("end in an error wherever an ONNX file is cut short or changed, or give a network", () => {
    const bytes = readFileSync(fixture("mlp.onnx"));
    for (let length = 0; length < bytes.length; length++) {
      expect(failure(() => networkOfOnnx(bytes.subarray(0, length), "x", "x"))).toMatch(/^(bad-onnx|no-layers) x/);
    }
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << (at % 8);
      failure(() => networkOfOnnx(changed, "x", "x"));
    }
  });
});
