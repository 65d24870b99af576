import { join } from "node:path";
import { writeFilesAtomically } from "../../platform/atomic-write.ts";
import type { BinaryLayer } from "../../sw-model/binary/layer.ts";
import { UserError } from "../../sw-model/errors.ts";
import { exportFinn } from "../../sw-model/finn/export.ts";
import { importFinn } from "../../sw-model/finn/import.ts";
import type { BinaryModel } from "../../sw-model/model/model.ts";
import { loadModelOf, modelFiles } from "../../sw-model/model/store.ts";
import { choiceArgument, integerArgument, perLayer } from "../arguments.ts";
import type { CommandResult } from "../result.ts";

/** `whittle import finn FOLDER -o MODEL`: a folder of FINN-style arrays or packed words as a stored model. */
export function importCommand(format: string, folder: string, options: { output: string }): CommandResult {
  checkFormat(format);
  const model = importFinn(folder);
  return written(model, modelFiles(model), options.output);
}

export interface ExportOptions {
  readonly output: string;
  readonly layout: string;
  readonly pes: string;
  readonly lanes: string;
}

/** `whittle export finn MODEL -o FOLDER`: a stored binary model as FINN-style arrays or packed words. */
export function exportCommand(format: string, name: string, options: ExportOptions): CommandResult {
  checkFormat(format);
  const layout = choiceArgument("--layout", options.layout, ["matrix", "folded", "packed"]);
  if (layout === "matrix") refuseFold(options);
  const model = loadModelOf("binary", name);
  const pes = perLayer("--pes", options.pes, model.layers.length);
  const lanes = perLayer("--lanes", options.lanes, model.layers.length);
  const fold = ({ weights: { rows, cols } }: BinaryLayer, i: number) => ({
    pe: divisorArgument("--pes", pes[i], rows, `the outputs of layer ${i}`),
    simd: divisorArgument("--lanes", lanes[i], cols, `the inputs of layer ${i}`),
  });
  const choices = { layout, weightDataType: "BIPOLAR", accumulator: "dot", fold } as const;
  return written(model, exportFinn(model, choices), options.output);
}

/** A whole matrix is not cut for processing elements and lanes. */
function refuseFold(options: ExportOptions): void {
  for (const flag of ["pes", "lanes"] as const) {
    if (options[flag] === "1") continue;
    throw new UserError({
      code: "conflicting-flags",
      message: `--${flag} cuts folded arrays and packed words; --layout matrix has whole matrices`,
      where: `--${flag}`,
      expected: "--layout folded or --layout packed",
      found: `--${flag} ${options[flag]}`,
      hint: `Add --layout folded or --layout packed, or leave --${flag} out.`,
    });
  }
}

function divisorArgument(flag: string, text: string, of: number, what: string): number {
  const value = integerArgument(flag, text, 1, of);
  if (of % value === 0) return value;
  const expected = `a divisor of ${of}, ${what}`;
  const message = `${flag} ${text} is not ${expected}`;
  throw new UserError({ code: "bad-number", message, where: flag, expected, found: text });
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
