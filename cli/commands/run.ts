import { run } from "../../catalog/run.ts";
import { commandLine } from "../../platform/command-line.ts";
import { splitSizes } from "../../sw-model/data/mnist.ts";
import { UserError } from "../../sw-model/errors.ts";
import { checkTakesDigits } from "../../sw-model/model/digits.ts";
import { loadModel } from "../../sw-model/model/store.ts";
import { isVoiceActivity, vadName } from "../../sw-model/vad/stored.ts";
import { engineArgument, generatorAndParameters, integerArgument, parameterFlags } from "../arguments.ts";
import { type Output, toJson } from "../output.ts";
import { countProgress } from "../progress.ts";
import type { CommandResult } from "../result.ts";
import { type RunFlags, runVoiceCommand } from "./run-voice.ts";

/** `whittle run MODEL --on G --samples N`. */
export async function runCommand(model: string, options: RunFlags, output: Output): Promise<CommandResult> {
  if (isVoiceActivity(model)) return runVoiceCommand(model, options, output);
  refuseVoiceFlags(model, options);
  const { generator, given } = generatorAndParameters(options.on, options);
  const engine = engineArgument(options.engine, { golden: true });
  const samples = integerArgument("--samples", options.samples, 1, splitSizes.test);
  const reproduce = commandLine([
    ...["run", model, "--on", options.on, ...parameterFlags(options)],
    ...["--engine", engine, "--samples", `${samples}`],
  ]);
  const progress = countProgress(output, samples, "digits");
  const stored = loadModel(model);
  checkTakesDigits(stored);
  const document = await run(generator, given, stored, {
    engine,
    samples,
    reproduce,
    log: output.log,
    progress,
  });
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const lines = [
    `${model} on ${options.on} (${engine}), ${samples} test digits`,
    `  accuracy      ${engine === "golden" ? "" : `hardware ${percent(document.accuracy)}, `}golden ${percent(document.goldenAccuracy)}${document.floatAccuracy === undefined ? "" : `, float ${percent(document.floatAccuracy)}`}`,
    engine === "golden"
      ? "  compared      nothing: this is the golden model alone"
      : `  compared      ${document.compared} values, ${document.mismatches} digits differ`,
    `  cycles        ${Math.round(document.cycles / samples)} a digit, ${Math.round(document.ioCycles / samples)} more for loading and read-out`,
    `  load balance  ${percent(document.loadBalance)}`,
    ...(document.first ? [`first mismatch:\n${toJson(document.first)}`] : []),
  ];
  return { document, text: lines.join("\n"), exitStatus: document.mismatches > 0 ? 1 : 0 };
}

function refuseVoiceFlags(model: string, { sparsity, prune, padding, clip, svg }: RunFlags): void {
  const given = { "--sparsity": sparsity, "--prune": prune, "--padding": padding, "--clip": clip[0], "--svg": svg };
  for (const [flag, value] of Object.entries(given)) {
    if (value === undefined) continue;
    throw new UserError({
      code: "model-conflict",
      message: `${flag} is for voice-activity models, ${model} is another one`,
      where: flag,
      expected: `${vadName}, or an ONNX file of that model`,
      found: model,
    });
  }
}
