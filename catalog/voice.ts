import { Turns } from "../platform/turns.ts";
import { UserError } from "../sw-model/errors.ts";
import { denseFloat } from "../sw-model/ese/dense-float.ts";
import { checkRules } from "../sw-model/parameters.ts";
import { speechOf } from "../sw-model/vad/layers.ts";
import type { VadModel } from "../sw-model/vad/model.ts";
import { type Clip, floatProbabilities, rangesOf, readClip } from "../sw-model/vad/original.ts";
import { storedClips } from "../sw-model/vad/stored.ts";
import { compareDeep } from "../testbench/compare.ts";
import { type GivenParameters, startGenerator } from "./execute.ts";
import type { AnyGenerator, RecurrentRunner } from "./generator.ts";
import { catalog } from "./index.ts";
import type { RunMismatch, RunOptions } from "./run.ts";

/** Besides the options of a run, `samples` of which are frames. */
export interface VoiceOptions extends RunOptions {
  /** Share of each matrix of the LSTM that is pruned. */
  readonly sparsity: number;
  /** WAV files, or none for the stored clips. */
  readonly clips: readonly string[];
}

/** Probabilities of speech of a clip's frames: of the original model in float, and of the engine. */
export interface VoiceClip {
  readonly name: string;
  readonly original: readonly number[];
  readonly hardware: readonly number[];
}

export interface VoiceReport {
  readonly model: string;
  readonly generator: string;
  readonly engine: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Frames of 32 ms. */
  readonly samples: number;
  readonly sparsity: number;
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
  const { engine, sparsity, log } = options;
  const clips = firstFrames(model, options.clips.length > 0 ? options.clips : storedClips(), options.samples);
  const dense = denseFloat(model.lstm);
  const ranges =
    model.ranges ??
    rangesOf(
      model,
      storedClips().map((file) => readClip(model, file)),
    );
  const { parameters, network, pruning } = runner.fit(given.parameters, given.explicit, model.lstm, {
    sparsity,
    ranges,
  });
  checkRules(generator.spec, parameters);
  const pruned = denseFloat(model.lstm, pruning);
  const golden = runner.golden(parameters, network);
  const cost = runner.cost(parameters, network);

  const totals = { right: 0, goldenRight: 0, floatRight: 0, difference: 0, largest: 0 };
  const counts = { compared: 0, mismatches: 0, cycles: 0, saturated: 0 };
  let first: RunMismatch | undefined;
  let done = 0;
  const outcomes: VoiceClip[] = [];
  const turns = new Turns();
  const simulation =
    engine === "golden" ? undefined : await startGenerator(generator, parameters, engine, log ? { log } : {});
  let ioCycles = 0;
  try {
    const hardware = simulation && (await runner.load(simulation, parameters, network));
    for (const clip of clips) {
      await turns.take();
      const inputs = clip.features.map((x) => runner.quantise(parameters, x));
      const x = inputs.map(({ raw }) => raw);
      for (const { saturated } of inputs) counts.saturated += saturated;
      const expected = golden(x);
      const got = hardware ? await hardware(x) : { y: expected, cycles: cost.cycles * x.length };
      counts.cycles += got.cycles;
      const original = floatProbabilities(model, dense, clip).probabilities;
      const float = floatProbabilities(model, pruned, clip).probabilities;
      const probability = (y: readonly number[]) =>
        speechOf(
          model,
          y.map((raw) => runner.real(parameters, raw)),
        );
      const found = got.y.map(probability);
      outcomes.push({ name: clip.name, original, hardware: found });
      original.forEach((wanted, frame) => {
        const agrees = (value: number) => (isSpeech(value) === isSpeech(wanted) ? 1 : 0);
        totals.right += agrees(found[frame]);
        totals.goldenRight += agrees(probability(expected[frame]));
        totals.floatRight += agrees(float[frame]);
        const difference = Math.abs(found[frame] - wanted);
        totals.difference += difference;
        totals.largest = Math.max(totals.largest, difference);
        if (!hardware) return;
        const comparison = compareDeep([...expected[frame]], [...got.y[frame]]);
        counts.compared += comparison.compared;
        if (!comparison.first) return;
        counts.mismatches++;
        const { path, expected: right, got: wrong } = comparison.first;
        first ??= { sample: done + frame, element: path, expected: right, got: wrong, reproduce: options.reproduce };
      });
      const predicted = cost.cycles * x.length;
      if (got.cycles !== predicted) {
        counts.mismatches++;
        const cycles = { element: `cycles of ${clip.name}`, expected: predicted, got: got.cycles };
        first ??= { sample: done, ...cycles, reproduce: options.reproduce };
      }
      done += x.length;
      options.progress?.(done, counts.mismatches);
    }
    ioCycles = simulation ? simulation.edges - counts.cycles : 0;
  } finally {
    await simulation?.close();
  }
  return {
    model: model.name,
    generator: generator.spec.name,
    engine,
    parameters,
    samples: done,
    sparsity,
    accuracy: totals.right / done,
    goldenAccuracy: totals.goldenRight / done,
    floatAccuracy: totals.floatRight / done,
    meanDifference: totals.difference / done,
    largestDifference: totals.largest,
    compared: counts.compared,
    mismatches: counts.mismatches,
    ...(first ? { first } : {}),
    cycles: counts.cycles,
    ioCycles,
    loadBalance: (cost.entries * done) / (cost.pes * counts.cycles),
    saturated: counts.saturated,
    clips: outcomes,
  };
}

/** The model's own decision. */
const isSpeech = (probability: number) => probability >= 0.5;

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
