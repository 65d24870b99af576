import { expect, it } from "vitest";
import { packBits } from "../binary/bits.ts";
import { checkTakesDigits } from "./digits.ts";
import type { BinaryModel } from "./model.ts";
import { loadModel } from "./store.ts";

const modelOf = (inputs: number, outputs: number): BinaryModel => ({
  ...{ kind: "binary", name: "small", summary: "", data: {}, training: {}, inputThreshold: 0.5 },
  layers: [{ weights: packBits(Array.from({ length: outputs }, () => new Array<number>(inputs).fill(1))) }],
});

it("takes the stored models", () => {
  for (const name of ["bnn-mnist", "lenet-300-100"]) expect(() => checkTakesDigits(loadModel(name))).not.toThrow();
  expect(() => checkTakesDigits(modelOf(784, 10))).not.toThrow();
});

it.each([
  [4, 10, "takes 4 inputs, the digits have 784", "784"],
  [784, 3, "gives 3 outputs, the digits are of 10 classes", "10"],
])("refuses a model of %i inputs and %i outputs", (inputs, outputs, message, expected) => {
  expect(() => checkTakesDigits(modelOf(inputs, outputs))).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({ code: "model-conflict", message: expect.stringContaining(message), expected }),
    }),
  );
});
