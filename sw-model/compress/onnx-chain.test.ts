import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { networkOfOnnx } from "./from-onnx.ts";

/** Fields of protocol buffers: a number, or bytes with their length. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const int = (field: number, value: number) => [...varint(field << 3), ...varint(value)];
const part = (field: number, content: string | readonly number[]) => {
  const bytes = typeof content === "string" ? [...Buffer.from(content)] : content;
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
};

type Step = readonly [kind: string, inputs: readonly string[], outputs: readonly string[]];

/** An ONNX model of these operators from x to y, with constants of ones by name and shape. */
function model(steps: readonly Step[], constants: Record<string, readonly number[]>, outputs = ["y"], inputs = ["x"]) {
  const tensors = Object.entries(constants).flatMap(([name, shape]) => {
    const count = shape.reduce((product, side) => product * side, 1);
    const raw = [...Buffer.from(new Float32Array(count).fill(1).buffer)];
    return part(5, [...shape.flatMap((side) => int(1, side)), ...int(2, 1), ...part(8, name), ...part(9, raw)]);
  });
  const nodes = steps.flatMap(([kind, from, to]) =>
    part(1, [...from.flatMap((name) => part(1, name)), ...to.flatMap((name) => part(2, name)), ...part(4, kind)]),
  );
  const ends = [
    ...inputs.flatMap((name) => part(11, part(1, name))),
    ...outputs.flatMap((name) => part(12, part(1, name))),
  ];
  const graph = [...nodes, ...tensors, ...ends];
  return Uint8Array.from([...int(1, 8), ...part(7, graph), ...part(8, int(2, 13))]);
}

const weights = { a: [4, 4], b: [4, 4] };
const first: Step = ["MatMul", ["x", "a"], ["p"]];
const rectified: Step = ["Relu", ["p"], ["q"]];
const second: Step = ["MatMul", ["q", "b"], ["y"]];
const isChained = (steps: readonly Step[], outputs?: string[], inputs?: string[]) =>
  networkOfOnnx(model(steps, weights, outputs, inputs), "x.onnx", "x").chained;

describe("a graph is a chain of layers only where its edges say so", () => {
  it("with rectifiers, operators that pass values on, and an order of the outputs at the end", () => {
    expect(isChained([first, rectified, second])).toBe(true);
    const between: Step[] = [
      ["Flatten", ["x"], ["f"]],
      ["MatMul", ["f", "a"], ["p"]],
      rectified,
      ["Identity", ["q"], ["r"]],
      ["MatMul", ["r", "b"], ["s"]],
      ["Softmax", ["s"], ["y"]],
    ];
    expect(isChained(between)).toBe(true);
  });

  it.each<[string, readonly Step[], string[]?, string[]?]>([
    ["a softmax between", [first, rectified, ["Softmax", ["q"], ["s"]], ["MatMul", ["s", "b"], ["y"]]]],
    ["a softmax before", [["Softmax", ["x"], ["s"]], ["MatMul", ["s", "a"], ["p"]], rectified, second]],
    ["layers side by side", [first, rectified, ["MatMul", ["x", "b"], ["y"]]], ["q", "y"]],
    ["layers side by side, one of no use", [first, rectified, ["MatMul", ["x", "b"], ["y"]]]],
    ["a result on the way given, too", [first, rectified, second], ["q", "y"]],
    ["a second input", [first, rectified, ["MatMul", ["z", "b"], ["y"]]], ["y"], ["x", "z"]],
    ["a result added past a layer", [first, rectified, ["MatMul", ["q", "b"], ["s"]], ["Add", ["s", "q"], ["y"]]]],
    ["a result of the first layer alone", [first, rectified, ["MatMul", ["q", "b"], ["s"]]], ["q"]],
    ["an operator of another kind between", [first, rectified, ["Neg", ["q"], ["n"]], ["MatMul", ["n", "b"], ["y"]]]],
    ["a ring", [first, rectified, ["MatMul", ["y", "b"], ["y"]]]],
    ["no rectifier", [first, ["MatMul", ["p", "b"], ["y"]]]],
  ])("and not with %s", (_, steps, outputs, inputs) => expect(isChained(steps, outputs, inputs)).toBe(false));

  it("has a bias an output, not one a sample", () => {
    const biased = (shape: readonly number[]) =>
      networkOfOnnx(model([["Gemm", ["x", "a", "c"], ["y"]]], { a: [4, 6], c: shape }), "x.onnx", "x").layers[0].bias;
    expect([[6], [1, 6], [1], [1, 1]].map(biased)).toEqual([true, true, true, true]);
    expect(() => biased([6, 1])).toThrow(UserError);
    const added = networkOfOnnx(
      model(
        [
          ["MatMul", ["x", "a"], ["p"]],
          ["Add", ["p", "c"], ["y"]],
        ],
        { a: [4, 6], c: [6, 1] },
      ),
      "x.onnx",
      "x",
    );
    expect([added.layers[0].bias, added.chained]).toEqual([false, false]);
  });
});
