import { describe, expect, it } from "vitest";
import { parseNpz } from "../numpy/npz.ts";
import { type CompressedLayer, sparseCodes } from "./layer.ts";
import { arrayNames, npzOf } from "./to-npz.ts";

/** Layers of one weight each: 1, 2, 3 and so on. */
const network = (names: readonly string[], bias = false) => ({
  chained: true,
  layers: names.map((name, i): CompressedLayer => {
    const codebook = Float32Array.of(0, i + 1);
    const matrix = sparseCodes(new Uint8Array(bias ? 2 : 1).fill(1), 1);
    return { name, matrix, bias, relu: false, weightBits: 1, indexBits: 1, codebook };
  }),
});

describe("a network as an .npz file", () => {
  it.each<[string[], string[]]>([
    [
      ["layer1", "layer1", "x"],
      ["layer1", "layer1_2", "x"],
    ],
    [
      ["a", "a", "layer1", "layer1_2"],
      ["a", "layer1_3", "layer1", "layer1_2"],
    ],
    [
      ["", "x\0y", "x\0z"],
      ["layer0", "layer1", "layer2"],
    ],
  ])("has every weight under a name of its own: %j", (names, expected) => {
    expect(arrayNames(network(names))).toEqual(expected);
    const arrays = parseNpz(npzOf(network(names)), "x.npz");
    expect(arrays.map(({ name }) => name)).toEqual(expected.map((name) => `${name}.weight`));
    expect(arrays.map(({ values }) => Array.from(values))).toEqual(names.map((_, i) => [i + 1]));
  });

  it("takes names of any length", () => {
    const longest = 65535 - ".weight.npy".length;
    const names = ["n".repeat(65535), "n".repeat(longest), "é".repeat(32763)];
    expect(arrayNames(network(names))).toEqual(["layer0", names[1], "layer2"]);
    expect(parseNpz(npzOf(network(names, true)), "x.npz")).toHaveLength(6);
  });

  it("is refused where it has more arrays than an archive holds", () => {
    const many = network(
      Array.from({ length: 32768 }, () => ""),
      true,
    );
    expect(() => npzOf(many)).toThrow(/at most 65535 arrays, the network has 65536/);
  });
});
