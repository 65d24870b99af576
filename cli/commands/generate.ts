import { generate } from "../../catalog/generate.ts";
import { generatorAndParameters, type ParameterOptions } from "../arguments.ts";
import type { CommandResult } from "../result.ts";

/** `whittle generate G -o DIR`. */
export function generateCommand(
  name: string,
  options: ParameterOptions & { output: string; positions: boolean },
): CommandResult {
  const { generator, given } = generatorAndParameters(name, options);
  const document = generate(generator, given.parameters, options.output, { positions: options.positions });
  return { document, text: `wrote ${document.files.length} files to ${options.output}: ${document.files.join(", ")}` };
}
