import { join } from "node:path";
import { writeFilesAtomically } from "../../platform/atomic-write.ts";
import { UserError } from "../../sw-model/errors.ts";
import { exportFinn } from "../../sw-model/finn/export.ts";
import { importFinn } from "../../sw-model/finn/import.ts";
import type { BinaryModel } from "../../sw-model/model/model.ts";
import { loadModelOf, modelFiles } from "../../sw-model/model/store.ts";
import type { CommandResult } from "../result.ts";

/** `whittle import finn FOLDER -o MODEL`: a folder of FINN-style arrays as a stored model. */
export function importCommand(format: string, folder: string, options: { output: string }): CommandResult {
  checkFormat(format);
  const model = importFinn(folder);
  return written(model, modelFiles(model), options.output);
}

/** `whittle export finn MODEL -o FOLDER`: a stored binary model as FINN-style arrays, weights -1 and +1. */
export function exportCommand(format: string, name: string, options: { output: string }): CommandResult {
  checkFormat(format);
  const model = loadModelOf("binary", name);
  const choices = { layout: "matrix", weightDataType: "BIPOLAR", accumulator: "dot" } as const;
  return written(model, exportFinn(model, choices), options.output);
}

function checkFormat(format: string): void {
  if (format === "finn") return;
  throw new UserError({
    code: "unknown-format",
    message: `there is no format ${format}`,
    where: format,
    expected: "finn",
    found: format,
  });
}

function written(
  model: BinaryModel,
  files: readonly { readonly name: string; readonly content: string | Uint8Array }[],
  folder: string,
): CommandResult {
  writeFilesAtomically(files.map(({ name, content }) => ({ path: join(folder, name), content })));
  const sizes = [model.layers[0].weights.cols, ...model.layers.map(({ weights }) => weights.rows)];
  const document = { model: model.name, sizes, files: files.map(({ name }) => name) };
  return { document, text: `${model.name}, ${sizes.join("-")}, written to ${folder}` };
}
