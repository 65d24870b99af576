import { runVoice, type VoiceReport } from "../../catalog/voice.ts";
import { writeFileAtomically } from "../../platform/atomic-write.ts";
import { commandLine } from "../../platform/command-line.ts";
import { UserError } from "../../sw-model/errors.ts";
import { prunings } from "../../sw-model/ese/lstm.ts";
import { paddings } from "../../sw-model/ese/padding.ts";
import { plotProbabilities } from "../../sw-model/vad/plot.ts";
import { vadNamed } from "../../sw-model/vad/stored.ts";
import {
  choiceArgument,
  engineArgument,
  fileArgument,
  generatorAndParameters,
  integerArgument,
  type ParameterOptions,
  parameterFlags,
} from "../arguments.ts";
import { type Output, toJson } from "../output.ts";
import { countProgress } from "../progress.ts";
import type { CommandResult } from "../result.ts";

/** What `whittle run` takes besides the model's name. */
export interface RunFlags extends ParameterOptions {
  readonly on: string;
  readonly samples: string;
  readonly engine: string;
  /** Of a voice-activity model alone. */
  readonly sparsity?: string;
  readonly prune?: string;
  readonly padding?: string;
  readonly clip: readonly string[];
  readonly svg?: string;
}

/** `whittle run` of a voice-activity model: frames of speech clips, its LSTM on the hardware. */
export async function runVoiceCommand(model: string, options: RunFlags, output: Output): Promise<CommandResult> {
  const { generator, given } = generatorAndParameters(options.on, options);
  const engine = engineArgument(options.engine, { golden: true });
  const samples = integerArgument("--samples", options.samples, 1, Number.MAX_SAFE_INTEGER);
  const sparsity = shareArgument("--sparsity", options.sparsity ?? "0");
  const prune = choiceArgument("--prune", options.prune ?? "balanced", prunings);
  const padding = choiceArgument("--padding", options.padding ?? "zeros", paddings);
  const svg = options.svg === undefined ? undefined : fileArgument("--svg", options.svg);
  const reproduce = commandLine([
    ...["run", model, "--on", options.on, ...parameterFlags(options)],
    ...["--engine", engine, "--samples", `${samples}`, "--sparsity", `${sparsity}`],
    ...(prune === "balanced" ? [] : ["--prune", prune]),
    ...(padding === "zeros" ? [] : ["--padding", padding]),
    ...options.clip.flatMap((file) => ["--clip", file]),
  ]);
  const document = await runVoice(generator, given, vadNamed(model), {
    engine,
    samples,
    sparsity,
    prune,
    padding,
    clips: options.clip,
    reproduce,
    log: output.log,
    progress: countProgress(output, samples, "frames"),
  });
  if (svg !== undefined) writeFileAtomically(svg, plotOf(document));
  return { document, text: textOf(document, svg), exitStatus: document.mismatches > 0 ? 1 : 0 };
}

function plotOf({ model, generator, engine, sparsity, clips }: VoiceReport): string {
  const all = (of: "original" | "hardware") => clips.flatMap((clip) => clip[of]);
  return plotProbabilities(
    `Probability of speech: ${model}, ${percent(sparsity)} of the LSTM's weights pruned`,
    [
      { label: "original, float", ink: "#555555", values: all("original") },
      { label: `LSTM on ${generator} (${engine})`, ink: "#b03060", values: all("hardware") },
    ],
    clips.map(({ name, original }) => ({ name, frames: original.length })),
  );
}

function textOf(document: VoiceReport, svg: string | undefined): string {
  const { engine, samples, first } = document;
  const golden = engine === "golden";
  return [
    `${document.model} on ${document.generator} (${engine}), ${samples} frames of ${document.clips.length} clips, ${percent(1 - document.density)} pruned${document.prune === "balanced" ? "" : ` (${document.prune})`}`,
    `  decisions as the original's  ${golden ? "" : `hardware ${percent(document.accuracy)}, `}golden ${percent(document.goldenAccuracy)}, pruned in float ${percent(document.floatAccuracy)}`,
    `  probability                  off by ${document.meanDifference.toFixed(4)} in the mean, ${document.largestDifference.toFixed(4)} at most`,
    golden
      ? "  compared                     nothing: this is the golden model alone"
      : `  compared                     ${document.compared} values, ${document.mismatches} frames differ`,
    `  cycles                       ${Math.round(document.cycles / samples)} a frame, ${Math.round(document.ioCycles / samples)} more for loading and read-out`,
    `  load balance                 ${percent(document.loadBalance)}`,
    ...(document.saturated > 0 ? [`  out of range                 ${document.saturated} inputs of the LSTM`] : []),
    ...(document.saturatedWeights > 0
      ? [`  out of range                 ${document.saturatedWeights} weights and biases of the LSTM: they saturate`]
      : []),
    ...(svg === undefined ? [] : [`wrote ${svg}`]),
    ...(first ? [`first mismatch:\n${toJson(first)}`] : []),
  ].join("\n");
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

function shareArgument(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text.trim()) && value < 1) return value;
  throw new UserError({
    code: "bad-number",
    message: `${flag} ${text} is out of range or no number`,
    where: flag,
    expected: "a share from 0 to below 1, such as 0.9",
    found: text,
  });
}
