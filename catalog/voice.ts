import { Turns } from "../platform/turns.ts";
import { UserError } from "../sw-model/errors.ts";
import { denseFloat } from "../sw-model/ese/dense-float.ts";
import type { DenseLstm, Pruning, PruningScheme } from "../sw-model/ese/lstm.ts";
import type { Padding } from "../sw-model/ese/padding.ts";
import { checkRules } from "../sw-model/parameters.ts";
import { speechOf } from "../sw-model/vad/layers.ts";
import type { VadModel } from "../sw-model/vad/model.ts";
import { type Clip, floatProbabilities, rangesOf, readClip } from "../sw-model/vad/original.ts";
import { storedClips } from "../sw-model/vad/stored.ts";
import { type GivenParameters, startGenerator } from "./execute.ts";
import type { AnyGenerator, RecurrentRunner } from "./generator.ts";
import { catalog } from "./index.ts";
import type { RunMismatch, RunOptions } from "./run.ts";
import { type VoiceClip, VoiceTally } from "./voice-tally.ts";

/** Besides the options of a run, `samples` of which are frames. */
export interface VoiceOptions extends RunOptions {
  /** Share of each matrix of the LSTM that is pruned. */
  readonly sparsity: number;
  readonly prune: PruningScheme;
  /** What entries of the matrices hold that only bridge a gap: 0, or weights that had been pruned. */
  readonly padding: Padding;
  /** WAV files, or none for the stored clips. */
  readonly clips: readonly string[];
}

export interface VoiceReport {
  readonly model: string;
  readonly generator: string;
  readonly engine: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Frames of 32 ms. */
  readonly samples: number;
  readonly sparsity: number;
  /** How the weights that stay were chosen, and the share of all that stayed, those in padding entries included. */
  readonly prune: PruningScheme;
  readonly density: number;
  readonly padding: Padding;
  /**
   * Shares of the frames on which the decision (a probability of 0.5 or more) is the original model's: of the engine, of the golden
   * model, and of the pruned LSTM in float, so before its numbers become fixed point.
   */
  readonly accuracy: number;
  readonly goldenAccuracy: number;
  readonly floatAccuracy: number;
  /** Differences of the engine's probability from the original's. */
  readonly meanDifference: number;
  readonly largestDifference: number;
  /** Values of the LSTM's outputs that were compared; frames in which one, or the cycles, differed from the golden model. */
  readonly compared: number;
  readonly mismatches: number;
  readonly first?: RunMismatch;
  readonly cycles: number;
  readonly ioCycles: number;
  readonly loadBalance: number;
  /** Inputs of the LSTM that were out of the range of their format. */
  readonly saturated: number;
  /** Weights and biases that were; their formats follow from the largest ones, so only where no fraction bits are left or a format was set. */
  readonly saturatedWeights: number;
  readonly clips: readonly VoiceClip[];
}

/**
 * Speech clips through a voice-activity model with its LSTM on the hardware, frame by frame, the layers around it in software; every
 * output of the LSTM is compared with the golden model, and the decisions with those of the original model. The formats of the
 * LSTM's inputs and states are chosen by the ranges that these take on the stored clips.
 */
export async function runVoice(
  generator: AnyGenerator,
  given: GivenParameters,
  model: VadModel,
  options: VoiceOptions,
): Promise<VoiceReport> {
  const runner = runnerOf(generator);
  const { engine, sparsity, prune, padding, log } = options;
  const clips = firstFrames(model, options.clips.length > 0 ? options.clips : storedClips(), options.samples);
  const request = { sparsity, prune, padding, ranges: model.ranges ?? storedRanges(model) };
  const fit = runner.fit(given.parameters, given.explicit, model.lstm, request);
  const { parameters, network, pruning } = fit;
  checkRules(generator.spec, parameters);
  const dense = denseFloat(model.lstm);
  const pruned = denseFloat(model.lstm, pruning);
  const golden = runner.golden(parameters, network);
  const cost = runner.cost(parameters, network);
  const probability = (y: readonly number[]) => {
    return speechOf(
      model,
      y.map((raw) => runner.real(parameters, raw)),
    );
  };

  const tally = new VoiceTally(options.reproduce);
  const turns = new Turns();
  const simulation =
    engine === "golden" ? undefined : await startGenerator(generator, parameters, engine, log ? { log } : {});
  let cycles = 0;
  let ioCycles = 0;
  let saturated = 0;
  try {
    const hardware = simulation && (await runner.load(simulation, parameters, network));
    for (const clip of clips) {
      await turns.take();
      const inputs = clip.features.map((x) => runner.quantise(parameters, x));
      for (const input of inputs) saturated += input.saturated;
      const x = inputs.map(({ raw }) => raw);
      const expected = golden(x);
      const predicted = cost.cycles * x.length;
      const got = hardware ? await hardware(x) : { y: expected, cycles: predicted };
      cycles += got.cycles;
      if (hardware) tally.compare(clip.name, expected, got.y, { expected: predicted, got: got.cycles });
      tally.judge(clip.name, {
        original: floatProbabilities(model, dense, clip).probabilities,
        hardware: got.y.map(probability),
        golden: expected.map(probability),
        pruned: floatProbabilities(model, pruned, clip).probabilities,
      });
      options.progress?.(tally.frames, tally.mismatches);
    }
    ioCycles = simulation ? simulation.edges - cycles : 0;
  } finally {
    await simulation?.close();
  }
  return {
    model: model.name,
    generator: generator.spec.name,
    engine,
    parameters,
    sparsity,
    prune,
    density: densityOf(model.lstm, pruning),
    padding,
    ...tally.report(),
    cycles,
    ioCycles,
    loadBalance: (cost.entries * tally.frames) / (cost.pes * cycles),
    saturated,
    saturatedWeights: fit.saturated,
  };
}

/** The share of all weights that a pruning keeps. */
function densityOf({ input, recurrent, projection }: DenseLstm, pruning: Pruning): number {
  const matrices = [...Object.values(input), ...Object.values(recurrent), ...(projection ? [projection] : [])];
  const all = matrices.reduce((sum, { values }) => sum + values.length, 0);
  return matrices.reduce((sum, matrix) => sum + pruning(matrix).reduce((kept, one) => kept + one, 0), 0) / all;
}

/** What the model's inputs and states take on the stored clips. */
function storedRanges(model: VadModel) {
  return rangesOf(
    model,
    storedClips().map((file) => readClip(model, file)),
  );
}

/** The clips up to so many frames in all. */
function firstFrames(model: VadModel, files: readonly string[], samples: number): Clip[] {
  let left = samples;
  const kept: Clip[] = [];
  for (const file of files) {
    if (left <= 0) return kept;
    const { name, features } = readClip(model, file);
    kept.push({ name, features: features.slice(0, left) });
    left -= features.length;
  }
  if (left <= 0) return kept;
  const there = samples - left;
  throw new UserError({
    code: "too-many-samples",
    message: `the clips have ${there} frames`,
    where: "--samples",
    expected: `1 to ${there}`,
    found: `${samples}`,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the compressed network differs from generator to generator
function runnerOf(generator: AnyGenerator): RecurrentRunner<any, any> {
  if (generator.recurrent) return generator.recurrent;
  const able = catalog.filter(({ recurrent }) => recurrent).map(({ spec }) => spec.name);
  throw new UserError({
    code: "no-network",
    message: `${generator.spec.name} cannot run the LSTM of a voice-activity model`,
    where: "--on",
    expected: `one of ${able.join(", ")}`,
    found: generator.spec.name,
  });
}
