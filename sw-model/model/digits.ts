import { UserError } from "../errors.ts";
import type { Model } from "./model.ts";

/** Pixels of a digit, and digits there are. */
const pixels = 28 * 28;
const classes = 10;

/** Throws `UserError` model-conflict where the model does not take the digits' pixels, or gives something else than a value a class. */
export function checkTakesDigits(model: Model): void {
  const { inputs, outputs } = sizesOf(model);
  if (inputs !== pixels) throw conflict(model, `takes ${inputs} inputs, the digits have ${pixels}`, pixels, inputs);
  if (outputs !== classes)
    throw conflict(model, `gives ${outputs} outputs, the digits are of ${classes} classes`, classes, outputs);
}

function sizesOf(model: Model): { inputs: number; outputs: number } {
  if (model.kind === "binary") {
    return { inputs: model.layers[0].weights.cols, outputs: model.layers[model.layers.length - 1].weights.rows };
  }
  if (model.kind === "binary-convolutional") {
    const { width, height, channels } = model.input;
    return { inputs: width * height * channels, outputs: model.layers[model.layers.length - 1].weights.rows };
  }
  // The last column is the bias.
  return { inputs: model.layers[0].matrix.cols - 1, outputs: model.layers[model.layers.length - 1].matrix.rows };
}

function conflict(model: Model, what: string, expected: number, found: number): UserError {
  return new UserError({
    code: "model-conflict",
    message: `unusable input: ${model.name} ${what}`,
    where: model.name,
    expected: `${expected}`,
    found: `${found}`,
    hint: "run classifies handwritten digits; other operations of a network go through exec",
  });
}
