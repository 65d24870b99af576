import { execute } from "../../catalog/execute.ts";
import { engineArgument, generatorAndParameters, type ParameterOptions } from "../arguments.ts";
import { type Output, toJson } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle exec G --op FILE`. */
export async function execCommand(
  name: string,
  options: ParameterOptions & { op: string; engine: string; waves?: string },
  output: Output,
): Promise<CommandResult> {
  const { generator, given } = generatorAndParameters(name, options, { operationFollows: true });
  const engine = engineArgument(options.engine, { golden: true });
  const document = await execute(generator, given, options.op, engine, {
    log: output.log,
    ...(options.waves === undefined ? {} : { waves: options.waves }),
  });
  return {
    document,
    text: `${toJson(document.result, 0)}\n${document.cycles} cycles, ${document.ioCycles} for loading and read-out`,
  };
}
