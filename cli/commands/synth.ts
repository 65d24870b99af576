import { elaborate, emitVerilog } from "../../hdl/index.ts";
import { synthesize } from "../../synth/synthesize.ts";
import { generatorAndParameters, type ParameterOptions } from "../arguments.ts";
import { type Output, table } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle synth G --target T`. */
export async function synthCommand(
  name: string,
  options: ParameterOptions & { target: string; module?: string; yosys?: "system" | "embedded" },
  output: Output,
): Promise<CommandResult> {
  const { generator, given } = generatorAndParameters(name, options);
  const { text: verilog, top, foreign } = emitVerilog(elaborate(generator.module, given.parameters));
  const report = await synthesize({
    verilog,
    foreign: foreign.map(({ text }) => text).join("\n"),
    top,
    target: options.target,
    log: output.log,
    ...(options.module === undefined ? {} : { module: options.module }),
    ...(options.yosys === undefined ? {} : { yosys: options.yosys }),
  });
  const { notes, cells, ...figures } = report;
  const isTop = options.module === undefined || options.module === top;
  const latency = generator.latency && isTop ? { latency: generator.latency(given.parameters) } : {};
  const rows = Object.entries({ ...latency, ...figures }).map(([key, value]) => [`  ${key}`, `${value}`]);
  return {
    document: { generator: name, parameters: given.parameters, module: options.module ?? top, ...latency, ...report },
    text: [`${options.module ?? top}:`, table(rows), ...notes.map((note) => `  note: ${note}`)].join("\n"),
  };
}
