import { generate } from "../../catalog/generate.ts";
import type { ResetKind } from "../../hdl/index.ts";
import { UserError } from "../../sw-model/errors.ts";
import { generatorAndParameters, type ParameterOptions } from "../arguments.ts";
import type { CommandResult } from "../result.ts";

/** `whittle generate G -o DIR`. */
export async function generateCommand(
  name: string,
  options: ParameterOptions & {
    output: string;
    positions: boolean;
    prefix?: string;
    testbench?: boolean;
    reset: ResetKind;
    memories: "infer" | "blackbox";
  },
): Promise<CommandResult> {
  const { generator, given } = generatorAndParameters(name, options);
  if (options.output.trim() === "") {
    throw new UserError({
      code: "missing-value",
      message: "the output folder has no name",
      where: "--output",
      expected: "a folder, such as rtl or . for this one",
      found: '""',
    });
  }
  const document = await generate(generator, given.parameters, options.output, {
    positions: options.positions,
    testbench: options.testbench === true,
    reset: options.reset,
    memories: options.memories,
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
  });
  const written = `wrote ${document.files.length} files to ${options.output}: ${document.files.join(", ")}`;
  return { document, text: [written, ...(document.notes ?? []).map((note) => `  note: ${note}`)].join("\n") };
}
